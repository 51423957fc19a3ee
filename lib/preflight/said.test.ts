/** What is repeated of a server's own words, and what is not. */
import { expect, test } from 'vitest';
import { saidIn, withoutToken } from './said.ts';

test.each([
  ['{"error": "Authentication required", "code": "auth_required"}', ' ("Authentication required")'],
  ['{"error": {"code": 7, "message": "No"}}', ' ("No")'],
  ['{"detail": "Not\\nhere"}', ' ("Not here")'],
  ['{"error": "\\u001b[31mred"}', ' ("\uFFFD[31mred")'],
  [`{"message": "${'x'.repeat(500)}"}`, ` ("${'x'.repeat(159)}…")`],
  ['{"error": ""}', ''],
  ['{"error": 404}', ''],
  ['[]', ''],
  ['null', ''],
  ['<html>', ''],
])('of %s is said:%s', (body, said) => {
  expect(saidIn(body)).toBe(said);
});

test('a token is never repeated', () => {
  expect(withoutToken('s3cret is unknown, s3cret', 's3cret')).toBe('(token) is unknown, (token)');
  expect(withoutToken('as it is', undefined)).toBe('as it is');
});
