/** Counters grow, gauges follow the load and go back, and what a cache or others may hide. */
import { beforeAll, describe, expect, test } from 'vitest';
import { histogramOf } from '../../../../test/support/histogram.ts';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  type Cases,
  COUNTER,
  changedRun,
  family,
  findingOf,
  gauges,
  type Mutable,
  numbers,
  observed,
  red,
  unwritten,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricsObserved } from '../observation.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});
const changed = (change: (copy: Mutable<MetricsObserved>) => void) => changedRun(run, change);

const cases: Cases = {
  'a counter is no number': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => 'NaN');
    },
    ['requests_total.monotone'],
  ],
  'a counter is infinite': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => '+Inf');
    },
    ['requests_total.monotone'],
  ],
  'a counter is below zero': [
    (copy) => gauges(copy, 'aragora_elo_updates_total', (value) => value - 1e6),
    ['elo_updates_total.monotone'],
  ],
  'sockets stand high whatever happens': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => 1000),
    ['websocket_connections.moves'],
  ],
  'sockets are infinite': [
    (copy) => {
      for (const series of family(copy, 'aragora_websocket_connections').series)
        series.values = series.values.map(() => '+Inf');
    },
    ['websocket_connections.moves'],
  ],
  'running debates are infinite': [
    (copy) => {
      for (const series of family(copy, 'aragora_active_debates').series)
        series.values = series.values.map(() => '+Inf');
    },
    ['active_debates.moves'],
  ],
  'a gauge is no number': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => Number.NaN),
    ['websocket_connections.moves'],
  ],
  'a counter stands still': [(copy) => gauges(copy, 'aragora_elo_updates_total', () => 2), ['elo_updates_total.moves']],
  'running debates stay at zero': [(copy) => gauges(copy, 'aragora_active_debates', () => 0), ['active_debates.moves']],
  'running debates fall below zero': [
    (copy) => gauges(copy, 'aragora_active_debates', (_, scrape) => (scrape === 3 ? -1 : 0)),
    ['active_debates.moves'],
  ],
  'running debates are never counted down': [
    (copy) => gauges(copy, 'aragora_active_debates', (_, scrape) => scrape),
    ['active_debates.returns'],
  ],
  'sockets stay at zero': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => 0),
    ['websocket_connections.moves'],
  ],
  'half of the sockets are counted': [
    (copy) => gauges(copy, 'aragora_websocket_connections', (value, scrape) => (value === 0 ? 0 : 1 + (scrape % 2))),
    ['websocket_connections.moves'],
  ],
  'closed sockets are still counted': [
    (copy) => gauges(copy, 'aragora_websocket_connections', (value, scrape) => Math.max(value, scrape > 5 ? 3 : 0)),
    ['websocket_connections.returns'],
  ],
  'a counter falls while the server runs': [
    (copy) =>
      gauges(copy, COUNTER, (value, scrape) => (scrape === copy.atMs.length - 2 ? Math.max(0, value - 1) : value)),
    ['requests_total.monotone'],
  ],
  'a series vanishes': [
    (copy) => {
      for (const series of family(copy, 'aragora_consensus_reached_total').series) series.values[4] = null;
    },
    ['consensus_reached_total.monotone'],
  ],
  'the server starts anew twice': [
    (copy) => {
      // Far apart: what a stalled machine counts in one scrape is still less than what it had counted before.
      const quarter = Math.floor(copy.atMs.length / 4);
      startAnew(copy, quarter);
      startAnew(copy, 3 * quarter);
    },
    ['restarts'],
  ],
  'the server starts anew once, as in a deployment': [(copy) => startAnew(copy, Math.floor(copy.atMs.length / 2)), []],
};

test('two processes that answer in turns accuse nobody', () => {
  const inTurns = changed((copy) => {
    const starts = copy.atMs.map((_, scrape) => 1_700_000_000 + 3600 * (scrape % 2));
    for (const { type, series } of copy.families) {
      if (type === 'gauge') continue;
      for (const one of series) numbers(one, (value, scrape) => (scrape % 2 === 0 ? value : Math.floor(value / 2)));
    }
    const [some] = copy.families;
    if (some === undefined) throw new Error('there is no metric');
    const name = 'process_start_time_seconds';
    copy.families.push({ ...some, name, type: 'gauge', series: [{ name, labels: {}, values: starts }] });
  });
  expect(red(inTurns)).toEqual([]);
  for (const id of ['restarts', 'requests_total.reconciles'])
    expect([id, findingOf(inTurns, id)]).toMatchObject([
      id,
      { status: 'inconclusive', summary: expect.stringMatching(/several processes answer/) },
    ]);
});

test('a clock that is set back may cost a sum some ms, once', () => {
  /** The last scrape has less by so much than the one before, however much the machine let them grow. */
  const sums = (lostSec: number) =>
    changed((copy) => {
      for (const series of family(copy, 'aragora_request_duration_seconds').series) {
        if (!series.name.endsWith('_sum') || series.labels['endpoint'] !== '/api/health') continue;
        const before = Number(series.values.at(-2));
        const last = series.values.length - 1;
        numbers(series, (value, scrape) => 10 + (scrape === last ? before - lostSec : value));
      }
    });
  const sumsRed = (input: MetricsInput) => red(input).filter((id) => id.endsWith('.monotone'));
  expect(sumsRed(sums(0.05))).toEqual([]);
  expect(sumsRed(sums(0.5))).toEqual(['request_duration_seconds.monotone']);
});

/** Everything is counted from 0 again. */
function startAnew({ families }: Mutable<MetricsObserved>, scrape: number): void {
  for (const { type, series } of families) {
    if (type === 'gauge') continue;
    for (const one of series) {
      const at = Number(one.values[scrape - 1] ?? 0);
      numbers(one, (value, now) => (now < scrape ? value : value - at));
    }
  }
}

describe('exactly the findings that name it turn red when', () => {
  test.each(Object.entries(cases))('%s', (_, [change, expected]) => {
    expect(red(changed(change)).sort()).toEqual([...expected].sort());
  });
});

test('gauges that were merely missed are not blamed', () => {
  const input = changed((copy) => {
    gauges(copy, 'aragora_active_debates', () => 0);
    const kept = [0, 6, copy.atMs.length - 1];
    copy.atMs = kept.map((at) => copy.atMs[at] ?? 0);
    for (const { series } of copy.families)
      for (const one of series) one.values = kept.map((at) => one.values[at] ?? null);
  });
  const finding = findingOf(input, 'active_debates.moves');
  expect(finding?.status).toBe('inconclusive');
  expect(finding?.summary).toContain('by chance');
});

test.each<[what: string, answeredUs: number[]]>([
  ['are delivered late, one of them by 15 s', [15_000_000, ...Array<number>(9).fill(30_000)]],
  ['never come', []],
])('first messages that %s do not show that a debate ran', (_, answeredUs) => {
  const still = changed((copy) => gauges(copy, 'aragora_active_debates', () => 0));
  const agents = still.recording.endpoints.get('agent-response');
  if (agents === undefined) throw new Error('no agent answered');
  // The samples that failed took as long as the clients waited.
  const seconds = agents.seconds.map((second) => ({ ...second, sumUs: 15_000_000 * second.count }));
  const { endpoints } = unwritten(still).recording;
  endpoints.set('agent-response', { ...agents, seconds, total: histogramOf(answeredUs) });
  const finding = findingOf({ ...still, recording: { ...still.recording, endpoints } }, 'active_debates.moves');
  expect(finding?.status).toBe('inconclusive');
});

describe('a cache in front of /metrics', () => {
  /** Each scrape gets what was made at this one. */
  const copies = (madeAt: (scrape: number) => number) =>
    changed((copy) => {
      for (const series of copy.families.flatMap((one) => one.series)) {
        const values = [...series.values];
        series.values = values.map((_, scrape) => values[madeAt(scrape)] ?? null);
      }
    });

  test('puts no gauge in the wrong that it shows late', () => {
    const last = observed(run).atMs.length - 1;
    const input = copies((scrape) => (scrape < 12 ? 0 : scrape === last ? last : 12));
    expect(red(input).filter((id) => /moves|returns/.test(id))).toEqual([]);
    expect(findingOf(input, 'websocket_connections.moves')?.status).not.toBe('fail');
  });

  test('leaves it open whether a gauge went back, where its last copy may be of the load', () => {
    const input = copies((scrape) => (scrape < 9 ? 0 : 9));
    expect(findingOf(input, 'websocket_connections.returns')).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining("a copy from before the load's end"),
    });
  });

  test('that keeps everything from before the load shows nothing of it', () => {
    const input = copies(() => 0);
    expect(findingOf(input, 'websocket_connections.moves')).toMatchObject({
      status: 'no-data',
      summary: 'no scrape got new numbers while sockets were held open',
    });
    expect(findingOf(input, 'active_debates.moves')?.status).toBe('no-data');
  });
});

test('one scrape that misses a socket may have come as it closed', () => {
  const once = changed((copy) =>
    gauges(copy, 'aragora_websocket_connections', (value, scrape) => (scrape === 10 ? 0 : value)),
  );
  expect(findingOf(once, 'websocket_connections.moves')?.status).toBe('inconclusive');
});

test.each([
  ['aragora_websocket_connections', 'websocket_connections.moves'],
  ['aragora_active_debates', 'active_debates.moves'],
])("%s that others' work may have kept from rising is not blamed", (name, id) => {
  const falling = changed((copy) => gauges(copy, name, (_, scrape) => 1000 - scrape));
  expect(findingOf({ ...falling, exclusive: false }, id)?.status).toBe('inconclusive');
  expect(findingOf(falling, id)?.status).toBe('fail');
});
