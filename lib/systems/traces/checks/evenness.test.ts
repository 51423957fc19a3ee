import { describe, expect, it } from 'vitest';
import { judgeObserved, judgeSystem, systemNamed } from '../../../../test/support/judge-system.ts';
import { factsOf, minute, times } from '../../../../test/support/judged.ts';
import type { Plan } from '../../../core/plan.ts';
import { onePhase } from '../../../core/timeline.ts';
import { debatesList } from '../../../journeys/debates.ts';
import { health } from '../../../journeys/health.ts';
import type { TracesObserved } from '../observation.ts';
import { tracePromises } from '../promises.ts';

type Begun = NonNullable<TracesObserved['begun']>;

const EVERY = 5;
const vus = { vus: 1, maxVus: 1 };
/** 60 requests a second to each of two endpoints, of which every fifth sends no traceparent: 720 each. */
const input = factsOf(
  [],
  { health: minute(() => ({ ms: times(60, 5) })), 'debates-list': minute(() => ({ ms: times(60, 5) })) },
  {
    plan: {
      phases: onePhase(
        [health, debatesList].map((journey) => ({ ...journey, ...vus, steps: [{ ratePerSec: 60, durationSec: 60 }] })),
      ),
      telemetry: {
        systems: {},
        checklist: [],
        exclusive: true,
        untracedEvery: EVERY,
        gates: 'all',
      } satisfies Plan['telemetry'],
    },
  },
);
const firstSecond = Math.floor(input.load.startedAtMs / 1000);

/** `of` says how many traces began at the endpoint in a second of the load. */
function judged(of: (endpoint: string, second: number) => number, { exclusive = true, sent = input } = {}) {
  const begun: Begun = ['health', 'debates-list'].map((endpoint) => ({
    endpoint,
    seconds: Array.from({ length: 60 }, (_, at) => [firstSecond + at, of(endpoint, at)] as const),
  }));
  const count = begun.reduce((sum, { seconds }) => sum + seconds.reduce((all, [, one]) => all + one, 0), 0);
  const traces: TracesObserved = {
    ...{
      kind: 'traces',
      status: 'collected',
      source: 'direct',
      url: '',
      spanCount: count,
      traceCount: count,
      spanNames: {},
    },
    ...{
      spans: [],
      unsettled: [],
      requests: [],
      sampled: [],
      unsampled: { endpoint: 'all', sent: 0, found: 0, examples: [] },
    },
    ...{ exports: null, leaks: { searched: 0, count: 0, examples: [] }, serviceMap: null, comparison: null },
    ...{
      waitedMs: 0,
      complete: true,
      unflaggedRequests: 1440,
      roots: [{ name: 'http.request', kind: 'server', count }],
      begun,
    },
  };
  const looked = { promises: tracePromises('documented'), sources: ['direct'], exclusive };
  const findings = judgeSystem(systemNamed('traces'), { ...sent, observations: [traces] }, looked);
  return findings.find(({ id }) => id === 'traces.sampling.even');
}

/** In a second, on average 12 requests send no traceparent. */
const even = (_: string, second: number) => (second % 5 === 0 ? 2 : 1);

describe('sampling', () => {
  it('is even where each endpoint and each part of the load has its share', () => {
    expect(judged(even)).toMatchObject({ status: 'pass', bad: 0, samples: 10 });
  });

  it('is not even where an endpoint never begins a trace, though the total is right', () => {
    const found = judged((endpoint, second) => (endpoint === 'health' ? 2 * even(endpoint, second) : 0));
    expect(found?.status).toBe('fail');
    expect(found?.summary).toMatch(/0 % at debates-list \(0 of 720 requests\)/);
  });

  it('is not even where it stops in the middle, though the total is right', () => {
    const found = judged((endpoint, second) => (second < 30 ? 2 * even(endpoint, second) : 0));
    expect(found?.status).toBe('fail');
    expect(found?.summary).toMatch(/in part 1 of 2 of the load/);
  });

  it('may be more where others call the server, too', () => {
    const busy = (endpoint: string, second: number) => (second < 30 ? 1.3 : 1) * even(endpoint, second);
    expect(
      judged((endpoint, second) => (endpoint === 'health' ? 1.8 : 1) * even(endpoint, second), { exclusive: false })
        ?.status,
    ).not.toBe('fail');
    expect(judged(busy)?.status).toBe('pass');
  });

  it('is undecided where the ratio is not the documented one, and not asked for without enough requests', () => {
    expect(judged((endpoint, second) => 5 * even(endpoint, second))).toMatchObject({
      status: 'no-data',
      gating: false,
    });
    const few = factsOf([], { health: [{ ms: times(60, 5) }] }, { plan: input.plan });
    expect(judged(even, { sent: few })).toMatchObject({ status: 'no-data', gating: false });
    expect(judgeObserved(systemNamed('traces'), []).find(({ id }) => id === 'traces.sampling.even')?.status).not.toBe(
      'pass',
    );
  });
});
