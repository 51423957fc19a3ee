import { describe, expect, test } from 'vitest';
import { factsOf, judged, minute, times } from '../../test/support/judged.ts';
import type { Finding, Status } from '../core/finding.ts';
import { NOTHING_MEASURED } from '../core/finding.ts';
import type { AcceptedDeviation, Objective } from '../core/plan.ts';
import { withAcceptances } from './acceptance.ts';

const finding = (status: Status, gating = true): Finding => ({
  ...NOTHING_MEASURED,
  id: 'metrics.x.present',
  subject: 'x is exposed',
  system: 'metrics',
  status,
  gating,
  operator: '==',
  expected: 0,
  unit: 'count',
  allowedShare: null,
  source: { document: 'monitoring-setup-guide.md', section: 'Metrics' },
  summary: 'x is not exposed',
  evidence: [],
});
const deviation: AcceptedDeviation = { finding: 'metrics.x.present', reason: 'comes with 2.12', expires: '2026-12-31' };
const LAST_MOMENT = Date.parse('2026-12-31T23:59:59.999Z');
const heldAgainst = (status: Status, atMs: number, gating?: boolean) => {
  const [one] = withAcceptances([finding(status, gating)], [deviation], atMs);
  return { state: one?.acceptance?.state, gating: one?.gating, status: one?.status };
};

describe('an accepted deviation', () => {
  test.each([
    ['fail', 'accepted', false],
    ['no-data', 'accepted', false],
    ['inconclusive', 'accepted', false],
    // What could not be read is not a known deviation.
    ['unavailable', undefined, true],
    ['pass', 'no-longer-occurs', true],
  ] as const)('of a finding that is %s is %s, and the finding gates: %s', (status, state, gating) => {
    expect(heldAgainst(status, LAST_MOMENT)).toEqual({ state, gating, status });
  });

  test('gates again as soon as its last day is over', () => {
    expect(heldAgainst('fail', LAST_MOMENT + 1)).toEqual({ state: 'expired', gating: true, status: 'fail' });
  });

  test('of a finding that does not gate stays without a gate when it has expired', () => {
    expect(heldAgainst('fail', LAST_MOMENT + 1, false)).toEqual({ state: 'expired', gating: false, status: 'fail' });
  });

  test('says nothing of other findings', () => {
    const other = { ...finding('fail'), id: 'metrics.y.present' };
    expect(withAcceptances([other], [deviation], LAST_MOMENT)).toEqual([other]);
  });
});

describe('the verdict on a run', () => {
  const health: Objective = {
    kind: 'latency',
    id: 'latency.health.p95',
    subject: 'health p95',
    gating: true,
    source: { document: 'aragora-slo', section: 'test' },
    endpoint: 'health',
    percentile: 95,
    limitMs: 50,
  };
  /** An acceptance proves nothing about the server: another promise must be kept. */
  const lenient: Objective = {
    ...health,
    id: 'latency.health.p99',
    subject: 'health p99',
    percentile: 99,
    limitMs: 500,
  };
  const verdictOn = (ms: number, expires: string) => {
    const accepted = [{ finding: health.id, reason: 'one disk is slow', expires }];
    const facts = factsOf([health, lenient], { health: minute(() => ({ ms: times(20, ms) })) }, { plan: { accepted } });
    return judged(facts);
  };

  // The made-up run is from 2023-11-14.
  test.each([
    [
      'that breaks what is accepted conforms, and says so',
      80,
      '2023-11-14',
      'conforms',
      /; 1 known deviation accepted; telemetry not looked at$/,
    ],
    [
      'after the last day breaches, and says so',
      80,
      '2023-11-13',
      'breaches',
      /; 1 acceptance expired; telemetry not looked at$/,
    ],
    [
      'that keeps it asks to take it off the list',
      10,
      '2023-11-14',
      'conforms',
      /1 accepted deviation no longer occurs; telemetry not looked at$/,
    ],
  ] as const)('%s', (_, ms, expires, outcome, headline) => {
    const verdict = verdictOn(ms, expires);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.headline).toMatch(headline);
  });
});
