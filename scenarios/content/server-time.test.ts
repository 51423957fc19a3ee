/** Times of servers whose clocks go, stand still, or jump. */
import { describe, expect, test } from 'vitest';
import { momentOf, ServerTimes } from './server-time.ts';

const NOW_MS = Date.parse('2026-11-28T12:00:00Z');

/** @param apart how far the server's clock is before ours at each second, ms. */
function problemsOf(apart: readonly number[], keptMs = 0): number[] {
  const times = new ServerTimes();
  return apart.flatMap((ms, second) => {
    const nowMs = NOW_MS + second * 1000;
    const given = { serverMs: nowMs + ms, earliestMs: nowMs - keptMs - 10, latestMs: nowMs + 10 };
    return times.problem(given) === undefined ? [] : [second];
  });
}

describe('times that fit', () => {
  test.each<readonly [string, readonly number[]]>([
    ['of one clock', [0, 0, 0]],
    ['of a clock an hour before ours', [3_600_000, 3_600_000]],
    ['of two servers whose clocks are apart', [0, 400, 0, 400]],
    ['of a clock that is set', [0, 0, -4000, -4000]],
    ['since the start of a process', [-NOW_MS + 5000, -NOW_MS + 1]],
  ])('%s', (_, apart) => {
    expect(problemsOf(apart)).toEqual([]);
  });

  test('of an answer that is kept for some seconds', () => {
    expect(problemsOf([0, -1000, -20_000, 0], 25_000)).toEqual([]);
  });
});

describe('times that contradict each other', () => {
  test.each<readonly [string, readonly number[], readonly number[]]>([
    ['one is an hour old', [0, 0, -3_600_000, 0, 0], [2]],
    ['the first is an hour old', [-3_600_000, 0, 0], [1]],
    ['the second is an hour old', [0, -3_600_000, 0, 0], [1]],
    ['one is of tomorrow', [0, 0, 86_400_000, 0], [2]],
    ['the clock stands still', Array.from({ length: 8 }, (_, second) => -1000 * second), [6, 7]],
    ['the clock is ten times as fast', [0, 9000, 18_000], [1, 2]],
  ])('%s', (_, apart, wrong) => {
    expect(problemsOf(apart)).toEqual(wrong);
  });

  test('an answer that is kept for minutes', () => {
    const frozen = Array.from({ length: 60 }, (_, second) => -1000 * second);
    expect(problemsOf(frozen, 25_000)[0]).toBe(31);
  });
});

test.each([
  [1_764_331_200, 1_764_331_200_000],
  [1_764_331_200_000, 1_764_331_200_000],
  ['2025-11-28T12:00:00Z', 1_764_331_200_000],
  ['2025-11-28T12:00:00.000+00:00', 1_764_331_200_000],
  ['2025-11-28T12:00:00.000001+00:00Z', 1_764_331_200_000],
  ['2025-11-28T14:00:00+02:00', 1_764_331_200_000],
  // Nobody knows which of the two is meant.
  ['2025-11-28T14:00:00+02:00Z', Number.NaN],
  ['today', Number.NaN],
  ['5', Number.NaN],
  [null, Number.NaN],
  [undefined, Number.NaN],
])('%s is a time', (value, ms) => {
  expect(momentOf(value).atMs).toBe(ms);
});

test.each([
  ['2026-11-28T12:00:00Z', true],
  ['2026-11-28T14:00:00.123456+02:00', true],
  [1_795_867_200, true],
  ['2026-11-28T14:00:00.123456', false],
  ['2026-11-28T14:00:00+02:00Z', false],
  ['Sat Nov 28 14:00:00 2026', false],
  [undefined, false],
])('%s is a sure moment: %s', (value, expected) => {
  expect(momentOf(value).isSure).toBe(expected);
});
