import { describe, expect, it } from 'vitest';
import {
  AVAILABILITY,
  EXTERNAL,
  factsOf,
  judged,
  LATENCY,
  minute,
  PROTOCOL,
  times,
  UPTIME,
} from '../../test/support/judged.ts';
import type { Finding } from '../core/finding.ts';
import type { LoadReason } from '../core/recording.ts';
import { ONLY_PHASE, onePhase } from '../core/timeline.ts';
import { health } from '../journeys/health.ts';
import { websocket } from '../journeys/websocket.ts';

/** 50 a second with some variation, so that the histogram has a shape. */
const healthy = minute((at) => ({ ms: Array.from({ length: 50 }, (_, i) => 3 + ((i * 7 + at * 13) % 50) / 25) }));
const withSlow = (perSecond: number) =>
  minute((at) => ({ ms: [...times(50 - perSecond, 3 + (at % 5) / 10), ...times(perSecond, 61.2)] }));

const find = (findings: readonly Finding[], id: string): Finding => {
  const finding = findings.find((candidate) => candidate.id === id);
  if (finding === undefined) throw new Error(`no finding ${id}`);
  return finding;
};
const only = (...input: Parameters<typeof factsOf>): Finding => {
  const { findings } = judged(factsOf(...input));
  return find(findings, input[0][0]?.id ?? '');
};

const HEALTH_PLAN = {
  phases: onePhase([{ ...health, steps: [{ ratePerSec: 50, durationSec: 60 }], vus: 5, maxVus: 50 }]),
} as const;

describe('latency', () => {
  it('passes where nothing is over', () => {
    const finding = only([LATENCY], { health: healthy });
    expect(finding).toMatchObject({
      status: 'pass',
      operator: '<=',
      expected: 50,
      unit: 'ms',
      samples: 3000,
      bad: 0,
      allowedShare: 0.05,
      furtherSamples: null,
    });
    expect(finding.actual).toBeCloseTo(4.88, 1);
    expect(finding.margin).toBeCloseTo(0.902, 2);
  });

  it('fails where 8 % are over, with the measured percentile and the interval in words', () => {
    const finding = only([LATENCY], { health: withSlow(4) });
    expect(finding).toMatchObject({ status: 'fail', actual: 61.2, samples: 3000, bad: 240 });
    expect(finding.margin).toBeCloseTo(-0.224, 9);
    expect(finding.summary).toBe('measured 61.2 ms (+22 %)  n=3,000  [7.2 %, 8.9 %] over');
  });

  it('lacks evidence with 58 samples, and says how many more', () => {
    const finding = only([LATENCY], { health: [{ ms: times(58, 3) }] });
    expect(finding).toMatchObject({ status: 'inconclusive', furtherSamples: 1 });
  });

  it.each([
    ['nothing was recorded', {}],
    ['the endpoint has only empty seconds', { health: minute(() => ({ ms: [] })) }],
  ])('has no data when %s', (_, series) => {
    expect(only([LATENCY], series)).toMatchObject({ status: 'no-data', actual: null, interval: null, samples: 0 });
  });

  it('counts failed samples as over, and has no percentile where it falls among them', () => {
    const finding = only([LATENCY], {
      health: minute(() => ({ ms: times(45, 3), failed: { status_500: 4, timeout: 1 } })),
    });
    expect(finding).toMatchObject({ status: 'fail', actual: null, margin: null, bad: 300, samples: 3000 });
    expect(finding.summary).toContain('p95 falls among the samples without a latency');
    expect(finding.evidence).toContainEqual({ label: 'failures', value: 'status_500 ×240, timeout ×60' });
  });

  it('takes its percentile over all samples, failed ones on top', () => {
    const seconds = minute(() => ({ ms: [...times(48, 3), 40], failed: { status_500: 1 } }));
    expect(only([LATENCY], { health: seconds }).actual).toBe(3);
    const worse = minute(() => ({ ms: [...times(46, 3), ...times(2, 40)], failed: { status_500: 2 } }));
    expect(only([LATENCY], { health: worse })).toMatchObject({ actual: 40 });
  });

  it('reads a limit that was not counted while recording from the histogram', () => {
    const facts = factsOf([LATENCY], { health: withSlow(4) });
    const otherLimit = { ...facts, plan: { ...facts.plan, objectives: [{ ...LATENCY, limitMs: 60 } as const] } };
    expect(find(judged(otherLimit).findings, LATENCY.id)).toMatchObject({ status: 'fail', bad: 240 });
  });

  it('names the worst second and the clustering of a burst', () => {
    const seconds = minute((at) => ({ ms: at === 32 ? times(50, 80) : times(50, 3) }));
    const finding = only([LATENCY], { health: seconds });
    expect(finding.status).toBe('inconclusive');
    expect(finding.evidence).toContainEqual({ label: 'worst second', value: 'second 33 of 60: 50 of 50 over' });
    expect(finding.evidence.map(({ label }) => label)).toContain('clustering');
  });
});

describe('drops', () => {
  const dropping = minute(() => ({ ms: times(46, 3), dropped: 4 }));

  it('fail the objective when the generator was fit: the target held every virtual user', () => {
    expect(only([LATENCY], { health: dropping })).toMatchObject({ status: 'fail', bad: 240, samples: 3000 });
  });

  it('only keep it from passing when the CPU of the generator is unknown', () => {
    const finding = only([LATENCY], { health: dropping }, { generator: { cpuShare: null } });
    expect(finding.status).toBe('inconclusive');
    expect(finding.summary).toContain('only arrivals without an answer put it over');
  });

  it('do not excuse answered samples that fail it by themselves', () => {
    const both = minute(() => ({ ms: [...times(40, 3), ...times(8, 80)], dropped: 2 }));
    expect(only([LATENCY], { health: both }, { generator: { cpuShare: null } }).status).toBe('fail');
  });

  it('without a single sample are no evidence of speed: the percentile is nothing', () => {
    const finding = only([LATENCY], { health: minute(() => ({ ms: [], dropped: 50 })) });
    expect(finding).toMatchObject({ status: 'fail', actual: null, bad: 3000 });
  });
});

describe('unanswered arrivals', () => {
  it('count as over: neither sample nor drop', () => {
    const seconds = minute(() => ({ ms: times(46, 3) }));
    const finding = only([LATENCY], { health: seconds }, { plan: HEALTH_PLAN });
    expect(finding).toMatchObject({ samples: 3000, bad: 240 });
    expect(finding.status).not.toBe('pass');
  });

  it('are tolerated to one per step', () => {
    const seconds = minute((at) => ({ ms: times(at === 0 ? 49 : 50, 3) }));
    expect(only([LATENCY], { health: seconds }, { plan: HEALTH_PLAN })).toMatchObject({
      status: 'pass',
      samples: 2999,
      bad: 0,
    });
  });

  it('can not be said of an interrupted run', () => {
    const interrupted = { reason: { kind: 'interrupted', signal: 'SIGINT' } } as const;
    expect(only([LATENCY], { health: healthy.slice(0, 20) }, { plan: HEALTH_PLAN, load: interrupted })).toMatchObject({
      status: 'pass',
      samples: 1000,
    });
  });
});

describe('availability', () => {
  it('passes where all of 3,000 pooled samples succeed', () => {
    const finding = only([AVAILABILITY], {
      health: minute(() => ({ ms: times(40, 3) })),
      'debates-list': minute(() => ({ ms: times(10, 3) })),
    });
    expect(finding).toMatchObject({
      status: 'pass',
      actual: 1,
      margin: 1,
      samples: 3000,
      unit: 'ratio',
      operator: '>=',
      allowedShare: 0.001,
    });
  });

  it('fails where 1 % fail', () => {
    const finding = only([AVAILABILITY], {
      health: minute((at) => ({ ms: times(50, 3), failed: at % 2 === 0 ? { reset: 1 } : {} })),
    });
    expect(finding).toMatchObject({ status: 'fail', bad: 30 });
    expect(finding.margin).toBeLessThan(0);
    expect(finding.evidence).toContainEqual({ label: 'not exercised', value: 'debates-list' });
  });

  it('lacks evidence with 600 clean samples', () => {
    expect(only([AVAILABILITY], { health: minute(() => ({ ms: times(10, 3) })) })).toMatchObject({
      status: 'inconclusive',
      furtherSamples: 2395,
    });
  });

  it('has no data without samples', () => {
    expect(only([AVAILABILITY], {})).toMatchObject({ status: 'no-data' });
  });
});

describe('uptime', () => {
  const socketSeconds = (connectedMs: (at: number) => number) => minute((at) => ({ ms: times(20, connectedMs(at)) }));

  it('passes where every socket second is connected', () => {
    expect(only([UPTIME], { 'ws-uptime': socketSeconds(() => 1000) })).toMatchObject({ status: 'pass', actual: 1 });
  });

  it('fails where a tenth of every second is lost', () => {
    const finding = only([UPTIME], { 'ws-uptime': socketSeconds(() => 900) });
    expect(finding.status).toBe('fail');
    expect(finding.actual).toBeCloseTo(0.9, 9);
    expect(finding.bad).toBeCloseTo(120, 6);
  });

  it('lacks evidence where all sockets were away together for one second', () => {
    expect(only([UPTIME], { 'ws-uptime': socketSeconds((at) => (at === 30 ? 1 : 1000)) }).status).toBe('inconclusive');
  });

  it('counts scheduled socket seconds that nobody recorded as not connected', () => {
    const plan = { phases: onePhase([{ ...websocket, sockets: 40, durationSec: 60, pingEverySec: 1 }]) };
    const finding = only([UPTIME], { 'ws-uptime': socketSeconds(() => 1000) }, { plan });
    expect(finding).toMatchObject({ samples: 2400, bad: 1200 });
    expect(finding.status).not.toBe('pass');
  });

  it('has no data without samples', () => {
    expect(only([UPTIME], {}).status).toBe('no-data');
  });
});

describe('protocol', () => {
  it('passes with a single sample that keeps it', () => {
    expect(only([PROTOCOL], { 'ws-order': [{ ms: [1] }] })).toMatchObject({ status: 'pass', actual: 0, samples: 1 });
  });

  it('fails with a single sample that breaks it', () => {
    const finding = only([PROTOCOL], { 'ws-order': [{ ms: times(999, 1), failed: { out_of_order: 1 } }] });
    expect(finding).toMatchObject({
      status: 'fail',
      actual: 1,
      bad: 1,
      samples: 1000,
      summary: 'broken in 1 of 1,000 samples',
    });
  });

  it.each([
    ['fails for answers that a fit generator waited for in vain', { timeout: 1 }, {}, 'fail'],
    ['is undecided when a starved one gave up waiting', { timeout: 1 }, { cpuShare: 0.93 }, 'inconclusive'],
    ['is undecided when one of unknown CPU did', { 'close-unanswered': 2 }, { cpuShare: null }, 'inconclusive'],
    ['fails for what no waiting explains', { timeout: 1, out_of_order: 1 }, { cpuShare: 0.93 }, 'fail'],
  ] as const)('%s', (_, failed, generator, status) => {
    const finding = only([PROTOCOL], { 'ws-order': [{ ms: times(99, 1), failed }] }, { generator });
    expect(finding.status).toBe(status);
    expect(finding.summary.includes('the generator may have done it')).toBe(status === 'inconclusive');
  });

  it('has no data without samples', () => {
    expect(only([PROTOCOL], {}).status).toBe('no-data');
  });
});

describe('external', () => {
  const monitor = (data: unknown) => ({
    observations: [{ kind: 'monitor.status-page', status: 'collected', data }] as const,
  });

  it.each([
    ['passes on enough clean pings', monitor({ pings: 40_000, failed: 0 }), 'pass'],
    ['fails on many failed ones', monitor({ pings: 40_000, failed: 40 }), 'fail'],
    ['lacks evidence on few', monitor({ pings: 100, failed: 0 }), 'inconclusive'],
    ['has no data without a monitor', {}, 'no-data'],
    ['has no data without a ping', monitor({ pings: 0, failed: 0 }), 'no-data'],
    ['is unavailable when the monitor brings something else', monitor({ up: true }), 'unavailable'],
    [
      'is unavailable when the monitor can not be read',
      {
        observations: [
          { kind: 'monitor.status-page', status: 'unavailable', reason: 'refused', hint: 'check the URL' },
        ] as const,
      },
      'unavailable',
    ],
  ] as const)('%s', (_, changes, status) => {
    expect(only([EXTERNAL], {}, changes).status).toBe(status);
  });
});

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
    ['nobody can tell the only promise', EXTERNAL],
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
