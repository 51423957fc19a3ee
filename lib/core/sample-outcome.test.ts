/** The table of outcomes, and what the code reads from it. */
import { describe, expect, test } from 'vitest';
import { SAMPLE_OUTCOMES, type SampleOutcomeFacts, sampleOutcome, wasAnswered } from './sample-outcome.ts';

const NAMED = Object.entries<SampleOutcomeFacts>(SAMPLE_OUTCOMES);

function named(is: (facts: SampleOutcomeFacts) => boolean): string[] {
  return NAMED.filter(([, facts]) => is(facts)).map(([name]) => name);
}

describe('every outcome', () => {
  test('has words of its own', () => {
    const words = NAMED.map(([, facts]) => facts.words);
    expect(words.every((text) => text.length > 3)).toBe(true);
    expect(new Set(words).size).toBe(words.length);
  });

  test('with a status was answered', () => {
    expect(named(({ status, reached }) => status !== null && reached !== 'yes')).toEqual([]);
  });

  test('of a request that never left, or that may have, has no status', () => {
    expect(named((facts) => facts.status !== null && !wasAnswered(facts))).toEqual([]);
  });
});

test('a request was not sent, may not have come, was cut short, was given up: each by exactly these', () => {
  expect(named(({ reached }) => reached === 'no')).toEqual(['refused', 'dns', 'tls', 'no-socket']);
  expect(named(({ reached }) => reached === 'unknown')).toEqual(['timeout', 'reset', 'tcp', 'connection-failed']);
  expect(named(({ cutShort }) => cutShort)).toEqual(['broken-answer', 'answer-too-large']);
  expect(named(({ gaveUp }) => gaveUp)).toEqual([
    'timeout',
    'silent',
    'no-connection-info',
    'flood',
    'close-unanswered',
  ]);
});

test.each([
  ['status_503', { reached: 'yes', status: 503, words: 'answered with status 503' }],
  ['redirect_302', { reached: 'yes', status: 302 }],
  ['close_4029', { refusedBy: 'rate' }],
  [
    'close_1006',
    { reached: 'yes', status: null, words: 'the server closed the WebSocket with code 1006', refusedBy: null },
  ],
] as const)('%s is known by its number', (outcome, facts) => {
  expect(sampleOutcome(outcome)).toMatchObject(facts);
});

test.each(['tired', 'status_', 'status_abc', 'close', 'toString', ''])(
  'of the outcome "%s" nothing is known',
  (outcome) => {
    expect(sampleOutcome(outcome)).toMatchObject({ reached: 'unknown', status: null, cutShort: false, gaveUp: false });
  },
);
