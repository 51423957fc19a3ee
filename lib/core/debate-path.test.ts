/** An id that no debate has looks like one that exists. */
import { expect, test } from 'vitest';
import { idLike } from './debate-path.ts';

test.each([
  ['adhoc_89abcdef', 'adhoc_01234567'],
  ['0b5e6a52-9d3c-4c43-8f0a-1d2e3f4a5b6c', '0b5e6a52-9d3c-4c43-8f0a-1d2e01234567'],
  ['debate-17', 'adhoc_01234567'],
  [null, 'adhoc_01234567'],
])('beside %s it is %s', (known, like) => {
  expect(idLike(known, '01234567')).toBe(like);
});
