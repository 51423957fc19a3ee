/** Numbers that can be, and numbers that can't. */
import { expect, test } from 'vitest';
import { hasImpossibleValue } from './values.ts';

test.each([
  {},
  { confidence: 0 },
  { confidence: 1.0004 },
  { confidence: 'high', rounds: '3', duration: null },
  { rounds: 0, round: 3, duration: 0.25 },
  { consensus_confidence: 0.8, rounds_used: 1, duration_seconds: 7200 },
  { another: -5 },
])('%o can be', (fields) => {
  expect(hasImpossibleValue(fields)).toBe(false);
});

test.each([
  { confidence: 1.7 },
  { confidence: -0.1 },
  { consensus_confidence: 5 },
  { rounds: -1 },
  { rounds: 1.5 },
  { rounds_used: -3 },
  { round: 0.5 },
  { duration: -0.2 },
  { duration_seconds: -1 },
])('%o can not be', (fields) => {
  expect(hasImpossibleValue(fields)).toBe(true);
});
