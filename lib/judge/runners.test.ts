/** Several generators that shared a load: of one version, and begun together. */
import { expect, it } from 'vitest';
import { factsOf, generatorOf, judged, LATENCY, minute, times } from '../../test/support/judged.ts';
import type { LoadGenerator } from '../core/generators.ts';
import type { LoadReason } from '../core/recording.ts';
import { onePhase } from '../core/timeline.ts';
import { health } from '../journeys/health.ts';

const BEGAN = 1_700_000_000;
const of = (index: number, changes: Partial<LoadGenerator> = {}) =>
  generatorOf({ id: `${index + 1}`, segment: { index, of: 2 }, firstArrivalSec: BEGAN, ...changes });

/** @param ratePerSec of the only journey. */
function finding(generators: readonly LoadGenerator[], ratePerSec = 50, reason: LoadReason = { kind: 'finished' }) {
  const journey = { ...health, steps: [{ ratePerSec, durationSec: 60 }], vus: 20, maxVus: 20 };
  const input = factsOf(
    [LATENCY],
    { health: minute(() => ({ ms: times(50, 5) })) },
    { load: { generators, reason }, plan: { phases: onePhase([journey]) } },
  );
  return judged(input).findings.find(({ id }) => id === 'load.runners');
}

it('is not asked of a single generator', () => {
  expect(finding([generatorOf()])).toBeUndefined();
});

it('passes when they began together, with one version', () => {
  expect(finding([of(0), of(1, { firstArrivalSec: BEGAN + 1 })])).toMatchObject({
    status: 'pass',
    gating: true,
    summary: '2 generators of one version began together',
  });
});

it.each([
  ['began late', { firstArrivalSec: BEGAN + 4 }, 'generator 2 began at least 3 s after generator 1'],
  [
    'began late by a clock that is ahead',
    { firstArrivalSec: BEGAN + 7, clockOffsetMs: 3000 },
    'generator 2 began at least 3 s after generator 1',
  ],
  [
    'ran another version',
    { engine: { path: '/k6', version: 'v2.3.0', source: 'hdr' } },
    'generator 2 ran k6 v2.3.0, generator 1 ran k6 2.2.0',
  ],
  [
    'was paused',
    { startLatenessUs: { p50: 1000, p99: 4_280_000, max: 4_280_000 } },
    'generator 2 stood still: an arrival started 4.3 s late, none of generator 1 over 0.004 s',
  ],
  ['started nothing', { firstArrivalSec: null }, 'no arrival of generator 2 was seen'],
] as const)('is inconclusive, with its name, when one %s', (_, changes, summary) => {
  expect(finding([of(0), of(1, changes)])).toMatchObject({ status: 'inconclusive', gating: true, summary });
});

it('names none when all stood still, as on a machine that was suspended', () => {
  const startLatenessUs = { p50: 1000, p99: 4_000_000, max: 4_000_000 };
  const [one, two] = [of(0, { startLatenessUs }), of(1, { startLatenessUs: { ...startLatenessUs, max: 5_000_000 } })];
  expect(finding([one, two])).toMatchObject({ status: 'pass' });
});

it('knows when the first arrival of each is due: at a low rate the second generator has one later', () => {
  expect(finding([of(0), of(1, { firstArrivalSec: BEGAN + 10 })], 0.1)).toMatchObject({ status: 'pass' });
});

it.each<[string, LoadReason, string]>([
  [
    'died',
    { kind: 'engine-died', exitCode: null, signal: 'SIGKILL', detail: 'it is gone', generator: '2' },
    'the load was cut short: the load engine of generator 2 died (signal SIGKILL): it is gone',
  ],
  [
    'has a gap in its records',
    { kind: 'ended-early', detail: 'records 7 to 9 never came', generator: '2' },
    'the load was cut short: the load engine of generator 2: records 7 to 9 never came',
  ],
  [
    'sent a record twice',
    { kind: 'ended-early', detail: 'record 7 came twice', generator: '1' },
    'the load was cut short: the load engine of generator 1: record 7 came twice',
  ],
  [
    'said nothing any more',
    { kind: 'engine-hung', silentSec: 30, generator: '2' },
    'the load was cut short: the load engine of generator 2 said nothing for 30 s',
  ],
])('is inconclusive, with its name, when one %s', (_, reason, summary) => {
  expect(finding([of(0), of(1)], 50, reason)).toMatchObject({ status: 'inconclusive', gating: true, summary });
});

it('is no matter of one of them when all were ended', () => {
  expect(finding([of(0), of(1)], 50, { kind: 'interrupted', signal: 'SIGINT' })).toMatchObject({ status: 'pass' });
});
