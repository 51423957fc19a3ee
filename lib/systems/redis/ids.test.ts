import { expect, test } from 'vitest';
import { compareIds } from './ids.ts';

test.each([
  ['5-0', '5-0', 0],
  ['9-0', '10-0', -1],
  ['5-9', '5-10', -1],
  ['5-1', '5-0', 1],
  ['18446744073709551614-0', '18446744073709551615-0', -1],
])('%s against %s', (a, b, order) => expect(Math.sign(compareIds(a, b))).toBe(order));
