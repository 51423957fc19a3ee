/** Faults on purpose: whether they happened, how long the server took to recover, whether it failed fast, and who is not accused. */
import { describe, expect, it } from 'vitest';
import { factsOf, judged, type MadeSecond, START_SECOND, times } from '../../test/support/judged.ts';
import { DEGRADED, line, OBJECTIVES, PER_SEC, PHASE_SEC, PHASES, seconds } from '../../test/support/phased.ts';
import { START_LATENESS } from '../core/endpoint.ts';
import type { Fault, FaultCount, FaultsDone } from '../core/fault.ts';
import type { Finding } from '../core/finding.ts';
import type { LoadGenerator } from '../core/generators.ts';
import type { Phase } from '../core/plan.ts';

const [BASELINE, FAULT, RECOVERY] = PHASES;
const ERRORS: Fault = { kind: 'status', status: 503, share: 0.1 };
const SAMPLES = PHASE_SEC * PER_SEC;

/** Every tenth request of these seconds is answered by 503, at once. */
const failing = (count: number, perSec = 6, sumMs = 0): MadeSecond[] =>
  Array.from({ length: count }, () => ({ ms: times(PER_SEC - perSec, 5 + sumMs), failed: { status_503: perSec } }));

const atMs = (sec: number): number => (START_SECOND + sec) * 1000;

function done(counts: readonly FaultCount[], changes: Partial<FaultsDone> = {}): FaultsDone {
  const switches = [
    { phase: 'fault', orderedAtMs: atMs(60) + 10, doneAtMs: atMs(60) + 30 },
    { phase: 'recovery', orderedAtMs: atMs(120) + 10, doneAtMs: atMs(120) + 30 },
  ];
  return { switches, counts: { fault: counts }, requests: 3 * SAMPLES, answered: 3 * SAMPLES, ...changes };
}

interface Made {
  readonly made: readonly MadeSecond[];
  readonly faults?: readonly Fault[];
  readonly fault?: Partial<Phase>;
  readonly recovery?: Partial<Phase>;
  readonly done?: FaultsDone;
  /** How late arrivals started, second by second. */
  readonly starts?: readonly MadeSecond[];
  readonly generator?: Partial<LoadGenerator>;
}

function verdictOn({ made, faults = [ERRORS], fault = {}, recovery = {}, done: its, starts, generator }: Made) {
  const phases = [BASELINE, { ...FAULT, expects: [], faults, ...fault }, { ...RECOVERY, ...recovery }];
  const load = { journeys: phases.map(({ name }) => line(name)), ...(its === undefined ? {} : { faults: its }) };
  const recorded = { health: made, ...(starts === undefined ? {} : { [START_LATENESS]: starts }) };
  return judged(factsOf(OBJECTIVES, recorded, { plan: { phases }, load, ...(generator && { generator }) }));
}

const of = (findings: readonly Finding[], id: string) => {
  const found = findings.filter((finding) => finding.id === id);
  return found.map(({ phase, status, summary }) => `${phase} ${status}: ${summary}`);
};

const HIT = [{ seen: SAMPLES, hit: SAMPLES / 10 }];
const CALM = seconds(PHASE_SEC, 5);
const ERRING = [...CALM, ...failing(PHASE_SEC), ...CALM];

describe('load.faults', () => {
  it('passes when clients saw as many as the layer hit, and the run conforms', () => {
    const { findings, outcome } = verdictOn({ made: ERRING, done: done(HIT) });
    expect(of(findings, 'load.faults')).toEqual(['fault pass: status hit 360 of 3,600 requests, and clients saw 360']);
    expect(outcome).toBe('conforms');
  });

  it('says how long the switches took', () => {
    const { findings } = verdictOn({ made: ERRING, done: done(HIT) });
    const evidence = findings.find(({ id }) => id === 'load.faults')?.evidence.slice(1);
    expect(evidence).toEqual([
      { label: 'switch to fault', value: 'took 20 ms; 1 second left out' },
      { label: 'switch to recovery', value: 'took 20 ms; 1 second left out' },
    ]);
  });

  it.each<[string, readonly FaultCount[], readonly MadeSecond[], string]>([
    ['hit nothing', [{ seen: 0, hit: 0 }], ERRING, 'status hit 0 of 0 requests: nothing was broken'],
    ['is ignored', HIT, [...CALM, ...CALM, ...CALM], 'status hit 360 of 3,600 requests, and clients saw 0'],
    [
      'hit another share',
      [{ seen: SAMPLES, hit: 100 }],
      ERRING,
      'status hit 100 of 3,600 requests, and its share is 0.1',
    ],
  ])('is inconclusive where the fault %s, and so is the run', (_, counts, made, says) => {
    const { findings, outcome } = verdictOn({ made, done: done(counts) });
    expect(of(findings, 'load.faults')).toEqual([`fault inconclusive: ${says}`]);
    expect(outcome).toBe('inconclusive');
  });

  it.each<[Fault, readonly MadeSecond[], string]>([
    [
      { kind: 'latency', delayMs: 200, jitterMs: 50 },
      seconds(60, 230),
      'pass: latency: 3,540 of 3,540 requests took 150 ms and more',
    ],
    [
      { kind: 'latency', delayMs: 200, jitterMs: 50 },
      CALM,
      'inconclusive: latency: 0 of 3,540 requests took 150 ms and more',
    ],
    [
      { kind: 'black-hole' },
      seconds(60, 0).map(() => ({ ms: [], failed: { timeout: 10 }, dropped: 50 })),
      'pass: black-hole: 3,540 of 3,540 requests lost',
    ],
    [{ kind: 'reset', afterMs: 0 }, CALM, 'inconclusive: reset: 0 of 3,540 requests lost'],
    [{ kind: 'bandwidth', bytesPerSec: 16_000 }, CALM, 'pass: bandwidth was limited for 3,540 requests'],
  ])('looks at every request of a fault of bytes: %o', (fault, during, says) => {
    const counts = [{ seen: 0, hit: 0 }];
    const { findings } = verdictOn({ made: [...CALM, ...during, ...CALM], faults: [fault], done: done(counts) });
    expect(of(findings, 'load.faults')).toEqual([`fault ${says}`]);
  });

  it('compares delays with slow answers', () => {
    const delay: Fault = { kind: 'delay', delayMs: 2000, share: 0.1 };
    const slow = Array.from({ length: 60 }, () => ({ ms: [...times(54, 5), ...times(6, 2005)] }));
    const passing = verdictOn({ made: [...CALM, ...slow, ...CALM], faults: [delay], done: done(HIT) });
    expect(of(passing.findings, 'load.faults')).toEqual([
      'fault pass: delay hit 360 of 3,600 requests, and clients saw 360',
    ]);
    const ignored = verdictOn({ made: [...CALM, ...CALM, ...CALM], faults: [delay], done: done(HIT) });
    expect(ignored.outcome).toBe('inconclusive');
  });

  it('judges nothing after the layer has died, and blames nobody', () => {
    const ended = { atMs: atMs(80), how: 'the layer of faults ended by itself: it exited with SIGKILL' };
    const dead = Array.from({ length: 100 }, () => ({ ms: [], failed: { refused: PER_SEC } }));
    const { findings, outcome } = verdictOn({ made: [...CALM, ...failing(20), ...dead], done: done(HIT, { ended }) });
    expect(of(findings, 'load.faults')).toEqual([`fault inconclusive: ${ended.how}`]);
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(outcome).toBe('inconclusive');
  });

  it('judges nothing where it is not known when anything was broken', () => {
    const { findings, outcome } = verdictOn({ made: [...CALM, ...seconds(120, 9000)] });
    expect(of(findings, 'load.faults')).toEqual([
      'fault no-data: it is not known what was broken: the harness ended before',
    ]);
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(outcome).toBe('inconclusive');
  });

  it('counts no second for a phase in which the faults changed, however long that took', () => {
    const [into, outOf] = done(HIT).switches;
    const late = into === undefined || outOf === undefined ? [] : [into, { ...outOf, doneAtMs: atMs(124) + 5 }];
    const slow = [...CALM, ...failing(PHASE_SEC), ...seconds(5, 9000), ...seconds(55, 5)];
    const { outcome } = verdictOn({ made: slow, done: done(HIT, { switches: late }) });
    expect(outcome).toBe('conforms');
  });

  it('does not ask for arrivals that a fault without expectations cost', () => {
    const lost = seconds(60, 0).map(() => ({ ms: [], failed: { timeout: 10 }, dropped: 50 }));
    const phases = [BASELINE, { ...FAULT, expects: [], faults: [{ kind: 'black-hole' } as const] }, RECOVERY];
    const journeys = [line('baseline'), line('fault', { delivered: 600, dropped: 3000 }), line('recovery')];
    const load = { journeys, faults: done([{ seen: 0, hit: 0 }]) };
    const made = [...CALM, ...lost, ...CALM];
    const { outcome } = judged(factsOf(OBJECTIVES, { health: made }, { plan: { phases }, load }));
    expect(outcome).toBe('conforms');
  });
});

describe('fault.recovery', () => {
  const recovering = (sec: number, expects: Phase['expects'] = ['latency.']) =>
    verdictOn({
      made: [...CALM, ...failing(PHASE_SEC), ...failing(sec + 1, 30), ...seconds(PHASE_SEC - sec - 1, 5)],
      recovery: { recoverWithinSec: 10, expects },
      done: done(HIT),
    });

  it('passes at once, and says between which bounds', () => {
    const { findings, outcome } = recovering(0);
    expect(of(findings, 'fault.recovery')).toEqual([
      'recovery pass: the objectives hold again after at least 0 s and at most 0 s (each bound 95 % sure); the last was health p95',
    ]);
    expect(outcome).toBe('conforms');
  });

  it('passes after some seconds, which do not count against the objectives', () => {
    const { findings, outcome } = recovering(6);
    expect(of(findings, 'fault.recovery')[0]).toContain(
      'recovery pass: the objectives hold again after at least 6 s and at most 6 s',
    );
    expect(outcome).toBe('conforms');
  });

  it('fails when it is proven later: "recovers late"', () => {
    const { findings, outcome } = recovering(14);
    expect(of(findings, 'fault.recovery')[0]).toContain('recovery fail: the objectives hold again after at least 14 s');
    expect(outcome).toBe('breaches');
  });

  it('fails when it never comes: "never recovers"', () => {
    const { findings, outcome } = recovering(59);
    expect(of(findings, 'fault.recovery')[0]).toMatch(
      /recovery fail: .* at least 59 s and not proven by the end of the phase, 59 s/,
    );
    expect(outcome).toBe('breaches');
  });

  it('blames nobody where the generator stood still, or started late', () => {
    const slow = [...CALM, ...failing(PHASE_SEC), ...seconds(PHASE_SEC, 700)];
    const its = { made: slow, recovery: { recoverWithinSec: 10 }, done: done(HIT) };
    expect(of(verdictOn(its).findings, 'fault.recovery')[0]).toContain('recovery fail: ');
    const still = verdictOn({ ...its, generator: { startLatenessUs: { p50: 200, p99: 900, max: 5_830_000 } } });
    expect(of(still.findings, 'fault.recovery')[0]).toMatch(
      /^recovery inconclusive: .*the generator was overloaded: it stood still: an arrival started 5.83 s late$/,
    );
    const late = verdictOn({ ...its, starts: seconds(3 * PHASE_SEC, 690) });
    expect(of(late.findings, 'fault.recovery')[0]).toMatch(
      /^recovery inconclusive: .*the generator was overloaded: 100 %/,
    );
  });

  it('is inconclusive where it may have been later', () => {
    const once = seconds(PHASE_SEC - 7, 5).map((one, at) => (at === 30 ? { ...one, failed: { status_500: 1 } } : one));
    const { findings, outcome } = verdictOn({
      made: [...CALM, ...failing(PHASE_SEC), ...failing(7), ...once],
      recovery: { recoverWithinSec: 10 },
      done: done(HIT),
    });
    expect(of(findings, 'fault.recovery')[0]).toMatch(
      /recovery inconclusive: .* at least 6 s and not proven by the end/,
    );
    expect(outcome).toBe('inconclusive');
  });

  it('has no data where nothing was recorded', () => {
    const { findings, outcome } = verdictOn({
      made: [...CALM, ...failing(PHASE_SEC)],
      recovery: { recoverWithinSec: 10 },
      done: done(HIT),
    });
    expect(of(findings, 'fault.recovery')).toEqual([
      'recovery no-data: no sample of an objective was recorded in the phase',
    ]);
    expect(outcome).toBe('inconclusive');
  });
});

describe('fault.fail-fast', () => {
  /** Failures that took so long each; made-up seconds sum up only good answers. */
  const failuresOf = (ms: number) => {
    const phases = [BASELINE, { ...FAULT, expects: [], faults: [ERRORS], failFastMs: 1000 }, RECOVERY];
    const load = { journeys: phases.map(({ name }) => line(name)), faults: done(HIT) };
    const facts = factsOf(OBJECTIVES, { health: ERRING }, { plan: { phases }, load });
    const health = facts.recording.endpoints.get('health');
    if (health === undefined) throw new Error('no health');
    const slower = health.seconds.map((one) => ({
      ...one,
      sumUs: one.sumUs + (one.failed['status_503'] ?? 0) * ms * 1000,
    }));
    const endpoints = new Map([['health', { ...health, seconds: slower }]]);
    return judged({ ...facts, recording: { ...facts.recording, endpoints } });
  };

  it('passes where failures were fast', () => {
    const { findings, outcome } = failuresOf(2);
    expect(of(findings, 'fault.fail-fast')).toEqual([
      'fault pass: 0 of 3,540 requests ended later than 1 s, whether they failed or not',
    ]);
    expect(outcome).toBe('conforms');
  });

  it('fails where they were slow: "fails slow instead of fast"', () => {
    const { findings, outcome } = failuresOf(2000);
    expect(of(findings, 'fault.fail-fast')[0]).toMatch(
      /^fault fail: \d+ to \d+ of 3,540 requests ended later than 1 s/,
    );
    expect(outcome).toBe('breaches');
  });

  it('is inconclusive where the sum of a second leaves it open', () => {
    const { findings, outcome } = failuresOf(300);
    expect(of(findings, 'fault.fail-fast')[0]).toMatch(/^fault inconclusive: 0 to \d+ of 3,540/);
    expect(outcome).toBe('inconclusive');
  });

  it('counts slow good answers, too', () => {
    const made = [...CALM, ...seconds(PHASE_SEC, 1500), ...CALM];
    const latency: Fault = { kind: 'latency', delayMs: 1500, jitterMs: 0 };
    const { findings } = verdictOn({
      made,
      faults: [latency],
      fault: { failFastMs: 1000 },
      done: done([{ seen: 0, hit: 0 }]),
    });
    expect(of(findings, 'fault.fail-fast')).toEqual([
      'fault fail: 3,540 of 3,540 requests ended later than 1 s, whether they failed or not',
    ]);
  });

  it('blames nobody where the generator stood still, or started as many too late', () => {
    const slow = {
      made: [...CALM, ...seconds(PHASE_SEC, 1500), ...CALM],
      fault: { failFastMs: 1000 },
      done: done(HIT),
    };
    const still = verdictOn({ ...slow, generator: { startLatenessUs: { p50: 200, p99: 900, max: 5_830_000 } } });
    expect(of(still.findings, 'fault.fail-fast')[0]).toMatch(/^fault inconclusive: .*it stood still/);
    const late = verdictOn({ ...slow, starts: seconds(3 * PHASE_SEC, 1400) });
    expect(of(late.findings, 'fault.fail-fast')[0]).toMatch(
      /^fault inconclusive: .*3,540 arrivals started over 500 ms late, half of the limit$/,
    );
    const fewer = verdictOn({ ...slow, starts: seconds(3 * PHASE_SEC, 400) });
    expect(of(fewer.findings, 'fault.fail-fast')[0]).toMatch(/^fault fail: /);
  });

  it('has no data where nothing was sent', () => {
    const { findings } = verdictOn({ made: CALM, fault: { failFastMs: 1000 }, done: done(HIT) });
    expect(of(findings, 'fault.fail-fast')).toEqual(['fault no-data: no request was sent in the phase']);
  });
});

it('a run without faults has none of these findings', () => {
  const { findings } = judged(
    factsOf([DEGRADED], { health: [...CALM, ...CALM, ...CALM] }, { plan: { phases: PHASES } }),
  );
  expect(findings.map(({ id }) => id).filter((id) => id.startsWith('fault.') || id === 'load.faults')).toEqual([]);
});
