/** What a judged run means for a capacity search. */
import { describe, expect, test } from 'vitest';
import { SAMPLES } from '../../test/support/facts.ts';
import { generatorOf } from '../../test/support/judged.ts';
import type { RunFacts } from '../core/run.ts';
import { capacityStep } from './step.ts';

const ASKED = { ratePerSec: 112, tookSec: 70, measuredSec: 60, folder: 'steps/01-112' };
const resultOf = (facts: RunFacts): string => capacityStep(facts, ASKED).result;
const inconclusive = SAMPLES.inconclusive();
const fit: RunFacts = {
  ...inconclusive,
  load: { ...inconclusive.load, generators: [generatorOf({ startLatenessUs: { p50: 1, p99: 2, max: 3 } })] },
  verdict: {
    ...inconclusive.verdict,
    findings: inconclusive.verdict.findings.flatMap((finding, at) => [
      ...(finding.id === 'load.generator' ? [] : [finding]),
      ...(at === 0 ? [{ ...finding, id: 'load.generator', status: 'pass' as const }] : []),
    ]),
  },
};

describe('a step', () => {
  test('holds where the run conforms, and nothing broke', () => {
    expect(capacityStep(SAMPLES.conforming(), ASKED)).toMatchObject({ ...ASKED, result: 'holds', broke: [] });
  });

  test('breaks where it breaches, and names what failed, the worst first', () => {
    const facts = SAMPLES.breaching();
    const { result, broke } = capacityStep(facts, ASKED);
    const failed = facts.verdict.findings.filter(({ gating, status }) => gating && status === 'fail');
    expect(result).toBe('breaks');
    expect(broke.map(({ id }) => id).sort()).toEqual(failed.map(({ id }) => id).sort());
  });

  test('is undecided where the evidence lacks', () => {
    expect(resultOf({ ...fit, load: { ...fit.load, reason: { kind: 'finished' } } })).toBe('undecided');
  });

  test.each<[string, Partial<RunFacts['load']>]>([
    ['was starved', { generators: [generatorOf({ cpuShare: 0.95 })] }],
    ['of several was starved', { generators: [generatorOf(), generatorOf({ id: '2', cpuShare: 0.95 })] }],
    ['stood still', { generators: [generatorOf({ startLatenessUs: { p50: 1, p99: 2, max: 900_000 } })] }],
    ['could not be watched', { generators: [generatorOf({ cpuShare: null })] }],
    ['died', { reason: { kind: 'engine-died', exitCode: 1, signal: null, detail: 'out of memory' } }],
  ])('says nothing of the server where the generator %s', (_, load) => {
    expect(resultOf({ ...fit, load: { ...fit.load, reason: { kind: 'finished' }, ...load } })).toBe('unfit');
  });

  test('has no latency of an endpoint that was not measured', () => {
    expect(capacityStep(SAMPLES.empty(), ASKED).latencies).toEqual([]);
  });
});
