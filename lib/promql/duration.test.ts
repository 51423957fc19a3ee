import { expect, test } from 'vitest';
import { durationMs } from './duration.ts';

test.each([
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['0', 0],
  ['', null],
  ['soon', null],
  ['5', null],
  ['1.5h', null],
])('%s lasts %s ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
