import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunks, readAll } from '../../../test/support/streams.ts';
import type { IntervalRecord } from '../../core/engine-protocol.ts';
import { jsonSource } from './json.ts';
import type { SecondsPlan } from './seconds.ts';

const PLAN: SecondsPlan = {
  limitsUs: { health: [10_000, 50_000] },
  generators: 1,
  scenarios: {
    health_0: {
      journey: 'health',
      kind: 'arrivals',
      owed: ['health'],
      startSec: 0,
      durationSec: 60,
      ratePerSec: 10,
      vus: 1,
      maxVus: 1,
      fromDue: ['health'],
    },
    websocket_0: {
      journey: 'websocket',
      kind: 'sockets',
      owed: [],
      startSec: 0,
      durationSec: 60,
      ratePerSec: 0,
      vus: 1,
      maxVus: 1,
      fromDue: ['ws-ping'],
    },
  },
};
// Values in plain text, so that the tests can read them; lib/record has its own tests for the real encoding.
const source = jsonSource({
  plan: PLAN,
  engineVersion: 'k6 v2.2.0',
  encodeHistogram: (valuesUs) => valuesUs.join(' '),
});

const SECOND = Date.parse('2026-11-22T02:12:35Z') / 1000;
const HEALTH = { endpoint: 'health', outcome: 'ok', scenario: 'health_0' };

/** A line as k6 v2.2.0 writes it. */
function point(metric: string, time: string, value: number | string, tags: unknown, metadata?: unknown): string {
  const meta = metadata === undefined ? '' : `,"metadata":${JSON.stringify(metadata)}`;
  return `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${value},"tags":${JSON.stringify(tags)}${meta}}}\n`;
}

const latency = (time: string, value: number | string, tags: unknown = HEALTH, metadata?: unknown): string =>
  point('aragora_latency', `2026-11-22T02:12:${time}Z`, value, tags, metadata);

async function intervals(text: string): Promise<IntervalRecord[]> {
  const { records, end } = await readAll(source, chunks(text));
  expect(end).toEqual({ complete: true });
  return records.filter((record) => record.type === 'interval');
}

describe('the json source', () => {
  test('asks k6 for JSON on stdout, and for nothing else there', () => {
    expect(source.args).toEqual(['--out', 'json=-', '--quiet', '--system-tags', 'scenario']);
    expect(source.fd).toBe(1);
  });

  test('adds samples up by second: counts, failures by kind, over-limit counts, sum, traces', async () => {
    const text =
      latency('35.000000001', 10) +
      latency('35.5', 10.0005) +
      latency('35.999999999', 60, HEALTH, { trace_id: '4bf92f35' }) +
      latency('36', 500, { ...HEALTH, outcome: 'status_500' }, { trace_id: '00f067aa' }) +
      latency('36.25', 0, { endpoint: 'ws-ping', outcome: 'ok', scenario: 'websocket_0' });
    expect(await intervals(text)).toEqual([
      {
        type: 'interval',
        second: SECOND,
        endpoints: {
          health: {
            count: 3,
            sumUs: 80_001,
            over: [2, 1],
            histogram: '10000 10001 60000',
            traces: [['4bf92f35', 60_000, 'ok']],
          },
        },
        iterations: {},
        dropped: {},
      },
      {
        type: 'interval',
        second: SECOND + 1,
        endpoints: {
          health: {
            count: 1,
            failed: { status_500: 1 },
            sumUs: 500_000,
            over: [0, 0],
            traces: [['00f067aa', 500_000, 'status_500']],
          },
          'ws-ping': { count: 1, sumUs: 1, histogram: '1' },
        },
        iterations: {},
        dropped: {},
      },
    ]);
  });

  test('counts iterations and drops by scenario, and corrects the values after a drop', async () => {
    const scenario = { scenario: 'health_0' };
    const text =
      point('iterations', '2026-11-22T02:12:35.1Z', 1, scenario) +
      point('dropped_iterations', '2026-11-22T02:12:35.2Z', 1, scenario) +
      // Due in the slot after the dropped one; the script takes it for the dropped one.
      latency('35.35', 150) +
      // Not counted from its due time, so it stays as it is.
      latency('35.36', 150, { ...HEALTH, endpoint: 'start-lateness' }) +
      point('iterations', '2026-11-22T02:12:35.4Z', 1, scenario, { trace_id: 'x' });
    const [interval] = await intervals(text);
    expect(interval?.iterations).toEqual({ health_0: 2 });
    expect(interval?.dropped).toEqual({ health_0: 1 });
    expect(interval?.endpoints.health?.sumUs).toBe(50_000);
    expect(interval?.endpoints['start-lateness']?.sumUs).toBe(150_000);
  });

  test('skips the lines of other metrics', async () => {
    const text =
      '{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default","thresholds":[],"submetrics":null},"metric":"vus"}\n' +
      point('http_req_duration', '2026-11-22T02:12:35.1Z', 5, {}) +
      point('aragora_latency_other', '2026-11-22T02:12:35.1Z', 5, HEALTH);
    expect(await intervals(text)).toEqual([]);
  });

  test('reports a second two seconds later, an empty one too, and a late sample in a further record', async () => {
    const vus = (time: string) => point('vus', `2026-11-22T02:12:${time}Z`, 1, {});
    const seen: [string, number][] = [];
    async function* stream() {
      for (const [name, line] of Object.entries({
        a: latency('35.9', 1),
        b: vus('36.8'),
        c: vus('37.8'),
        late: latency('35.99', 1),
        d: vus('39.8'),
      })) {
        yield Buffer.from(line);
        seen.push([name, records.length]);
      }
    }
    const records: number[] = [];
    await source.read(stream(), (record) => {
      if (record.type === 'interval') records.push(record.second - SECOND);
    });
    expect(seen).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['late', 1],
      ['d', 4],
    ]);
    expect(records).toEqual([0, 0, 1, 2, 4]);
  });

  test('gives the same records wherever the chunks end', async () => {
    const text =
      point('vus', '2026-11-22T02:12:35.1Z', 1, {}) +
      latency('35.35', 150, { ...HEALTH, outcome: 'größe' }) +
      latency('36.35', 12.25, HEALTH, { trace_id: 'é"}' }) +
      point('iterations', '2026-11-22T02:12:36.4Z', 1, { scenario: 'health_0' });
    const whole = await intervals(text);
    const cut = fc.array(fc.integer({ min: 1, max: Buffer.byteLength(text) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cut, async (cuts) => {
        const { records, end } = await readAll(source, chunks(text, cuts));
        expect(end).toEqual({ complete: true });
        expect(records.filter((record) => record.type === 'interval')).toEqual(whole);
      }),
      { seed: 20_261_122 },
    );
  });

  test('ends with the totals, and without them when the stream was cut', async () => {
    const text = latency('35.1', 1) + latency('36.1', 2);
    const whole = await readAll(source, chunks(text));
    expect(whole.records[0]).toMatchObject({ type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0' });
    expect(whole.records.at(-1)).toMatchObject({ type: 'end', samples: 2, intervals: 2 });
    const cut = await readAll(source, chunks(text.slice(0, -1)));
    expect(cut.end).toEqual({ complete: false, detail: 'the stream ends within a line' });
    expect(cut.records.map(({ type }) => type)).toEqual(['start', 'interval']);
  });
});

describe('a line is read for what it says', () => {
  const cases: Record<string, [line: string, second: number, latencyUs: number]> = {
    'with a time zone east of Greenwich': [
      point('aragora_latency', '2026-11-22T07:42:35.5+05:30', 1.5, HEALTH),
      SECOND,
      1500,
    ],
    'with a time zone west of Greenwich': [
      point('aragora_latency', '2026-11-21T18:12:35-08:00', 1.5, HEALTH),
      SECOND,
      1500,
    ],
    'with an exponent': [latency('35.1', '1.5e+03'), SECOND, 1_500_000],
    'with a tiny value': [latency('35.1', '1e-9'), SECOND, 1],
    'with a negative value': [latency('35.1', -3), SECOND, 1],
    'with a value over 120 s': [latency('35.1', 130_000), SECOND, 130_000_000],
    'with a half microsecond': [latency('35.1', 0.0025), SECOND, 3],
    'with a brace in a tag': [latency('35.1', 2, { ...HEALTH, a: '}', b: '"}}' }), SECOND, 2000],
    'with more metadata': [latency('35.1', 2, HEALTH, { a: '}}', trace_id: 't' }), SECOND, 2000],
  };
  test.each(Object.entries(cases))('%s', async (_, [line, second, latencyUs]) => {
    // Twice: the second time from what was cached of the first.
    const [interval] = await intervals(line + line);
    expect(interval?.second).toBe(second);
    expect(interval?.endpoints.health).toMatchObject({ count: 2, sumUs: 2 * latencyUs });
  });

  test('the second of the line before is not taken for another one', async () => {
    const text =
      latency('35.1', 1) +
      latency('36.1', 1) +
      point('aragora_latency', '2026-11-22T03:12:36.1+01:00', 1, HEALTH) +
      latency('35.2', 1);
    expect((await intervals(text)).map(({ second, endpoints }) => [second - SECOND, endpoints.health?.count])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });
});

describe('a line is reported', () => {
  const good = latency('35.1', 1);
  const cases: Record<string, [line: string, detail: RegExp]> = {
    'when it is empty': ['\n', /line 2 of k6's JSON: not a line of k6 JSON/],
    'when it is no JSON': ['panic: runtime error\n', /not a line of k6 JSON/],
    'when it is cut': [`${good.slice(0, 70)}\n`, /not a line of k6 JSON/],
    'when its fields come in another order': [
      '{"metric":"aragora_latency","type":"Point","data":{"time":"2026-11-22T02:12:35Z","tags":{},"value":1}}\n',
      /not a point of k6 JSON/,
    ],
    'when its time is none': [point('aragora_latency', '2026-11-99T02:12:35Z', 1, HEALTH), /a text that is not a time/],
    'when its time has no zone': [
      point('aragora_latency', '2026-11-22T02:12:35', 1, HEALTH),
      /a text that is not a time/,
    ],
    'when its value is none': [latency('35.1', '"1 ms"'), /a value that is not a number/],
    'when its tags are damaged': [good.replace('"ok"', 'ok'), /not valid JSON/],
    'when its metadata is damaged': [good.replace('}}}', '},"metadata":{trace}}}'), /./],
    'when it has no endpoint': [
      latency('35.1', 1, { outcome: 'ok' }),
      /needs the tags endpoint and outcome, got \{"outcome":"ok"\}/,
    ],
    'when it has no outcome': [latency('35.1', 1, { endpoint: 'health' }), /needs the tags endpoint/],
  };
  test.each(Object.entries(cases))('%s, and the others are read', async (_, [line, detail]) => {
    const { records, end } = await readAll(source, chunks(good + line + good));
    expect(end).toEqual({ complete: false, detail: expect.stringMatching(detail) });
    const [interval] = records.filter((record) => record.type === 'interval');
    expect(interval?.endpoints.health?.count).toBe(2);
  });
});
