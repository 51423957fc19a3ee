/** Faults on purpose: whether they happened, and who is not accused. */
import { describe, expect, it } from 'vitest';
import { atMs, CALM, done, ERRING, failing, HIT, SAMPLES, told, verdictOn } from '../../test/support/broken.ts';
import { factsOf, judged, type MadeSecond, times } from '../../test/support/judged.ts';
import { DEGRADED, line, OBJECTIVES, PER_SEC, PHASE_SEC, PHASES, seconds } from '../../test/support/phased.ts';
import type { Fault, FaultCount } from '../core/fault.ts';

const [BASELINE, FAULT, RECOVERY] = PHASES;

describe('load.faults', () => {
  it('passes when clients saw as many as the layer hit, and the run conforms', () => {
    const { findings, outcome } = verdictOn({ made: ERRING, done: done(HIT) });
    expect(told(findings, 'load.faults')).toEqual([
      'fault pass: status hit 360 of 3,600 requests, and clients saw 360',
    ]);
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
    expect(told(findings, 'load.faults')).toEqual([`fault inconclusive: ${says}`]);
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
    expect(told(findings, 'load.faults')).toEqual([`fault ${says}`]);
  });

  it('compares delays with slow answers', () => {
    const delay: Fault = { kind: 'delay', delayMs: 2000, share: 0.1 };
    const slow = Array.from({ length: 60 }, () => ({ ms: [...times(54, 5), ...times(6, 2005)] }));
    const passing = verdictOn({ made: [...CALM, ...slow, ...CALM], faults: [delay], done: done(HIT) });
    expect(told(passing.findings, 'load.faults')).toEqual([
      'fault pass: delay hit 360 of 3,600 requests, and clients saw 360',
    ]);
    const ignored = verdictOn({ made: [...CALM, ...CALM, ...CALM], faults: [delay], done: done(HIT) });
    expect(ignored.outcome).toBe('inconclusive');
  });

  it('judges nothing after the layer has died, and blames nobody', () => {
    const ended = { atMs: atMs(80), how: 'the layer of faults ended by itself: it exited with SIGKILL' };
    const dead = Array.from({ length: 100 }, () => ({ ms: [], failed: { refused: PER_SEC } }));
    const { findings, outcome } = verdictOn({ made: [...CALM, ...failing(20), ...dead], done: done(HIT, { ended }) });
    expect(told(findings, 'load.faults')).toEqual([`fault inconclusive: ${ended.how}`]);
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(outcome).toBe('inconclusive');
  });

  it('judges nothing where it is not known when anything was broken', () => {
    const { findings, outcome } = verdictOn({ made: [...CALM, ...seconds(120, 9000)] });
    expect(told(findings, 'load.faults')).toEqual([
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

it('a run without faults has none of these findings', () => {
  const { findings } = judged(
    factsOf([DEGRADED], { health: [...CALM, ...CALM, ...CALM] }, { plan: { phases: PHASES } }),
  );
  expect(findings.map(({ id }) => id).filter((id) => id.startsWith('fault.') || id === 'load.faults')).toEqual([]);
});
