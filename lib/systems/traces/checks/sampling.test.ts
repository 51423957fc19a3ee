/** How many traces are recorded: what does not decide it, and what does. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import {
  finding,
  judgeTraces,
  only,
  real,
  recordTraces,
  roots,
  sampled,
  skewed,
} from '../../../../test/support/traces-run.ts';
import type { TracesObserved } from '../observation.ts';
import { DOCUMENTED_SPANS } from '../promises.ts';

beforeAll(recordTraces);

describe('the sampling ratio', () => {
  test.each<[string, () => TracesObserved, string, string]>([
    ['few requests', () => ({ ...roots(3), unflaggedRequests: 30 }), 'inconclusive', '3 of 30'],
    ['more traces than requests', () => roots(1001), 'inconclusive', 'others call it'],
    ['too many traces to count', () => ({ ...real, roots: null }), 'unavailable', 'not all traces'],
    ['no request without traceparent', () => ({ ...real, unflaggedRequests: 0 }), 'no-data', 'no request'],
    [
      'parents that are not continued',
      () => only('http.request', (span) => ({ ...span, parentSpanId: null })),
      'no-data',
      'which request began which',
    ],
    ['a clock that is off', () => skewed(30), 'no-data', 'another time'],
    ['contexts that are not continued', () => sampled(() => ({ found: 0 })), 'no-data', 'which request began which'],
  ])('the ratio is not decided by %s', (_, observed, status, summary) => {
    expect(finding(observed(), 'traces.sampling.ratio')).toMatchObject({
      status,
      summary: expect.stringContaining(summary),
    });
  });

  it.each([200, 500, 1001])('fails with %d of 1,000 recorded where nobody else calls', (recorded) => {
    const findings = judgeTraces(roots(recorded), { contract: DOCUMENTED_SPANS, mapping: null, exclusive: true });
    const actual = Math.min(1, recorded / 1000);
    expect(findings.find(({ id }) => id === 'traces.sampling.ratio')).toMatchObject({ status: 'fail', actual });
  });

  it.each([200, 500])('does not accuse %d of 1,000 where others may have begun some', (recorded) => {
    expect(finding(roots(recorded), 'traces.sampling.ratio')).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('some may be of others'),
      furtherSamples: null,
    });
  });

  it('says how many more requests would decide the ratio', () => {
    const found = finding({ ...roots(3), unflaggedRequests: 30 }, 'traces.sampling.ratio');
    expect(found?.furtherSamples).toBeGreaterThan(50);
  });
});
