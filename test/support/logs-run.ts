/** What the reference target logs, judged alone, and changes of it, for the tests of the logs checks. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { TelemetryPlan } from '../../lib/core/telemetry-plan.ts';
import { onePhase } from '../../lib/core/timeline.ts';
import { TraceIds } from '../../lib/core/trace-ids.ts';
import { health } from '../../lib/journeys/health.ts';
import { secretFinder } from '../../lib/observe/secrets.ts';
import type { LoggedRequest, LogProblems, LogsObservation, LogsObserved } from '../../lib/systems/logs/observation.ts';
import { startReading } from '../../lib/systems/logs/observe/reader.ts';
import { DOCUMENTED_LOGS } from '../../lib/systems/logs/promises.ts';
import type { Span, TracesObservation, TracesObserved } from '../../lib/systems/traces/observation.ts';
import { startTarget } from '../../lib/target/target.ts';
import { judgeSystem, systemNamed } from './judge-system.ts';
import { factsOf } from './judged.ts';

const ids = new TraceIds(7, ['health_0']);

export const idOf = (arrival: number) => ids.idOf('health_0', arrival) ?? '';

export const REQUESTS = 50;

export const SAMPLED = [idOf(0), idOf(10), idOf(20)];

/** What the reference target logs during a load, once for all test files of a thread. Set by `recordLogs`. */
export let real: LogsObserved;

export async function recordLogs(): Promise<void> {
  real ??= await written();
}

async function written(): Promise<LogsObserved> {
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-judge-logs-'));
  const file = join(folder, 'target.log');
  await writeFile(file, '');
  const finder = secretFinder(['canary-0123456789']);
  const reader = await startReading(
    { file },
    {
      ...{ signals: DOCUMENTED_LOGS, traceIds: ids, finder },
      isLookedUp: (traceId) => SAMPLED.includes(traceId),
    },
  );
  const target = await startTarget({ log: { to: file } });
  for (let arrival = 0; arrival < REQUESTS; arrival++) {
    const traceparent = `00-${idOf(arrival)}-b7ad6b7169203331-${SAMPLED.includes(idOf(arrival)) ? '01' : '00'}`;
    await fetch(`${target.httpUrl}/api/health`, {
      headers: { traceparent, authorization: 'Bearer canary-0123456789' },
    });
  }
  const sent = [{ scenarios: ['health_0'], arrivals: REQUESTS }];
  const observation = await reader.stop({ sent, lookup: SAMPLED, deadlineMs: 20_000 });
  await target.stop();
  await rm(folder, { recursive: true });
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  // Clients are made up here and waited 0.9 ms. A request of the target may take longer on a busy machine.
  const requests = observation.requests?.map((one) => ({ ...one, said: { ...one.said, durationMs: ['0.5'] } }));
  return { ...observation, ...(requests !== undefined && { requests }) };
}

const nanos = (ms: number) => String(BigInt(Math.round(ms)) * 1_000_000n);

/** A span that ends when the line was written. */
const spanOf = (traceId: string, atMs: number): Span => ({
  traceId,
  spanId: 'b7ad6b7169203331',
  parentSpanId: null,
  name: 'http.request',
  kind: 'server',
  startUnixNano: nanos(atMs - 1),
  endUnixNano: nanos(atMs),
  attributes: { agent_count: 1 },
  status: 'unset',
  serviceName: 'aragora-api',
  flags: 1,
});

const request = (traceId: string, sampled: boolean) => ({
  ...{ traceId, sampled, endpoint: 'health', outcome: 'ok', latencyUs: 900, foundTraceId: traceId },
  second: Math.floor(loggedMs(traceId) / 1000),
});

const loggedMs = (traceId: string) => real.requests?.find((one) => one.traceId === traceId)?.firstMs ?? 0;

/** The only fields of traces that checks of logs read. */
export const tracesOf = (withSpans: readonly string[], laterMs = 0) =>
  ({
    kind: 'traces',
    status: 'collected',
    source: 'direct',
    spans: withSpans.map((traceId) => spanOf(traceId, loggedMs(traceId) + laterMs)),
    unsettled: [],
    requests: [...SAMPLED.map((traceId) => request(traceId, true)), request(idOf(1), false)],
  }) as unknown as TracesObserved;

interface Given {
  readonly logs: readonly LogsObservation[];
  readonly traces: TracesObservation | undefined;
  /** Requests that may never have arrived. */
  readonly unreached: number;
  /** From the first answered request to the last. */
  readonly answeringMs: number;
  /** How the looked-up requests ended. */
  readonly outcome: string;
  /** How long their clients waited. */
  readonly latencyUs: number;
  /** Whether nobody else calls the server. */
  readonly exclusive: boolean;
  /** One request of this many is sent without a trace id, as the plan says; absent: it says nothing. */
  readonly untracedEvery: number | undefined;
  /** Evidence of other systems. */
  readonly more: readonly Observation[];
}

export function judged(given: Partial<Given>): Finding[] {
  const { logs, traces, unreached, answeringMs, outcome, latencyUs, exclusive, more, untracedEvery } = {
    ...{ logs: [real], traces: tracesOf(SAMPLED), unreached: 0, answeringMs: 0, outcome: 'ok' },
    ...{ latencyUs: 900, exclusive: true, more: [], untracedEvery: undefined },
    ...given,
  };
  const seconds = Array.from({ length: answeringMs / 1000 + 2 }, (_, second) => ({
    ms: [5],
    failed: second === 0 ? { timeout: unreached } : {},
  }));
  const telemetry = {
    checklist: [],
    gates: ['all'],
    systems: [],
    exclusive,
    untracedEvery,
  } as unknown as TelemetryPlan;
  const planned = untracedEvery === undefined ? {} : { telemetry };
  const journey = { ...health, steps: [{ ratePerSec: 1, durationSec: 60 }], vus: 1, maxVus: 1 };
  const input = factsOf([], { health: seconds }, { plan: { phases: onePhase([journey]), ...planned } });
  const recorded = input.recording.endpoints.get('health');
  if (recorded === undefined) throw new Error('nothing was recorded');
  const samples = SAMPLED.map((traceId) => ({ traceId, outcome, latencyUs, second: 1 }));
  const recording = { ...input.recording, endpoints: new Map([['health', { ...recorded, traces: samples }]]) };
  const observations = [...logs, ...(traces === undefined ? [] : [traces]), ...more];
  const looked = { promises: { signals: DOCUMENTED_LOGS }, sources: ['direct'], exclusive };
  return judgeSystem(systemNamed('logs'), { ...input, recording, observations }, looked);
}

export function finding(id: string, findings: readonly Finding[]): Finding {
  const found = findings.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

export const problems = (count: number, problem: string): LogProblems => ({
  count,
  examples: [{ line: 3, text: '{"x":1}', problem }],
});

export const fieldOf = (name: string, counts: { missing?: number; wrong?: number }): Partial<LogsObserved> => ({
  fields: {
    ...real.fields,
    [name]: {
      present: REQUESTS,
      missing: 0,
      wrong: 0,
      ...counts,
      examples: [{ line: 3, text: '{}', problem: `has no ${name}` }],
    },
  },
});

export const logged = (changes: Partial<LoggedRequest>): LoggedRequest[] =>
  (real.requests ?? []).map((one) => ({ ...one, ...changes }));

export const moment = (atMs: number) => ({ atMs, line: 3, text: '{}' });
