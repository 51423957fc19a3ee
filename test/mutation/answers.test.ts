/** The mutants of what clients get: how they are made, and that the scripts of the load notice them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { changedAt, LOST, pathsOf, textOf, valueAt } from './answers/fields.ts';
import { playAnswers } from './answers/index.ts';
import { valueAt as jsonAt } from './answers/json-path.ts';
import { mayKillAnswer } from './answers/killers.ts';
import { START_MS, Stage } from './answers/stage.ts';
import { ANSWERS_FLOOR } from './floor.ts';
import type { Played } from './play.ts';
import { tallyOf } from './score.ts';

describe('paths of k6', () => {
  const LIST = '{"debates":[{"id":"a"},{"task":"b"},{"id":"c"}],"count":3}';

  test.each([
    ['debates.#', 3],
    ['debates.#.id', ['a', 'c']],
    ['count', 3],
    ['{"n":debates.#,count,total}', { n: 3, count: 3 }],
    ['total', undefined],
    ['#', undefined],
  ])('%s', (path, value) => {
    expect(jsonAt(LIST, path)).toEqual(value);
  });

  test('of what is not JSON there is nothing', () => {
    expect(jsonAt('{"debates":', '@this')).toBeUndefined();
    expect(jsonAt('[1,2]', '#')).toBe(2);
  });
});

describe('fields', () => {
  const value = { a: [{ b: 1 }, { b: 2 }], c: { d: null } };

  test('have paths, those of lists once', () => {
    expect(pathsOf(value).map(textOf)).toEqual(['a', 'a[].b', 'c', 'c.d']);
  });

  test('are changed in each element', () => {
    expect(changedAt(value, ['a', '[]', 'b'], () => 7)).toEqual({ ...value, a: [{ b: 7 }, { b: 7 }] });
    expect(changedAt(value, ['c', 'd'], () => LOST)).toEqual({ ...value, c: {} });
    expect(changedAt(value, ['c', 'none'], () => 7)).toEqual(value);
    expect(valueAt(value, ['a', '[]', 'b'])).toBe(1);
  });
});

test('the stage runs what is due in its order, and jumps over the time between', () => {
  const ran: string[] = [];
  const stage = new Stage({ ask: () => 'reset', greet: () => [], hear: () => [] });
  stage.after(20, () => ran.push('second'));
  stage.after(10, () => stage.after(10, () => ran.push('third')));
  stage.cancel(stage.after(5, () => ran.push('cancelled')));
  stage.after(60_000, () => ran.push('too late'));
  stage.run(START_MS + 30_000);
  expect(ran).toEqual(['second', 'third']);
  expect(stage.nowMs).toBe(START_MS + 20);
});

test('a mutant of an answer is killed by a finding about it alone', () => {
  expect(mayKillAnswer('content.list', 'list')).toBe(true);
  expect(mayKillAnswer('latency.debates-list.p95', 'list')).toBe(true);
  expect(mayKillAnswer('content.health', 'list')).toBe(false);
  expect(mayKillAnswer('content.texts', 'agent_message')).toBe(true);
});

/** Some seconds' worth. */
const SAMPLE = 120;

describe('a sample of the mutants', () => {
  let played: readonly Played[];
  beforeAll(async () => {
    ({ played } = await playAnswers({ seed: 7, sample: SAMPLE }));
  });

  test('is played, and most of it is noticed', () => {
    expect(played).toHaveLength(SAMPLE);
    const missed = played.filter(({ fate, equivalent }) => fate === 'survived' && equivalent === null);
    expect(tallyOf(played).score, missed.map(({ id }) => id).join('\n')).toBeGreaterThanOrEqual(ANSWERS_FLOOR);
  });

  test('has no equivalent that is noticed', () => {
    expect(played.filter(({ fate, equivalent }) => fate === 'killed' && equivalent !== null)).toEqual([]);
  });
});
