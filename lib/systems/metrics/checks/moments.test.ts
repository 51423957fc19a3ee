/** Gauges and counters against the moments that clients wrote down: right ones, wrong ones, and runs without moments. */
import { describe, expect, test } from 'vitest';
import { histogramOf } from '../../../../test/support/histogram.ts';
import { factsOf, START_SECOND } from '../../../../test/support/judged.ts';
import { momentOf } from '../../../core/moment.ts';
import type { Journey } from '../../../core/plan.ts';
import type { EndpointRecording } from '../../../core/recording.ts';
import { onePhase } from '../../../core/timeline.ts';
import { agents } from '../../../journeys/agents.ts';
import { websocket } from '../../../journeys/websocket.ts';
import { DOCUMENTED_METRIC_MAPPING, DOCUMENTED_METRICS } from '../promises.ts';
import type { MetricSignal } from '../signals.ts';
import { shownLate } from './counted-down.ts';
import type { MetricFacts } from './facts.ts';
import { momentsOf } from './moments.ts';
import { tooHigh } from './open-bounds.ts';
import { impossibleStep } from './steps.ts';
import { tooFewSockets } from './surely-open.ts';

const START_MS = START_SECOND * 1000;
const JOURNEYS: readonly Journey[] = [
  { ...agents, steps: [], vus: 1, maxVus: 1 },
  { ...websocket, sockets: 3, durationSec: 1, pingEverySec: 1 },
];
const SCRAPES = 14;
/** A scrape each second, from one second before the load to two seconds after it. */
const AT_MS = Array.from({ length: SCRAPES }, (_, scrape) => START_MS + 1000 * (scrape - 1));
const LOAD_SEC = 11;
/** Sockets, and debates: five in two seconds, each for a second. */
const BEGAN_SEC = Array.from({ length: 22 }, (_, index) => 0.45 + index * 0.4);

type Times = Readonly<Record<string, readonly number[]>>;

/** @param sec when things happened, seconds after the beginning of the load, by endpoint. */
function recorded(sec: Times): [string, EndpointRecording][] {
  return Object.entries(sec).map(([endpoint, all]) => {
    const isMoment = endpoint.endsWith('-at');
    const seconds = all.map((at) => Math.floor(START_SECOND + at));
    const total = histogramOf(all.map((at) => (isMoment ? Math.round(1000 * momentOf(START_MS + at * 1000)) : 1)));
    const made = [...new Set(seconds)].map((second) => ({
      second,
      count: seconds.filter((one) => one === second).length,
      failed: {},
      over: [],
      sumUs: 0,
      total,
    }));
    return [endpoint, { total, seconds: made } as unknown as EndpointRecording];
  });
}

const plus = (all: readonly number[], more: number) => all.map((one) => one + more);

function facts(sec: Times, metrics: Readonly<Record<string, readonly number[]>> = {}): MetricFacts {
  const made = factsOf([], {}, { load: { startedAtMs: START_MS, endedAtMs: START_MS + LOAD_SEC * 1000 } });
  const families = Object.entries(metrics).map(([name, values]) => ({
    ...{ name, type: name.endsWith('_total') ? 'counter' : 'gauge', help: null, seriesCount: 1 },
    series: [{ name, labels: {}, values }],
  }));
  return {
    ...made,
    ...{ signals: DOCUMENTED_METRICS, contract: DOCUMENTED_METRIC_MAPPING, exclusive: true, restarts: [] },
    plan: { ...made.plan, phases: onePhase(JOURNEYS) },
    recording: { ...made.recording, endpoints: new Map(recorded(sec)) },
    observed: { kind: 'metrics', source: 'direct', settled: true, atMs: AT_MS, families },
    repeats: new Set(),
  } as unknown as MetricFacts;
}

const signalOf = (name: string): MetricSignal => {
  const found = DOCUMENTED_METRICS.metrics.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
};

const SOCKETS: Times = {
  'ws-connect': plus(BEGAN_SEC, 0.01),
  'ws-close': plus(BEGAN_SEC, 1),
  'socket-asked-at': BEGAN_SEC,
  'socket-ready-at': plus(BEGAN_SEC, 0.01),
  'socket-left-at': plus(BEGAN_SEC, 0.99),
  'socket-closed-at': plus(BEGAN_SEC, 1),
};
/** How many are open at each scrape, if each is counted from its beginning until so long after its end. */
const open = (lateSec = 0) =>
  AT_MS.map(
    (at) =>
      BEGAN_SEC.filter((began) => at >= START_MS + began * 1000 && at < START_MS + (began + 1 + lateSec) * 1000).length,
  );
const GAUGE = signalOf('aragora_websocket_connections');

describe('moments', () => {
  test('are counted up to a time, with what is inexact', () => {
    const known = momentsOf(facts(SOCKETS), 'socket-asked-at');
    expect(known?.atMost(START_MS + 840)).toBe(2);
    expect(known?.atLeast(START_MS + 860)).toBe(1);
    expect(known?.atLeast(START_MS + 60_000)).toBe(BEGAN_SEC.length);
  });

  test('of a load in which a journey does not write them down are none', () => {
    const { plan, ...others } = facts(SOCKETS);
    const bare = {
      ...websocket,
      name: 'bare',
      endpoints: websocket.endpoints.filter(({ samples }) => samples !== 'event'),
    };
    const journeys = [...JOURNEYS, { ...bare, sockets: 1, durationSec: 1, pingEverySec: 1 } as unknown as Journey];
    expect(momentsOf({ ...others, plan: { ...plan, phases: onePhase(journeys) } }, 'socket-asked-at')).toBeNull();
    expect(momentsOf(facts({}), 'socket-asked-at')).toBeNull();
  });
});

describe('how late a gauge shows what has ended', () => {
  const lateAt = (values: readonly number[], scrape: number) =>
    shownLate(facts(SOCKETS), values, START_MS + 10_000)(scrape);

  test.each<readonly [string, readonly number[], number, number]>([
    ['a second, where nothing else is seen', open(), 5, 1000],
    ['as late as it was after the load', [...open().slice(0, -3), 2, 2, 0], 5, 2000],
    ['as long as it keeps a value', [0, 0, 1, 3, 3, 3, 4, 2, 2, 1, 1, 0, 0, 0], 5, 3000],
    ['no longer than five seconds', [0, 0, 1, ...Array<number>(9).fill(3), 0, 0], 11, 5000],
    ['nobody knows, where it never goes back', [0, ...Array<number>(12).fill(2), 3], 5, Infinity],
    ['a second, where it never changes', Array<number>(SCRAPES).fill(3), 5, 1000],
  ])('%s', (_, values, scrape, ms) => {
    expect(lateAt(values, scrape)).toBe(ms);
  });
});

describe('a gauge of sockets', () => {
  const judged = (values: readonly number[], sec = SOCKETS) => {
    const all = facts(sec, { aragora_websocket_connections: values });
    return tooHigh(GAUGE, all, values) ?? tooFewSockets(all, values);
  };
  const during = (change: (value: number, scrape: number) => number) =>
    open().map((value, scrape) => (value > 0 ? change(value, scrape) : value));

  test('is right where it shows what is open, also where it counts down late or is set from time to time', () => {
    expect(judged(open())).toBeNull();
    expect(judged(open(0.8))).toBeNull();
    expect(judged(open(2.2))).toBeNull();
    expect(judged(open().map((_, scrape, all) => all[scrape - (scrape % 3)] ?? 0))).toBeNull();
  });

  test('is wrong where it grows with each scrape, or always shows some more', () => {
    expect(judged(during((value, scrape) => value + scrape))).toMatch(/at most \d can have been open/);
    expect(judged(during((value) => value + 3))).toMatch(/at most \d can have been open/);
  });

  test('is wrong where it leaves some out, and one scrape decides nothing', () => {
    const held = {
      ...SOCKETS,
      'socket-left-at': plus(BEGAN_SEC, 2),
      'socket-closed-at': plus(BEGAN_SEC, 2),
      'ws-close': plus(BEGAN_SEC, 2),
    };
    const right = AT_MS.map(
      (at) => BEGAN_SEC.filter((began) => at >= START_MS + began * 1000 && at < START_MS + (began + 2) * 1000).length,
    );
    expect(tooFewSockets(facts(held), right)).toBeNull();
    const fewer = right.map((value, scrape) => Math.min(value, 2 + (scrape % 2)));
    expect(tooFewSockets(facts(held), fewer)).toMatch(/when clients had at least \d open/);
    const once = right.map((value, scrape) => (scrape === 7 ? 2 : value));
    expect(tooFewSockets(facts(held), once)).toBeNull();
  });

  test('is compared by seconds alone where there are no moments', () => {
    const { 'ws-connect': opened = [], 'ws-close': closed = [] } = SOCKETS;
    const sec = { 'ws-connect': opened, 'ws-close': closed };
    expect(
      judged(
        during((value) => value + 3),
        sec,
      ),
    ).toBeNull();
    expect(
      judged(
        during((value) => value + 100),
        sec,
      ),
    ).toMatch(/can have been open/);
  });
});

describe('a counter of debates', () => {
  const DEBATES: Times = {
    'debates-create': plus(BEGAN_SEC, 0.05),
    'debate-end': plus(BEGAN_SEC, 1),
    'debate-message': plus(BEGAN_SEC, 0.9),
    'debate-consensus': plus(BEGAN_SEC, 0.95),
    'debate-sent-at': BEGAN_SEC,
    'debate-heard-at': plus(BEGAN_SEC, 0.5),
    'debate-spoken-at': plus(BEGAN_SEC, 0.9),
    'debate-ended-at': plus(BEGAN_SEC, 1),
  };
  const countedAfter = (sec: number) =>
    AT_MS.map((at) => BEGAN_SEC.filter((began) => at >= START_MS + (began + sec) * 1000).length);
  const stepOf = (name: string, values: readonly number[], sec = DEBATES) =>
    impossibleStep(
      signalOf(name),
      facts(sec, { [name]: values, aragora_active_debates: Array<number>(SCRAPES).fill(0) }),
    );
  const COMPLETED = 'aragora_debates_completed_total';

  test.each([
    [COMPLETED, 0.95],
    [COMPLETED, 1.5],
    ['aragora_consensus_reached_total', 0.6],
    ['aragora_agent_calls_total', 0.1],
  ])('%s may count %d s after the creation', (name, sec) => {
    expect(stepOf(name, countedAfter(sec))).toBeNull();
  });

  test.each([
    [COMPLETED, 0.1],
    ['aragora_consensus_reached_total', 0],
  ])('%s may not count %d s after the creation', (name, sec) => {
    expect(stepOf(name, countedAfter(sec))).toMatch(/when clients had caused at most \d/);
  });

  test('is compared by seconds alone where there are no moments', () => {
    const seconds = Object.fromEntries(Object.entries(DEBATES).filter(([name]) => !name.endsWith('-at')));
    expect(stepOf(COMPLETED, countedAfter(0.1), seconds)).toBeNull();
  });
});
