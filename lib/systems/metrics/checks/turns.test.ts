/** Several processes that answer in turns and do not say when they started; and what looks alike and is none. */
import { expect, test } from 'vitest';
import type { MetricsObserved } from '../observation.ts';
import { areTurns } from './turns.ts';

const SCRAPES = 20;
/** What a scrape counts of each metric: a fast one, a slow one, and one that moves from time to time. */
const RATES = [60, 8, 0.4];

function observed(value: (rate: number, scrape: number, metric: number) => number | null): MetricsObserved {
  const at = Array.from({ length: SCRAPES }, (_, scrape) => scrape);
  const families = RATES.map((rate, metric) => ({
    name: `metric_${metric}`,
    type: 'counter',
    series: [{ name: `metric_${metric}`, labels: {}, values: at.map((scrape) => value(rate, scrape, metric)) }],
  }));
  return { atMs: at.map((scrape) => 1000 * scrape), families } as unknown as MetricsObserved;
}

const counted = (share: number, rate: number, scrapes: number) => Math.round(share * rate * scrapes);
const inTurns = (parts: readonly number[], whose: (scrape: number) => number) =>
  areTurns(observed((rate, scrape) => counted(parts[whose(scrape)] ?? 0, rate, scrape + 5)));

test.each([
  ['two', [0.6, 0.4], (scrape: number) => scrape % 2],
  ['two that count almost alike', [0.52, 0.48], (scrape: number) => scrape % 2],
  ['two, of which one counts little', [0.9, 0.1], (scrape: number) => scrape % 2],
  ['three in any order', [0.5, 0.3, 0.2], (scrape: number) => ((scrape * 7919) % 11) % 3],
  ['two, of which one answers seldom', [0.6, 0.4], (scrape: number) => (scrape % 7 === 3 ? 1 : 0)],
])('%s', (_, parts, whose) => {
  expect(inTurns(parts, whose)).toBe(true);
});

test('a process whose rows come and go with it', () => {
  expect(
    areTurns(
      observed((rate, scrape, metric) =>
        metric === 2 && scrape % 2 === 0 ? null : counted(scrape % 2 ? 0.6 : 0.4, rate, scrape + 5),
      ),
    ),
  ).toBe(true);
});

test.each([
  ['one process', (rate: number, scrape: number) => counted(1, rate, scrape)],
  ['one that starts again', (rate: number, scrape: number) => counted(1, rate, scrape % 12)],
  ['one that starts again each few scrapes', (rate: number, scrape: number) => counted(1, rate, scrape % 6)],
  [
    'one whose later lives are longer',
    (rate: number, scrape: number) => counted(1, rate, scrape < 3 ? scrape : scrape < 8 ? scrape - 3 : scrape - 8),
  ],
  [
    'one counter that goes back once',
    (rate: number, scrape: number, metric: number) => counted(1, rate, scrape) - (metric === 0 && scrape > 9 ? 100 : 0),
  ],
  [
    'one counter that goes back in each second scrape',
    (rate: number, scrape: number, metric: number) => counted(metric === 0 && scrape % 2 ? 0.5 : 1, rate, scrape),
  ],
  ['all counters that go back once', (rate: number, scrape: number) => counted(1, rate, scrape === 9 ? 4 : scrape)],
  ['nothing that moves', () => 7],
])('%s is none of them', (_, value) => {
  expect(areTurns(observed(value))).toBe(false);
});
