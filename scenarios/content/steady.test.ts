/** Answers about a finished debate that stay the same, and those that do not. */
import { expect, test } from 'vitest';
import { Steady } from './steady.ts';

const changed = (...answers: readonly (readonly unknown[])[]): boolean[] => {
  const steady = new Steady();
  return answers.map((answer) => steady.changes(answer, 5_000));
};

test.each<readonly [string, readonly (readonly unknown[])[]]>([
  ['of which there is one', [[0.8, 1]]],
  [
    'that stay the same',
    [
      [0.8, 1],
      [0.8, 1],
      [0.8, 1],
    ],
  ],
  [
    'that give no number',
    [
      [undefined, undefined],
      [undefined, undefined],
    ],
  ],
  [
    'that are complete a moment after the end',
    [
      [0, 0],
      [0, 0],
      [0.8, 1],
      [0.8, 1],
    ],
  ],
  [
    'that are rounded otherwise each time',
    [
      [0.8, 1],
      [0.801, 1],
      [0.799, 1],
      [0.8, 1],
    ],
  ],
])('answers %s are steady', (_, answers) => {
  expect(changed(...answers)).not.toContain(true);
});

test('an answer that goes back to what it was before is not', () => {
  expect(changed([0.8, 1], [-0.4, 1], [0.8, 1], [0.8, 1])).toEqual([false, false, true, false]);
});

test('one that is another each time is not', () => {
  expect(changed([0.1], [0.2], [0.3], [0.4])).toEqual([false, false, true, true]);
});

test('what was said before a part was left out still counts', () => {
  expect(changed([0.8], [undefined], [-0.4], [undefined], [0.8])).toEqual([false, false, false, false, true]);
});

test('while several servers come to know it, old and new may come by turns', () => {
  const steady = new Steady();
  const [old, complete] = [[0], [0.8]];
  const early = [old, complete, old, complete, old].map((answer, at) => steady.changes(answer, at * 500));
  const later = [complete, complete].map((answer) => steady.changes(answer, 3_000));
  expect([...early, ...later]).not.toContain(true);
});
