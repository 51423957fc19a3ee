import { expect, test } from 'vitest';
import { flagOf } from './trace-flag.ts';
import { TraceIds } from './trace-ids.ts';

const flags = (ratePerSec: number, untracedEvery?: number) =>
  Array.from({ length: 12 }, (_, arrival) =>
    flagOf(arrival, { ratePerSec, ...(untracedEvery === undefined ? {} : { untracedEvery }) }),
  );
const shown = (all: readonly (boolean | null)[]) =>
  all.map((flag) => (flag === null ? '-' : flag ? '1' : '0')).join('');

test.each([
  ['about one a second is sampled', 4, undefined, '100010001000'],
  ['one in so many sends nothing', 4, 2, '1-0-1-0-1-0-'],
  ['a sampled one is never left out', 3, 2, '1-010-1-010-'],
  ['all are sampled where fewer than one a second come', 0.5, 2, '111111111111'],
])('%s', (_, ratePerSec, untracedEvery, expected) => {
  expect(shown(flags(ratePerSec, untracedEvery))).toBe(expected);
});

test('an arrival that does not send its trace id can not be located by it', () => {
  const all = new TraceIds(7, ['health_0']);
  const ids = new TraceIds(7, ['health_0'], ({ arrival }) => arrival % 2 === 0);
  expect(ids.idOf('health_0', 4)).toBe(all.idOf('health_0', 4));
  expect(ids.locate(all.idOf('health_0', 4) ?? '')).toEqual({ scenario: 'health_0', arrival: 4 });
  expect(ids.idOf('health_0', 5)).toBeUndefined();
  expect(ids.locate(all.idOf('health_0', 5) ?? '')).toBeUndefined();
});
