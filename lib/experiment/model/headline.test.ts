/** The sentence that an experiment ends with. */
import { expect, test } from 'vitest';
import type { DifferenceVerdict } from '../../core/difference.ts';
import type { DifferenceRow } from './facts.ts';
import { headlineOf, type Said } from './headline.ts';

const row = (percentile: number, verdict: DifferenceVerdict): DifferenceRow => ({
  endpoint: 'health',
  percentile,
  aMs: 1,
  bMs: 1,
  differenceMs: 0,
  interval: null,
  smallestMs: 2,
  verdict,
});
const none = { samples: 1000, failed: 0, dropped: 0 };
const said: Said = {
  rows: [row(50, 'same'), row(95, 'cannot-tell')],
  totals: { a: none, b: none },
  verdict: 'cannot-tell',
  end: { kind: 'maximum' },
  counted: 9,
  setAside: null,
};

test.each<[string, Partial<Said>, string]>([
  [
    'what is slower',
    { verdict: 'slower', rows: [row(50, 'slower')] },
    'B is slower than A in health p50, after 9 pairs',
  ],
  [
    'what is faster',
    { verdict: 'faster', rows: [row(95, 'faster')] },
    'B is faster than A in health p95, and slower in none, after 9 pairs',
  ],
  ['sameness', { verdict: 'same' }, 'p50 and p95 of every endpoint are the same on both sides, after 9 pairs'],
  ['what is open', {}, 'not decided: health p95, after 9 pairs'],
  ['one pair as one', { counted: 1 }, 'not decided: health p95, after 1 pair'],
  [
    'who is gone',
    { end: { kind: 'gone', side: 'a', detail: 'refused' } },
    'A no longer answers: refused, after 9 pairs',
  ],
  ['an interruption', { end: { kind: 'interrupted' } }, 'the experiment was interrupted, after 9 pairs'],
  [
    'a generator never fit',
    { counted: 0, setAside: 'starved' },
    'no pair counts, because the generator was not fit: starved, after 0 pairs',
  ],
  ['nothing in common', { rows: [] }, 'no endpoint was answered by both sides, after 9 pairs'],
  [
    'failures',
    { totals: { a: none, b: { ...none, failed: 2, dropped: 1 } } },
    'too many requests to B failed to compare latencies: 3 of 1000, after 9 pairs',
  ],
])('reports %s', (_, change, sentence) => {
  expect(headlineOf({ ...said, ...change })).toBe(sentence);
});
