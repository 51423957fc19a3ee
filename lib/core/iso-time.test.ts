/** Times as text, and which of them can be read. */
import { expect, test } from 'vitest';
import { isoTime } from './iso-time.ts';

const NOON_MS = 1_764_331_200_000;

test.each([
  ['2025-11-28T12:00:00Z', 'z', NOON_MS],
  ['2025-11-28T12:00:00.25Z', 'z', NOON_MS + 250],
  ['2025-11-28T12:00:00,250999Z', 'z', NOON_MS + 250],
  ['2025-11-28T12:00:00+00:00', 'offset', NOON_MS],
  ['2025-11-28 14:00:00.000001+02:00', 'offset', NOON_MS],
  ['2025-11-28T06:30:00-0530', 'offset', NOON_MS],
  ['2025-11-28T12:00:00.000001+00:00Z', 'offset-and-z', NOON_MS],
  ['2025-11-28T12:00:00-00:00Z', 'offset-and-z', NOON_MS],
  ['2025-11-28T12:00:00+02:00Z', 'contradictory', null],
  ['2025-11-28T12:00:00', 'no-zone', null],
])('%s has the form %s', (text, form, atMs) => {
  expect(isoTime(text)).toEqual({ form, atMs });
});

test.each(['today', '', '2025-11-28', '2025-13-28T12:00:00Z', '2025-11-28T12:00:00ZZ', '1764331200', '12:00:00Z'])(
  '%s is none',
  (text) => {
    expect(isoTime(text)).toBeUndefined();
  },
);
