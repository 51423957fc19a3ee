/** Templates, rows and checks of journeys that a profile describes. */
import { describe, expect, test } from 'vitest';
import { checkProblem } from './own-check.ts';
import { filledJson, filledPath, filledText, namesIn, type OwnCheck, rowAt } from './own-request.ts';
import { Random } from './random.ts';
import { sampleOutcome } from './sample-outcome.ts';
import { nthOfGenerator } from './segment.ts';

const VALUES: Readonly<Record<string, string | number | boolean>> = {
  word: 'a/b ü&?#',
  most: 5,
  hot: true,
  q: '"\\\n',
};
const valueFor = (name: string) => VALUES[name] ?? '';

test('the names in braces, wherever they stand', () => {
  expect(
    namesIn(['/a/{word}?n={most}', { 'X-A': '{word}' }, { deep: [{ text: 'of {hot}' }, '{ no }', '{1}'] }]),
  ).toEqual(['word', 'most', 'hot']);
});

test('values are percent-encoded in paths and queries', () => {
  expect(filledPath('/api/{word}/x?n={most}', valueFor)).toBe('/api/a%2Fb%20%C3%BC%26%3F%23/x?n=5');
  expect(filledText('{most} of {word}', valueFor)).toBe('5 of a/b ü&?#');
});

test('values in bodies are what JSON makes of them, and keep their kind where they stand alone', () => {
  const body = { text: 'it is {q}', most: '{most}', list: ['{hot}', 1, null], as: 'n{most}' };
  const filled = filledJson(body, valueFor);
  expect(filled).toEqual({ text: 'it is "\\\n', most: 5, list: [true, 1, null], as: 'n5' });
  expect(JSON.parse(JSON.stringify(filled))).toEqual(filled);
});

describe('the row of an arrival', () => {
  const rowOf = (index: number, seed = 7) =>
    rowAt({ rows: 10, order: 'random' }, new Random(seed, 'search_0', index), index);

  test('is the same whichever engine sends the arrival', () => {
    const alone = Array.from({ length: 60 }, (_, index) => rowOf(index));
    // Engine k of three sends the arrivals k, k + 3, k + 6 …
    const shared = [0, 1, 2].flatMap((of) =>
      Array.from({ length: 20 }, (_, n) => [of + 3 * n, rowOf(of + 3 * n)] as const),
    );
    expect(shared.sort(([a], [b]) => a - b).map(([, row]) => row)).toEqual(alone);
    expect(new Set(shared.map(([index]) => nthOfGenerator(index, 3))).size).toBe(20);
  });

  test('is random over all rows, and by the seed', () => {
    const rows = Array.from({ length: 200 }, (_, index) => rowOf(index));
    expect(new Set(rows)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(rows).not.toEqual(Array.from({ length: 200 }, (_, index) => rowOf(index, 8)));
  });

  test('is the next one in sequence, from the first one again after the last', () => {
    const next = (index: number) => rowAt({ rows: 3, order: 'sequential' }, new Random(1, 's', index), index);
    expect([0, 1, 2, 3, 4].map(next)).toEqual([0, 1, 2, 0, 1]);
  });
});

describe('a check', () => {
  const ANSWER: Readonly<Record<string, unknown>> = {
    'results.#': 3,
    name: 'tea',
    nothing: null,
    hot: false,
    list: [1],
    '@this': {},
  };
  const problem = (...checks: OwnCheck[]) => checkProblem(checks, (path) => ANSWER[path]);

  test.each<[string, OwnCheck]>([
    ['atLeast', { json: 'results.#', atLeast: 3 }],
    ['atMost', { json: 'results.#', atMost: 3 }],
    ['both', { json: 'results.#', atLeast: 1, atMost: 5 }],
    ['equals a text', { json: 'name', equals: 'tea' }],
    ['equals false', { json: 'hot', equals: false }],
    ['equals null', { json: 'nothing', equals: null }],
    ['matches', { json: 'name', matches: '^t' }],
    ['matches a number', { json: 'results.#', matches: '^\\d+$' }],
    ['exists', { json: 'list', exists: true }],
    ['is missing, as it should be', { json: 'error', exists: false }],
    ['null is missing', { json: 'nothing', exists: false }],
  ])('holds: %s', (_, check) => {
    expect(problem(check)).toBeUndefined();
  });

  test.each<[string, OwnCheck]>([
    ['atLeast', { json: 'results.#', atLeast: 4 }],
    ['atMost', { json: 'results.#', atMost: 2 }],
    ['atLeast of a text', { json: 'name', atLeast: 0 }],
    ['equals', { json: 'results.#', equals: '3' }],
    ['equals null, where nothing is', { json: 'error', equals: null }],
    ['matches', { json: 'name', matches: '^e' }],
    ['matches a list', { json: 'list', matches: '.' }],
    ['exists', { json: 'error', exists: true }],
    ['is there, and should not be', { json: 'name', exists: false }],
    ['only one of two holds', { json: 'results.#', atLeast: 1, atMost: 2 }],
  ])('fails: %s', (_, check) => {
    expect(problem(check)).toBe('check_1');
  });

  test('the first one that fails is named, and that the server answered', () => {
    expect(problem({ json: 'name', exists: true }, { json: 'name', equals: 'x' }, { json: 'a', exists: true })).toBe(
      'check_2',
    );
    expect(sampleOutcome('check_2')).toMatchObject({
      words: 'answered something that check 2 of the journey does not accept',
      reached: 'yes',
      status: 200,
      lost: false,
    });
  });

  test('says nothing good of an answer that is not JSON, not even that something is missing', () => {
    expect(checkProblem([{ json: 'error', exists: false }], () => undefined)).toBe('not-json');
    expect(checkProblem([], () => undefined)).toBeUndefined();
  });
});
