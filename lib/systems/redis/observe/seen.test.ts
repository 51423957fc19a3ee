/** What is kept of a run's tasks has a ceiling. The reader is made up: it answers as Redis does, and fails on any other question. */
import { expect, test } from 'vitest';
import { MOST_READ, type RedisLook, type StreamLook } from '../observation.ts';
import { redisPromises } from '../promises.ts';
import type { Reader } from './read.ts';
import { SeenEntries } from './seen.ts';

const PROMISES = { ...redisPromises('aragora-2.11'), streams: ['tasks'] };
const EMPTY: StreamLook = {
  ...{ key: 'tasks', type: 'stream', length: 0, lastId: '0-0', added: 0, lastDeletedId: '0-0' },
  ...{ group: null, entries: [] },
};
const lookWith = (held: readonly string[]): RedisLook => ({
  atMs: 0,
  streams: [
    {
      ...EMPTY,
      group: {
        lastDeliveredId: held.at(-1) ?? '0-0',
        pendingCount: held.length,
        pending: held.map((id) => ({ id, heldMs: 0, deliveries: 1 })),
      },
    },
  ],
});

/** A stream with these tasks, whose entries have the ids 1-0, 2-0, …; every record says that its task was rejected and has ended. */
function readerOf(tasks: readonly string[]): Reader & { readonly asked: string[][] } {
  const asked: string[][] = [];
  const numberOf = (id: string): number => Number(id.split('-')[0]) + (id.endsWith('-1') ? 1 : 0);
  return {
    asked,
    read: async (command, ...words) => {
      asked.push([command, ...words]);
      const [key, from = '', to = ''] = words;
      if (command === 'TYPE' && key === 'tasks') return 'stream';
      if (command === 'MGET') return words.map(() => '{"status":"completed","metadata":{"rejection_count":1}}');
      if (command !== 'XRANGE') throw new Error(`not expected: ${command} ${words.join(' ')}`);
      const [first, last] = [numberOf(from), to === '+' ? tasks.length : numberOf(to)];
      const entries = tasks.map((task, at) => [`${at + 1}-0`, ['task_id', task]]);
      return entries.slice(Math.max(0, first - 1), last).slice(0, MOST_READ);
    },
  };
}

test('as many tasks as the ceiling are followed, and those beyond it are counted', async () => {
  const reader = readerOf([...Array.from({ length: 2500 }, (_, at) => `t${at}`), 't0', 't0', 't2499']);
  const seen = new SeenEntries(lookWith([]), 2000);
  await seen.more(reader, PROMISES);
  const records = await seen.records(reader, PROMISES, lookWith([]));
  expect(seen.summary(records, lookWith([]))).toEqual({
    entries: 2503,
    tasks: 2000,
    unfollowed: 501,
    mostOfOne: 3,
    records: { read: 2000, rejected: 2000, endedAndHeld: 0 },
  });
  const asked = reader.asked.filter(([command]) => command === 'MGET').map((words) => words.length - 1);
  expect(asked).toEqual([1000, 1000]);
});

test('a task beyond the ceiling that has ended and is held is found all the same', async () => {
  const reader = readerOf(['a', 'b', 'c', 'd']);
  const seen = new SeenEntries(lookWith([]), 1);
  await seen.more(reader, PROMISES);
  const records = await seen.records(reader, PROMISES, lookWith(['2-0', '4-0']));
  // The last of them was acknowledged in between.
  expect(seen.summary(records, lookWith(['2-0'])).records).toEqual({ read: 1, rejected: 1, endedAndHeld: 1 });
});

test('below the ceiling nothing is said of it', async () => {
  const reader = readerOf(['a', 'a']);
  const seen = new SeenEntries(lookWith([]));
  await seen.more(reader, PROMISES);
  expect(seen.summary(null, lookWith([]))).toEqual({ entries: 2, tasks: 1, mostOfOne: 2, records: null });
});
