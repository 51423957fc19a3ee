/** Calls of agents in spans, against the messages that clients heard and what metrics count and time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeSystem, systemNamed } from '../../../../test/support/judge-system.ts';
import { factsOf, START_SECOND } from '../../../../test/support/judged.ts';
import { later, real, recordTraces, withSpans } from '../../../../test/support/traces-run.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Observation } from '../../../core/observation.ts';
import { onePhase } from '../../../core/timeline.ts';
import { agents } from '../../../journeys/agents.ts';
import type { Span, TracesObserved } from '../observation.ts';

beforeAll(recordTraces);

/** As many debates as were looked up, of two rounds and two agents. */
const DEBATES = 10;
const CALLS = 4;

interface Given {
  readonly observed?: TracesObserved;
  /** Messages of each debate, and calls of each that metrics count; null: no metric has them. */
  readonly heard?: number;
  readonly counted?: number | null;
  readonly exclusive?: boolean;
  /** Of the load; those that were looked up are among them. */
  readonly debates?: number;
  /** Events that did not come as they should. */
  readonly disorder?: number;
  /** By clients of looked-up debates. */
  readonly waitedUs?: number;
  /** Of all calls, how many the histogram has no longer than 100 ms. */
  readonly short?: number;
}

function metrics(counted: number | null, short: number): Observation {
  const calls = Math.round(counted ?? 0);
  const series = (name: string, labels: Record<string, string>, grown: number) => ({
    name,
    labels,
    values: [0, grown],
  });
  const latency = 'aragora_agent_latency_seconds';
  const families = [
    {
      name: 'aragora_agent_calls_total',
      series: [series('aragora_agent_calls_total', { status: 'success' }, calls)],
    },
    {
      name: latency,
      series: [
        series(`${latency}_bucket`, { le: '0.1' }, Math.min(short, calls)),
        series(`${latency}_bucket`, { le: '+Inf' }, calls),
        series(`${latency}_count`, {}, calls),
      ],
    },
  ];
  const seen = counted === null ? [] : families;
  return {
    kind: 'metrics',
    status: 'collected',
    source: 'direct',
    settled: true,
    families: seen,
  } as unknown as Observation;
}

function judged(id: string, given: Given = {}): Finding {
  const { observed = real, heard = CALLS, counted = CALLS, exclusive = true, disorder = 0, debates = DEBATES } = given;
  const of = (count: number) => [{ ms: Array.from({ length: count }, () => 4) }];
  const seconds = {
    'debate-end': of(debates),
    'debate-message': of(heard * debates),
    'agent-response': of(debates),
    'ws-order': [{ ms: [1], failed: { 'seq-repeated': disorder } }],
  };
  const journey = { ...agents, steps: [{ ratePerSec: 1, durationSec: 60 }], vus: 1, maxVus: 1 };
  const input = factsOf([], seconds, { plan: { phases: onePhase([journey]) } });
  const answers = observed.requests
    .filter(({ endpoint }) => endpoint === 'debates-create')
    .map((one) => ({ ...one, endpoint: 'agent-response', latencyUs: given.waitedUs ?? 4000, second: START_SECOND }));
  const traces = { ...observed, requests: [...observed.requests, ...answers] };
  const system = systemNamed('traces');
  const looked = { promises: system.promises('documented'), sources: ['direct'], exclusive };
  const observations = [traces, metrics(counted === null ? null : counted * debates, given.short ?? 1000)];
  const found = judgeSystem(system, { ...input, observations }, looked).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

const calls = (given: Given) => judged('traces.debate.calls', given);

/** Each call of the spans again, under another id. */
function twice(status: Span['status'] = 'unset'): TracesObserved {
  const spans = real.spans.flatMap((span) =>
    span.name === 'agent.call' ? [span, { ...span, status, spanId: span.spanId.replace(/^./, 'f') }] : [span],
  );
  return { ...real, spans };
}

describe('the calls of a debate', () => {
  it('are as many as clients heard messages', () => {
    expect(calls({})).toMatchObject({ status: 'pass', gating: true });
  });

  it('are not twice as many where metrics count as many as clients heard', () => {
    expect(calls({ observed: twice() })).toMatchObject({
      status: 'fail',
      bad: DEBATES,
      summary:
        '10 of 10 debates with other calls: 8 calls a debate in spans, clients heard 4 messages, and metrics count 4 calls',
    });
  });

  it('may be as many as metrics count, with and without those that failed', () => {
    expect(calls({ observed: twice(), counted: 8 }).status).toBe('pass');
    expect(calls({ observed: twice('error') }).status).toBe('pass');
    expect(calls({ heard: 2 }).status).toBe('pass');
  });

  it('may be more than the agents of a round where metrics count calls that nobody heard', () => {
    const rounds = (counted: number) =>
      judged('traces.spans.debate.round.attributes', { observed: twice(), counted }).status;
    expect([rounds(2 * CALLS), rounds(CALLS)]).toEqual(['pass', 'fail']);
  });

  it('are undecided where others call, where nobody counts, and where events did not come as promised', () => {
    expect(calls({ observed: twice(), exclusive: false }).status).toBe('inconclusive');
    expect(calls({ observed: twice(), counted: null }).status).toBe('inconclusive');
    expect(calls({ observed: twice(), counted: 2 }).status).toBe('inconclusive');
    expect(calls({ disorder: 1 }).status).toBe('inconclusive');
  });

  it('are not judged without spans of a debate', () => {
    const observed = withSpans((span) => (span.name === 'agent.call' ? null : span));
    expect(calls({ observed })).toMatchObject({ status: 'no-data', gating: true });
  });
});

describe('how long calls last', () => {
  const HISTOGRAMS = 'traces.histograms';
  const lasting = (ms: number) =>
    withSpans((span) => (span.name === 'agent.call' ? { ...span, endUnixNano: later(span.startUnixNano, ms) } : span));
  const [long, quick] = [() => lasting(300), () => lasting(2)];

  const MANY = 100;
  const all = MANY * CALLS;
  const status = (observed: TracesObserved, short: number, given: Given = {}) =>
    judged(HISTOGRAMS, { observed, debates: MANY, short, ...given }).status;

  it('is long and short as often as the histogram says', () => {
    expect([status(quick(), all), status(long(), 0), status(long(), all * 0.1)]).toEqual(['pass', 'pass', 'pass']);
    expect([status(long(), all * 0.6), status(quick(), all * 0.4)]).toEqual(['fail', 'fail']);
    expect(judged(HISTOGRAMS, { observed: long(), debates: MANY, short: all * 0.6 }).summary).toBe(
      "agent.call: 100 % of them longer than 100 ms, but 40 % of the histogram's entries",
    );
  });

  it('says nothing of the histogram where others call, or where spans have other calls than it', () => {
    expect(status(long(), all * 0.6, { exclusive: false })).toBe('pass');
    expect(status(long(), all * 0.6, { counted: 3 })).toBe('pass');
  });

  it('says nothing where the debates whose spans are here took longer for their clients than most', () => {
    expect(status(long(), all * 0.6, { waitedUs: 40_000 })).toBe('pass');
  });
});
