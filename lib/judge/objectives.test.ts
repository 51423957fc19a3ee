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
  UPTIME,
  withSlow,
} from '../../test/support/judged.ts';
import { onePhase } from '../core/timeline.ts';
import { websocket } from '../journeys/websocket.ts';

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
  /** A month of hours. */
  const stretches = (bad: (at: number) => number) =>
    Array.from({ length: 720 }, (_, at) => ({ count: 60, bad: bad(at) }));

  it.each([
    ['passes on enough clean pings', monitor({ pings: 40_000, failed: 0 }), 'pass'],
    ['fails on many failed ones', monitor({ pings: 40_000, failed: 40 }), 'fail'],
    ['lacks evidence on few', monitor({ pings: 100, failed: 0 }), 'inconclusive'],
    [
      'fails on failed ones that do not lie together',
      monitor({ pings: 43_200, failed: 12, stretches: stretches((at) => (at % 60 === 0 ? 1 : 0)) }),
      'fail',
    ],
    [
      'lacks evidence on as many of one outage',
      monitor({ pings: 43_200, failed: 12, stretches: stretches((at) => (at === 300 ? 12 : 0)) }),
      'inconclusive',
    ],
    ['is unavailable when stretches are damaged', monitor({ pings: 1, failed: 0, stretches: [{}] }), 'unavailable'],
    [
      'takes the monitor that could be read',
      {
        observations: [
          { kind: 'monitor.status-page', status: 'unavailable', reason: 'refused', hint: 'check the URL' },
          ...monitor({ pings: 40_000, failed: 0 }).observations,
        ] as const,
      },
      'pass',
    ],
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
