/** How long a server took to recover, whether it failed fast, and who is not accused. */
import { describe, expect, it } from 'vitest';
import { CALM, done, failing, HIT, told, unwell, verdictOn } from '../../test/support/broken.ts';
import { PHASE_SEC, seconds } from '../../test/support/phased.ts';
import type { Fault } from '../core/fault.ts';
import type { Phase } from '../core/plan.ts';

describe('fault.recovery', () => {
  const recovering = (sec: number, expects: Phase['expects'] = ['latency.']) =>
    verdictOn({
      made: [...CALM, ...failing(PHASE_SEC), ...unwell(sec + 1), ...seconds(PHASE_SEC - sec - 1, 5)],
      recovery: { recoverWithinSec: 10, expects },
      done: done(HIT),
    });

  it('passes at once, and says between which bounds', () => {
    const { findings, outcome } = recovering(0);
    expect(told(findings, 'fault.recovery')).toEqual([
      'recovery pass: the objectives hold again after at least 0 s and at most 0 s (each bound 95 % sure); the last was health p95',
    ]);
    expect(outcome).toBe('conforms');
  });

  it('passes after some seconds, which do not count against the objectives', () => {
    const { findings, outcome } = recovering(6);
    expect(told(findings, 'fault.recovery')[0]).toContain(
      'recovery pass: the objectives hold again after at least 6 s and at most 6 s',
    );
    expect(outcome).toBe('conforms');
  });

  it('fails when it is proven later: "recovers late"', () => {
    const { findings, outcome } = recovering(14);
    expect(told(findings, 'fault.recovery')[0]).toContain(
      'recovery fail: the objectives hold again after at least 14 s',
    );
    expect(outcome).toBe('breaches');
  });

  it('fails when it never comes: "never recovers"', () => {
    const { findings, outcome } = recovering(59);
    expect(told(findings, 'fault.recovery')[0]).toMatch(
      /recovery fail: .* at least 59 s and not proven by the end of the phase, 59 s/,
    );
    expect(outcome).toBe('breaches');
  });

  it('blames nobody where the generator stood still, or started late', () => {
    const slow = [...CALM, ...failing(PHASE_SEC), ...seconds(PHASE_SEC, 700)];
    const its = { made: slow, recovery: { recoverWithinSec: 10 }, done: done(HIT) };
    expect(told(verdictOn(its).findings, 'fault.recovery')[0]).toContain('recovery fail: ');
    const still = verdictOn({ ...its, generator: { startLatenessUs: { p50: 200, p99: 900, max: 5_830_000 } } });
    expect(told(still.findings, 'fault.recovery')[0]).toMatch(
      /^recovery inconclusive: .*the generator was overloaded: it stood still: an arrival started 5.83 s late$/,
    );
    const late = verdictOn({ ...its, starts: seconds(3 * PHASE_SEC, 690) });
    expect(told(late.findings, 'fault.recovery')[0]).toMatch(
      /^recovery inconclusive: .*the generator was overloaded: 100 %/,
    );
  });

  it('is inconclusive where it may have been later', () => {
    const once = seconds(PHASE_SEC - 7, 5).map((one, at) => (at === 30 ? { ...one, failed: { status_500: 1 } } : one));
    const { findings, outcome } = verdictOn({
      made: [...CALM, ...failing(PHASE_SEC), ...unwell(7, 6), ...once],
      recovery: { recoverWithinSec: 10 },
      done: done(HIT),
    });
    expect(told(findings, 'fault.recovery')[0]).toMatch(
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
    expect(told(findings, 'fault.recovery')).toEqual([
      'recovery no-data: no sample of an objective was recorded in the phase',
    ]);
    expect(outcome).toBe('inconclusive');
  });
});

describe('fault.fail-fast', () => {
  /** Failures that took so long each. */
  const failuresOf = (ms: number) => {
    const slow = failing(PHASE_SEC).map((one) => ({ ...one, failedSumMs: 6 * ms }));
    return verdictOn({ made: [...CALM, ...slow, ...CALM], fault: { failFastMs: 1000 }, done: done(HIT) });
  };

  it('passes where failures were fast', () => {
    const { findings, outcome } = failuresOf(2);
    expect(told(findings, 'fault.fail-fast')).toEqual([
      'fault pass: 0 of 3,540 requests ended later than 1 s, whether they failed or not',
    ]);
    expect(outcome).toBe('conforms');
  });

  it('fails where they were slow: "fails slow instead of fast"', () => {
    const { findings, outcome } = failuresOf(2000);
    expect(told(findings, 'fault.fail-fast')[0]).toMatch(
      /^fault fail: \d+ to \d+ of 3,540 requests ended later than 1 s/,
    );
    expect(outcome).toBe('breaches');
  });

  it('is inconclusive where the sum of a second leaves it open', () => {
    const { findings, outcome } = failuresOf(300);
    expect(told(findings, 'fault.fail-fast')[0]).toMatch(/^fault inconclusive: 0 to \d+ of 3,540/);
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
    expect(told(findings, 'fault.fail-fast')).toEqual([
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
    expect(told(still.findings, 'fault.fail-fast')[0]).toMatch(/^fault inconclusive: .*it stood still/);
    const late = verdictOn({ ...slow, starts: seconds(3 * PHASE_SEC, 1400) });
    expect(told(late.findings, 'fault.fail-fast')[0]).toMatch(
      /^fault inconclusive: .*3,540 arrivals started over 500 ms late, half of the limit$/,
    );
    const fewer = verdictOn({ ...slow, starts: seconds(3 * PHASE_SEC, 400) });
    expect(told(fewer.findings, 'fault.fail-fast')[0]).toMatch(/^fault fail: /);
  });

  it('has no data where nothing was sent', () => {
    const { findings } = verdictOn({ made: CALM, fault: { failFastMs: 1000 }, done: done(HIT) });
    expect(told(findings, 'fault.fail-fast')).toEqual(['fault no-data: no request was sent in the phase']);
  });
});
