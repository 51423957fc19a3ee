import { describe, expect, test } from 'vitest';
import { parseEngineRecord } from './engine-record.ts';

const INTERVAL = {
  type: 'interval',
  second: 1_763_776_355,
  cpuUs: 12,
  peakRssBytes: 34,
  endpoints: {
    health: {
      count: 2,
      failed: { timeout: 1 },
      over: [1, 0],
      sumUs: 3000,
      histogram: 'HISTF',
      traces: [['4bf9', 1200, 'ok']],
    },
  },
  iterations: { health_0: 2 },
  dropped: {},
};

describe('a line is a record', () => {
  test.each([
    { type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0', atMs: 1 },
    INTERVAL,
    { type: 'interval', second: 0, endpoints: {}, iterations: {}, dropped: {} },
    { type: 'end', atMs: 2, samples: 0, intervals: 0 },
  ])('of type $type', (record) => {
    expect(parseEngineRecord(JSON.stringify(record))).toEqual(record);
  });
});

describe('a line is malformed', () => {
  const withShare = (share: unknown) => ({ ...INTERVAL, endpoints: { health: share } });
  const cases: Record<string, [unknown, string]> = {
    'when it is another value': [7, 'expected a JSON object, got 7'],
    'when it is a list': [[], 'expected a JSON object, got []'],
    'when it is null': [null, 'expected a JSON object, got null'],
    'without a type': [{}, '"type" must be start, interval or end, got nothing'],
    'of an unknown type': [{ type: 'pause' }, '"type" must be start, interval or end, got "pause"'],
    'of another protocol': [{ type: 'start', protocol: 2 }, '"protocol" must be 1, got 2'],
    'without an engine version': [{ type: 'start', protocol: 1 }, '"engineVersion" must be text, got nothing'],
    'without totals': [{ type: 'end', atMs: 1 }, '"samples" must be a whole number, got nothing'],
    'with a second in parts': [{ ...INTERVAL, second: 1.5 }, '"second" must be a whole number, got 1.5'],
    'with a negative CPU time': [{ ...INTERVAL, cpuUs: -1 }, '"cpuUs" must be a whole number, got -1'],
    'without iterations': [
      { ...INTERVAL, iterations: undefined },
      '"iterations" must be an object of whole numbers, got nothing',
    ],
    'with drops that are no numbers': [
      { ...INTERVAL, dropped: { a: '1' } },
      '"dropped" must be an object of whole numbers, got {"a":"1"}',
    ],
    'without endpoints': [{ ...INTERVAL, endpoints: [] }, '"endpoints" must be an object, got []'],
    'with an endpoint that is none': [withShare(null), 'health: expected an object, got null'],
    'without a count': [withShare({ sumUs: 1 }), 'health: "count" must be a whole number, got nothing'],
    'with failures that are a list': [
      withShare({ count: 1, sumUs: 1, failed: [1] }),
      'health: "failed" must be an object of whole numbers, got [1]',
    ],
    'with over-limit counts that are text': [
      withShare({ count: 1, sumUs: 1, over: ['1'] }),
      'health: "over" must be a list of whole numbers, got ["1"]',
    ],
    'with a histogram that is no text': [
      withShare({ count: 1, sumUs: 1, histogram: 1 }),
      'health: "histogram" must be text, got 1',
    ],
    'with a trace in another order': [
      withShare({ count: 1, sumUs: 1, traces: [[1, 'a', 'ok']] }),
      'health: "traces" must be a list of [traceId, latencyUs, outcome], got [[1,"a","ok"]]',
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [value, problem]) => {
    expect(parseEngineRecord(JSON.stringify(value))).toEqual({
      type: 'malformed',
      problem: expect.stringContaining(problem),
    });
  });

  test.each(['', '{"type":"start"', 'panic: runtime error'])('when it is no JSON: %j', (line) => {
    expect(parseEngineRecord(line)).toEqual({
      type: 'malformed',
      problem: `expected a JSON object, got ${JSON.stringify(line)}`,
    });
  });

  test('and only its beginning is quoted', () => {
    const malformed = parseEngineRecord('x'.repeat(10_000));
    expect(malformed).toMatchObject({ type: 'malformed', problem: expect.stringMatching(/^.{50,120}$/) });
  });
});
