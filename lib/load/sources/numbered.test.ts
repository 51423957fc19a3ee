/** Records of an engine elsewhere: each counts once, whatever becomes of the connection, and what is missing is named. */
import { expect, test } from 'vitest';
import type { EngineRecord } from '../../core/engine-protocol.ts';
import { type Fetched, NumberedReader } from './numbered.ts';

const START: EngineRecord = { type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0', atMs: 1, cores: 4 };
const END: EngineRecord = { type: 'end', atMs: 9, samples: 5, intervals: 2 };
const interval = (second: number, count: number): EngineRecord => ({
  type: 'interval',
  second,
  endpoints: { health: { count, sumUs: 10 } },
  iterations: {},
  dropped: {},
});
const WHOLE = [START, interval(1, 2), interval(2, 3), END];

interface Said {
  readonly engine?: string;
  /** The number of the first record; default: as it was asked for. */
  readonly from?: number;
  readonly nowMs?: number;
}

const answer = (after: number, records: readonly EngineRecord[], { engine = 'A', from, nowMs = 1000 }: Said = {}) => {
  const lines = records.map((record, at) => ({ seq: (from ?? after + 1) + at, record }));
  const text = [{ engine, nowMs }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
  return { text, sentAtMs: 1000, arrivedAtMs: 1000 };
};

/** Reads what is answered in turn, until there is no more. */
async function reading(...answers: ((after: number) => Fetched)[]) {
  const [asked, records]: [number[], EngineRecord[]] = [[], []];
  const reader = new NumberedReader();
  const server = {
    fetch: async (after: number) => {
      asked.push(after);
      return answers.shift()?.(after);
    },
    acknowledge: async (last: number) => void asked.push(last),
  };
  const end = await reader.read(server, (record) => records.push(record));
  return { asked, records, end, reader };
}

test('each record arrives once, over as many connections as it takes', async () => {
  const { asked, records, end } = await reading(
    (after) => answer(after, WHOLE.slice(0, 1)),
    (after) => answer(after, []),
    (after) => answer(after, WHOLE.slice(1, 3)),
    (after) => answer(after, WHOLE.slice(3)),
  );
  expect([records, end]).toEqual([WHOLE, { stream: { complete: true } }]);
  // The last request tells the engine that its end has arrived.
  expect(asked).toEqual([0, 1, 1, 3, 4]);
});

test('an engine that was ended before its time says why', async () => {
  const { end } = await reading((after) => answer(after, [...WHOLE.slice(0, 3), { ...END, error: 'a signal' }]));
  expect(end).toEqual({ stream: { complete: true }, error: 'a signal' });
});

test.each<[string, ((after: number) => Fetched)[], string]>([
  [
    'a gap',
    [(after) => answer(after, WHOLE.slice(0, 2)), () => answer(0, WHOLE.slice(3), { from: 4 })],
    'record 3 never came; the engine counted 5 samples, 2 arrived; the engine counted 2 intervals, 1 arrived',
  ],
  [
    'a record twice',
    [(after) => answer(after, WHOLE.slice(0, 2)), () => answer(0, WHOLE.slice(1), { from: 2 })],
    'record 2 came twice',
  ],
  [
    'an engine that was started again',
    [(after) => answer(after, WHOLE.slice(0, 2)), (after) => answer(after, WHOLE, { engine: 'B' })],
    'another engine answered after record 2: it was started again; the engine ended without its end record',
  ],
  ['an engine that is gone', [(after) => answer(after, WHOLE.slice(0, 3))], 'the engine ended without its end record'],
  [
    'something else',
    [() => ({ text: 'upstream\n', sentAtMs: 1, arrivedAtMs: 2 })],
    'the engine\'s answer begins with "upstream"; the engine ended without its end record',
  ],
  [
    'another protocol',
    [(after) => answer(after, [{ ...START, protocol: 2 } as unknown as EngineRecord, ...WHOLE.slice(1)])],
    'record 1: "protocol" must be 1, got 2; the engine\'s first record must be start, got interval',
  ],
])('is not complete with %s', async (_, answers, detail) => {
  expect((await reading(...answers)).end.stream).toEqual({ complete: false, detail });
});

test('a record that comes twice counts once', async () => {
  const { records } = await reading(
    (after) => answer(after, WHOLE.slice(0, 2)),
    () => answer(0, WHOLE.slice(1), { from: 2 }),
  );
  expect(records).toEqual(WHOLE);
});

test('the clock of the engine is known within the fastest answer', async () => {
  const reader = new NumberedReader();
  expect(reader.clockOffsetMs).toBeNull();
  const slow = { ...answer(0, [], { nowMs: 13_000 }), sentAtMs: 9000, arrivedAtMs: 11_000 };
  const fast = { ...answer(0, [], { nowMs: 15_001 }), sentAtMs: 12_000, arrivedAtMs: 12_002 };
  for (const fetched of [slow, fast]) reader.take(fetched, () => {});
  expect(reader.clockOffsetMs).toBe(3000);
});
