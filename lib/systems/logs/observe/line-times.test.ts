/** Times of lines: the furthest step back is one within the lines of one component. */
import { expect, test } from 'vitest';
import { LineTimes } from './line-times.ts';

function times(all: readonly (readonly [atMs: number, writer: string | undefined])[]) {
  const seen = new LineTimes();
  for (const [at, [atMs, writer]] of all.entries()) seen.add({ atMs, line: at + 1, text: 'a line' }, writer);
  return seen.facts((text) => text);
}

test('the lines of one component may come after those of another', () => {
  expect(
    times([
      [1000, 'a'],
      [9000, 'a'],
      [2000, 'b'],
      [8000, 'b'],
    ]),
  ).toMatchObject({
    earliest: { atMs: 1000 },
    latest: { atMs: 9000, line: 2 },
    furthestBack: null,
  });
});

test('those of one component go back', () => {
  expect(
    times([
      [1000, 'a'],
      [9000, 'a'],
      [5000, 'b'],
      [4000, 'a'],
      [3000, 'b'],
    ])?.furthestBack,
  ).toMatchObject({
    line: 4,
    backMs: 5000,
  });
});

test('lines without a component are those of one', () => {
  expect(
    times([
      [9000, undefined],
      [4000, undefined],
    ])?.furthestBack,
  ).toMatchObject({ line: 2, backMs: 5000 });
});

test('of very many components the later ones are taken for one', () => {
  const many = Array.from({ length: 300 }, (_, at) => [10_000 - 10 * at, `writer ${at}`] as const);
  expect(times(many)?.furthestBack?.backMs).toBe(1990);
});

test('without a line there is no time', () => {
  expect(times([])).toBeNull();
});
