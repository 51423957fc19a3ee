import { expect, test } from 'vitest';
import { SYSTEMS } from '../index.ts';
import { everyCheck } from '../plan.ts';
import { RATIO_ID, untracedEvery } from './untraced.ts';

test('the finding that needs untraced requests is one of the system', () => {
  expect(everyCheck(SYSTEMS, 'documented').map(({ id }) => id)).toContain(RATIO_ID);
});

test.each([
  [0, 2],
  [2_999, 2],
  [5_500, 5],
  [1_000_000, 10],
])('of %i requests one in %i is untraced', (requests, every) => {
  expect(untracedEvery(requests)).toBe(every);
});
