import { describe, expect, it } from 'vitest';
import {
  AVAILABILITY,
  EXTERNAL,
  factsOf,
  find,
  HEALTH_PLAN,
  healthy,
  judged,
  LATENCY,
  minute,
  only,
  PROTOCOL,
  times,
  withSlow,
} from '../../test/support/judged.ts';
import type { LoadReason } from '../core/recording.ts';
import { ONLY_PHASE } from '../core/timeline.ts';

describe('the load', () => {
  const REASONS: readonly LoadReason[] = [
    { kind: 'engine-died', exitCode: null, signal: 'SIGKILL', detail: 'no last record' },
    { kind: 'engine-hung', silentSec: 15 },
    { kind: 'ended-early', detail: '31 s of 60 s' },
    { kind: 'script-error', detail: 'ReferenceError' },
    { kind: 'storage', detail: 'ENOSPC' },
  ];

  it.each(REASONS)('$kind is inconclusive, never a pass', (reason) => {
    const verdict = judged(factsOf([LATENCY], { health: healthy }, { load: { reason } }));
    expect(find(verdict.findings, 'load.completed').status).toBe('inconclusive');
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 3 });
  });

  it('interrupted exits 130 and is judged all the same', () => {
    const verdict = judged(
      factsOf([LATENCY], { health: withSlow(4) }, { load: { reason: { kind: 'interrupted', signal: 'SIGINT' } } }),
    );
    expect(verdict).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(find(verdict.findings, LATENCY.id).status).toBe('fail');
    expect(verdict.headline).toContain('SIGINT');
  });

  it('that ran to its end, but whose telemetry was not waited for, exits 130 too', () => {
    const load = { reason: { kind: 'finished' }, evidenceInterruptedBy: 'SIGTERM' } as const;
    const verdict = judged(factsOf([LATENCY], { health: healthy }, { load }));
    expect(verdict).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(verdict.headline).toMatch(
      /^the load ran to its end, and waiting for the last .* was interrupted by SIGTERM/,
    );
    expect(find(verdict.findings, 'load.completed').status).toBe('pass');
  });

  const late = (share: number, ms: number) =>
    minute(() => ({ ms: [...times(100 * share, ms), ...times(100 - 100 * share, 0.2)] }));

  it.each([
    ['its CPU is used up', { health: withSlow(4) }, { cpuShare: 0.93 }],
    ['arrivals start later than half of a limit', { health: withSlow(4), 'start-lateness': late(0.04, 26) }, {}],
  ])('a starved generator makes the run inconclusive, not slow: %s', (_, series, generator) => {
    const verdict = judged(factsOf([LATENCY], series, { generator }));
    expect(find(verdict.findings, 'load.generator').status).toBe('inconclusive');
    expect(find(verdict.findings, LATENCY.id).status).toBe('inconclusive');
    expect(verdict.outcome).toBe('inconclusive');
  });

  it.each([
    ['rare late starts', withSlow(4), late(0.02, 26), 'fail'],
    ['late starts within half of the limit', withSlow(4), late(0.5, 24), 'fail'],
    ['late starts that were counted in and passed all the same', healthy, late(0.5, 60), 'pass'],
  ] as const)('the generator is not to blame for %s', (_, health, lateness, status) => {
    const { findings } = judged(factsOf([LATENCY], { health, 'start-lateness': lateness }));
    expect(find(findings, LATENCY.id).status).toBe(status);
    expect(find(findings, 'load.generator').status).toBe('pass');
  });

  it.each([
    ['used up', {}, { cpuShare: 0.93 }],
    ['late', { 'start-lateness': late(0.5, 60) }, {}],
  ])('a generator that is %s does not excuse failures that alone break a latency', (_, series, generator) => {
    const health = minute(() => ({ ms: times(40, 3), failed: { status_500: 10 } }));
    expect(find(judged(factsOf([LATENCY], { health, ...series }, { generator })).findings, LATENCY.id).status).toBe(
      'fail',
    );
  });

  it('a starved generator does not excuse answers that are failures', () => {
    const seconds = minute(() => ({ ms: times(45, 3), failed: { status_500: 5 } }));
    expect(only([AVAILABILITY], { health: seconds }, { generator: { cpuShare: 0.93 } }).status).toBe('fail');
  });

  it('a generator of unknown CPU passes on its start lateness, and says so; without both it is unavailable', () => {
    const unknown = judged(factsOf([LATENCY], { health: healthy }, { generator: { cpuShare: null } }));
    expect(find(unknown.findings, 'load.generator')).toMatchObject({ status: 'pass', actual: null });
    expect(find(unknown.findings, 'load.generator').summary).toContain('could not be read');
    const blind = judged(
      factsOf([LATENCY], { health: healthy }, { generator: { cpuShare: null, startLatenessUs: null } }),
    );
    expect(find(blind.findings, 'load.generator').status).toBe('unavailable');
  });

  const delivered = (dropped: number) =>
    [{ phase: ONLY_PHASE, journey: 'health', offered: 3000, delivered: 3000 - dropped, dropped }] as const;

  it.each([
    ['passes when all were answered', 0, 'pass'],
    ['passes while drops stay within what the tightest gating objective allows', 150, 'pass'],
    ['is inconclusive beyond it', 151, 'inconclusive'],
  ] as const)('load.delivered %s', (_, dropped, status) => {
    const seconds = minute((at) => ({
      ms: times(50 - (at < dropped % 60 ? 1 : 0) - Math.floor(dropped / 60), 3),
      dropped: Math.floor(dropped / 60) + (at < dropped % 60 ? 1 : 0),
    }));
    const verdict = judged(
      factsOf([LATENCY], { health: seconds }, { plan: HEALTH_PLAN, load: { journeys: delivered(dropped) } }),
    );
    expect(find(verdict.findings, 'load.delivered')).toMatchObject({ status, expected: 3000, actual: 3000 - dropped });
  });

  it.each([
    [
      30,
      'pass',
      '30 dropped and 0 unanswered of 3,000 arrivals (1 %), within the 1 % that may be missing where no objective counts them',
    ],
    [
      31,
      'inconclusive',
      '31 dropped and 0 unanswered of 3,000 arrivals (1 %), over the 1 % that may be missing where no objective counts them',
    ],
  ] as const)('load.delivered of a load without any share to hold: %d missing', (dropped, status, summary) => {
    const seconds = minute((at) => ({ ms: times(at < dropped ? 49 : 50, 3), dropped: at < dropped ? 1 : 0 }));
    const verdict = judged(
      factsOf([], { health: seconds }, { plan: HEALTH_PLAN, load: { journeys: delivered(dropped) } }),
    );
    expect(find(verdict.findings, 'load.delivered')).toMatchObject({ status, summary });
  });

  it('load.delivered notices arrivals that left no trace', () => {
    const seconds = minute(() => ({ ms: times(46, 3) }));
    const verdict = judged(
      factsOf([LATENCY], { health: seconds }, { plan: HEALTH_PLAN, load: { journeys: delivered(0) } }),
    );
    expect(find(verdict.findings, 'load.delivered')).toMatchObject({ status: 'inconclusive', bad: 240 });
  });
});

describe('the verdict', () => {
  it('conforms where all gating findings pass, though what does not gate has no data', () => {
    const verdict = judged(factsOf([LATENCY, EXTERNAL], { health: healthy }));
    expect(verdict).toMatchObject({
      outcome: 'conforms',
      exitCode: 0,
      headline: 'all of 3 gating findings pass; telemetry not looked at',
    });
  });

  it('breaches name the worst', () => {
    const verdict = judged(factsOf([LATENCY, PROTOCOL], { health: withSlow(4), 'ws-order': [{ ms: [1] }] }));
    expect(verdict).toMatchObject({ outcome: 'breaches', exitCode: 99 });
    expect(verdict.headline).toBe(
      '1 of 4 gating findings fail; worst: health p95, measured 61.2 ms (+22 %)  n=3,000  [7.2 %, 8.9 %] over; telemetry not looked at',
    );
  });

  it.each([
    ['nothing but the load gates', { ...LATENCY, gating: false }],
    ['nobody can decide the only promise', EXTERNAL],
  ])('is inconclusive where %s: that the load ran proves nothing of the server', (_, objective) => {
    const verdict = judged(factsOf([objective], { health: healthy }));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 3 });
    expect(verdict.headline).toMatch(/^nothing about the server gates, so nothing is proven/);
  });

  it('is inconclusive where a gating endpoint is missing', () => {
    expect(judged(factsOf([LATENCY, PROTOCOL], { health: healthy }))).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 3,
    });
  });

  it('is the same when judged again', () => {
    const facts = factsOf([LATENCY, AVAILABILITY], { health: withSlow(2) });
    expect(judged(facts)).toEqual(judged(facts));
  });

  it('error budgets tell the month’s minutes and the pace', () => {
    const seconds = minute((at) => ({ ms: times(50, 3), failed: at % 2 === 0 ? { reset: 1 } : {} }));
    const [budget] = judged(factsOf([AVAILABILITY], { health: seconds })).errorBudgets;
    expect(budget).toMatchObject({ objectiveId: AVAILABILITY.id, target: 0.999, monthlyBudgetMin: 43.2 });
    expect(budget?.burnRate).toBeCloseTo(30 / 3030 / 0.001, 9);
    expect(budget?.usedShare).toBeCloseTo(30 / 3030 / 0.001 / 43_200, 12);
    expect(judged(factsOf([AVAILABILITY], {})).errorBudgets[0]).toMatchObject({ burnRate: null, usedShare: null });
  });

  it('says which stall the run was too short to see', () => {
    const objectives = [
      LATENCY,
      { ...LATENCY, id: 'latency.health.p99', subject: 'health p99', percentile: 99, limitMs: 100 } as const,
    ];
    expect(judged(factsOf(objectives, { health: healthy })).blindSpots).toEqual([
      'A stall that comes less than once in 20 s can leave no trace in this run of 60 s, and stalls of 0.2 s each would break health p99, of 1 s each would break health p95.',
    ]);
    expect(judged(factsOf([LATENCY], {})).blindSpots).toEqual([]);
  });
});
