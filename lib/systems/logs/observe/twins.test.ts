/** Which lines are of one event alone, so that a second one is a copy. */
import { expect, test } from 'vitest';
import { isOfOneEvent } from './twins.ts';

test.each([
  '{"timestamp":"2026-11-28T12:00:00.123456Z","message":"cache hit"}',
  '{"timestamp":"2026-11-28T12:00:00.123Z","message":"request","duration_ms":12.345}',
  '{"timestamp":1764331200.12345,"message":"cache hit"}',
])('a copy of %s is one', (text) => {
  expect(isOfOneEvent(text)).toBe(true);
});

test.each([
  '{"timestamp":"2026-11-28T12:00:00.123Z","message":"cache hit"}',
  '{"timestamp":"2026-11-28T12:00:00Z","message":"request","status":200}',
  '{"timestamp":"2026-11-28T12:00:00.123Z","message":"asked","model":"demo-1.5","duration_ms":12}',
])('%s may come twice', (text) => {
  expect(isOfOneEvent(text)).toBe(false);
});
