/**
 * Answers that clients got and that signals of the server lack: the server lost them, or something in front of it gave them. Tried on changed
 * copies of a taped run that conforms.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { judge } from '../../lib/judge/judge.ts';
import { readRun } from '../../lib/run/stages.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { LogsObserved } from '../../lib/systems/logs/observation.ts';
import type { MetricFamily, MetricsObserved } from '../../lib/systems/metrics/observation.ts';
import type { TracesObserved } from '../../lib/systems/traces/observation.ts';

const healthy: JudgeInput = readRun(join(import.meta.dirname, 'healthy'));
const ENDPOINT = 'health';
const health = healthy.recording.endpoints.get(ENDPOINT);
if (health === undefined) throw new Error('the tape has no requests for the health');
/** One more request in each of these seconds, which got another answer than the server's good one. */
const SECONDS = health.seconds.slice(2, 22).map(({ second }) => second);
const idOf = (second: number): string => second.toString(16).padStart(32, 'f');

/** Which of the signals have how many of these requests. */
interface Signals {
  readonly metrics: number;
  readonly traces: number;
  readonly logs: number;
}

const ALL = SECONDS.length;
const NONE = { metrics: 0, traces: 0, logs: 0 };
const EACH = { metrics: ALL, traces: ALL, logs: ALL };

function run(outcome: string, has: Signals, systems: readonly string[] = ['metrics', 'traces', 'logs']): JudgeInput {
  const { plan, recording } = healthy;
  const seconds = health?.seconds.map((one) =>
    SECONDS.includes(one.second) ? { ...one, count: one.count + 1, failed: { [outcome]: 1 } } : one,
  );
  const more = SECONDS.map((second) => ({ second, traceId: idOf(second), latencyUs: 900, outcome }));
  const asked = { ...health, seconds, traces: [...(health?.traces ?? []), ...more] } as NonNullable<typeof health>;
  const status = /\d+$/.exec(outcome)?.[0] ?? '';
  const change: Record<string, (one: Observation) => unknown> = {
    metrics: (one) => counted(one as unknown as MetricsObserved, status, has.metrics),
    traces: (one) => traced(one as unknown as TracesObserved, outcome, has.traces),
    logs: (one) => logged(one as unknown as LogsObserved, has.logs),
  };
  const { telemetry } = plan;
  if (telemetry === undefined) throw new Error('the tape has no telemetry');
  const own = Object.entries(telemetry.systems).filter(([id]) => systems.includes(id));
  return {
    ...healthy,
    plan: { ...plan, telemetry: { ...telemetry, systems: Object.fromEntries(own) } },
    recording: { ...recording, endpoints: new Map([...recording.endpoints, [ENDPOINT, asked]]) },
    observations: healthy.observations.map((one) => (change[one.kind]?.(one) ?? one) as Observation),
  };
}

/** Counter and histogram have so many more with the status, from half of the scrapes on. */
function counted(observed: MetricsObserved, status: string, count: number): MetricsObserved {
  if (count === 0) return observed;
  const from = Math.floor(observed.atMs.length / 2);
  const add = ({ series, ...family }: MetricFamily): MetricFamily => {
    const like = series.filter(({ labels }) => labels['endpoint'] === '/api/health' && labels['method'] === 'GET');
    const isTimed = family.name === 'aragora_request_duration_seconds';
    const grown = like.map((one) => ({
      ...one,
      labels: isTimed ? one.labels : { ...one.labels, status },
      values: one.values.map((value, at) => {
        const more = at < from ? 0 : one.name.endsWith('_sum') ? count * 0.0001 : count;
        return (isTimed ? Number(value) : 0) + more;
      }),
    }));
    return {
      ...family,
      series: isTimed ? [...series.filter((one) => !like.includes(one)), ...grown] : [...series, ...grown],
    };
  };
  const names = ['aragora_requests_total', 'aragora_request_duration_seconds'];
  return { ...observed, families: observed.families.map((one) => (names.includes(one.name) ? add(one) : one)) };
}

function traced(observed: TracesObserved, outcome: string, count: number): TracesObserved {
  const good = observed.requests.find((one) => one.endpoint === ENDPOINT && one.foundTraceId !== null);
  if (good === undefined) throw new Error('the tape has no trace of a request for the health');
  const requests = SECONDS.map((second, at) => {
    const traceId = idOf(second);
    const parentSpanId = traceId.slice(16);
    return { ...good, traceId, parentSpanId, second, outcome, foundTraceId: at < count ? traceId : null };
  });
  const like = observed.spans.filter(({ traceId }) => traceId === good.foundTraceId);
  const ids = new Set(like.map(({ spanId }) => spanId));
  const named = (id: string | null, second: number): string | null =>
    id === null ? null : ids.has(id) ? `${second.toString(16)}${id.slice(8)}` : idOf(second).slice(16);
  const late = (nano: string, second: number): string =>
    String(BigInt(nano) + BigInt(second - good.second) * 1_000_000_000n);
  const spans = SECONDS.slice(0, count).flatMap((second) =>
    like.map((span) => ({
      ...span,
      traceId: idOf(second),
      spanId: named(span.spanId, second) ?? '',
      parentSpanId: named(span.parentSpanId, second),
      attributes:
        'status' in span.attributes
          ? { ...span.attributes, status: Number(/\d+$/.exec(outcome)?.[0]) }
          : span.attributes,
      status: 'error' as const,
      startUnixNano: late(span.startUnixNano, second),
      endUnixNano: late(span.endUnixNano, second),
    })),
  );
  return {
    ...observed,
    spans: [...observed.spans, ...spans],
    requests: [...observed.requests, ...requests],
    sampled: observed.sampled.map((one) =>
      one.endpoint === ENDPOINT ? { ...one, sent: one.sent + ALL, found: one.found + count } : one,
    ),
  };
}

function logged(observed: LogsObserved, count: number): LogsObserved {
  const { traceIds, seenTraceIds } = observed;
  return {
    ...observed,
    traceIds: { ...traceIds, sent: traceIds.sent + ALL, found: traceIds.found + count },
    seenTraceIds: [...seenTraceIds, ...SECONDS.slice(0, count).map(idOf)],
  };
}

const RECONCILES = 'metrics.requests_total.reconciles';
const SAMPLED = 'traces.sampling.flag-set';
const TRACE_IDS = 'logs.trace-ids';

function ofSystems(input: JudgeInput): readonly Finding[] {
  return judge(input, SYSTEMS).findings.filter(({ id, gating }) => gating && /^(metrics|traces|logs)\./.test(id));
}

function failing(input: JudgeInput): string[] {
  return ofSystems(input).flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

/** One for each way of looking so. */
const FOREIGN = ['foreign_502', 'foreign-later_503', 'foreign_200', 'redirect_302'];

test.each(FOREIGN)(
  'answers in another form (%s) that no signal has accuse nobody, and leave the run open',
  (outcome) => {
    const open = ofSystems(run(outcome, NONE)).filter(({ status }) => status !== 'pass');
    expect(open.filter(({ status }) => status === 'fail')).toEqual([]);
    const why = new RegExp(`; but clients got ${ALL} answers in another form .* may have given them$`);
    const said = open.filter(({ summary }) => why.test(summary)).map(({ id }) => id);
    expect(said).toEqual(expect.arrayContaining([RECONCILES, SAMPLED, TRACE_IDS]));
  },
);

describe('answers in another form', () => {
  const of = (has: Partial<Signals>, ...more: (readonly string[])[]) =>
    failing(run('foreign_502', { ...NONE, ...has }, ...more));

  test('accuse nobody where metrics alone are asked about them', () => {
    expect(of({}, ['metrics'])).toEqual([]);
  });

  test('accuse nobody where each signal has the same few', () => {
    expect(of({ metrics: 3, traces: 3, logs: 3 })).toEqual([]);
  });

  test.each([
    [RECONCILES, { ...EACH, metrics: 0 }],
    [RECONCILES, { ...EACH, metrics: ALL - 1 }],
    [SAMPLED, { ...EACH, traces: 0 }],
    [TRACE_IDS, { ...EACH, logs: 0 }],
    // Another one has what it lacks.
    [TRACE_IDS, { metrics: 3, traces: 4, logs: 2 }],
  ])('are lost by the one signal that lacks them: %s', (id, has) => {
    expect(of(has)).toContain(id);
  });

  test('are said as a cause of what they leave open', () => {
    const [cause] = judge(run('foreign_502', NONE), SYSTEMS).causes;
    expect(cause).toMatchObject({ id: 'in-front', explains: expect.arrayContaining([RECONCILES, SAMPLED, TRACE_IDS]) });
  });

  test('that each signal has are the server’s own, and nothing is left open', () => {
    const open = ofSystems(run('foreign_502', EACH)).filter(({ status }) => status !== 'pass');
    expect(open.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
  });

  test('of which only a gateway has spans accuse nobody', () => {
    const input = run('foreign_502', { ...NONE, traces: ALL });
    const asGateway = (one: Observation): Observation => {
      const traces = one as unknown as TracesObserved;
      const isForeign = ({ traceId }: { readonly traceId: string }): boolean =>
        SECONDS.some((second) => idOf(second) === traceId);
      const spans = traces.spans?.map((span) => (isForeign(span) ? { ...span, serviceName: 'gateway' } : span));
      return (one.kind === 'traces' ? { ...traces, spans } : one) as Observation;
    };
    expect(failing({ ...input, observations: input.observations.map(asGateway) })).toEqual([]);
  });
});

test.each(['status_500', 'later_503', 'not-json'])(
  'answers in the own form of the server (%s) that no signal has are lost by the server',
  (outcome) => {
    expect(failing(run(outcome, NONE))).toEqual(expect.arrayContaining([RECONCILES, SAMPLED, TRACE_IDS]));
  },
);
