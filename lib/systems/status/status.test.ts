/** What external monitors recorded, judged: each check passes, fails, and lacks its evidence; and each named lie is found by its finding alone. */
import { describe, expect, test } from 'vitest';
import {
  EXTERNAL,
  factsOf,
  HEALTH_PLAN,
  healthy,
  judged,
  type MadeSecond,
  minute,
  START_SECOND,
  times,
} from '../../../test/support/judged.ts';
import type { Finding } from '../../core/finding.ts';
import type { Observation } from '../../core/observation.ts';
import { STATUS_BREAKS } from './faults/breaks.ts';
import type { Ping, PingOutcome, SeenMonitor, StatusObserved } from './observation.ts';
import { countedPings } from './pairs.ts';
import { statusPromises } from './promises.ts';

const TARGET = 'http://127.0.0.1:1';
const START_MS = START_SECOND * 1000;
const HOUR_MS = 3_600_000;
const promises = statusPromises();

/** One a minute; the last falls into the middle of the load. */
function pingsOf(count: number, outcome: (fromEnd: number) => PingOutcome = () => 'up', everyMs = 60_000): Ping[] {
  return Array.from({ length: count }, (_, at) => {
    const fromEnd = count - 1 - at;
    return { atMs: START_MS + 30_400 - fromEnd * everyMs, outcome: outcome(fromEnd), tookMs: 12 };
  });
}

const monitors: readonly SeenMonitor[] = promises.monitors.map(({ name, url, path }) => ({
  name,
  url: path === null ? url : TARGET + path,
  path: path ?? '/',
  atTarget: path !== null,
  pings: pingsOf(60),
  hours: [],
}));
const right: StatusObserved = {
  kind: 'status',
  status: 'collected',
  source: 'uptime-kuma',
  url: 'http://127.0.0.1:2/status/aragora',
  readAtMs: START_MS + 90_000,
  monitors,
  summarised: [],
  addresses: ['/api/health', '/api/health/services'].map((path) => ({ path, status: 200, trouble: null })),
};

function findingsOf(observed: Observation | null, seconds: readonly MadeSecond[] = healthy): Finding[] {
  const sources = ['uptime-kuma'];
  const telemetry = {
    systems: { status: { promises, sources } },
    checklist: [],
    exclusive: false,
    untracedEvery: 2,
    gates: 'all' as const,
  };
  const observations = observed === null ? [] : [observed, ...counted(observed)];
  const facts = factsOf([EXTERNAL], { health: seconds }, { plan: { ...HEALTH_PLAN, telemetry }, observations });
  return judged(facts).findings.filter(({ system, id }) => system === 'status' || id === EXTERNAL.id);
}

function counted(observed: Observation): Observation[] {
  if (observed.status !== 'collected') return [];
  const data = countedPings(promises, observed as StatusObserved);
  return [{ kind: 'monitor.status-page', status: 'collected', data } as Observation];
}

function statusOf(id: string, changes: Partial<StatusObserved>, seconds?: readonly MadeSecond[]): string {
  const found = findingsOf({ ...right, ...changes }, seconds).find((finding) => finding.id === id);
  return `${found?.status}: ${found?.summary}`;
}

/** A month of whole hours before the last pings. */
const month = (bad: (at: number) => number): Partial<StatusObserved> => {
  const edgeMs = (Math.floor(START_MS / HOUR_MS) - 1) * HOUR_MS;
  const hours = Array.from({ length: 720 }, (_, at) => ({
    untilMs: edgeMs - (719 - at) * HOUR_MS,
    pings: 60,
    failed: bad(at),
  }));
  return { monitors: monitors.map((one) => ({ ...one, hours })) };
};
const health = (change: Partial<SeenMonitor>): Partial<StatusObserved> => ({
  monitors: monitors.map((one) => (one.name === 'API Health' ? { ...one, ...change } : one)),
});
const without = (...names: string[]): readonly SeenMonitor[] => monitors.filter(({ name }) => !names.includes(name));
const allFailing = (kind: string) => minute(() => ({ ms: [], failed: { [kind]: 50 } }));

test('monitors that are as the guide says pass, and an hour of pings can not show 99.99 %', () => {
  expect(findingsOf(right).map(({ id, status }) => `${id} ${status}`)).toEqual([
    'availability.status-page inconclusive',
    'status.monitors pass',
    'status.answers pass',
    'status.interval pass',
    'status.retries no-data',
    'status.clients pass',
  ]);
  // Whether there was an outage is chance.
  expect(findingsOf(right).find(({ id }) => id === 'status.retries')).toMatchObject({ gating: false });
  const [availability] = findingsOf(right);
  // 29,956 pings without a failure are the least that show it with 95 % confidence; 360 are there.
  expect(availability).toMatchObject({ gating: false, samples: 360, furtherSamples: 29_956 - 360 });
});

test.each([
  ['nothing was observed', null, 'no-data'],
  [
    'the page could not be read',
    { kind: 'status', status: 'unavailable', source: 'uptime-kuma', reason: 'it answers 404', hint: 'look' },
    'unavailable',
  ],
] as const)('when %s, none passes', (_, observed, status) => {
  const own = findingsOf(observed).filter(({ system }) => system === 'status');
  expect(own.map((finding) => finding.status)).toEqual(Array(5).fill(status));
});

describe.each(STATUS_BREAKS)('$name', ({ finding, change }) => {
  test(`makes ${finding} fail, and nothing else`, () => {
    const failed = findingsOf(change({ ...right, ...month(() => 0) })).filter(({ status }) => status === 'fail');
    expect(failed.map(({ id, summary }) => [id, summary])).toEqual([[finding, expect.any(String)]]);
  });
});

describe('the documented monitors', () => {
  test.each([
    ['are known by their URL alone', { monitors: monitors.map((one) => ({ ...one, name: one.url ?? '' })) }, 'pass'],
    ['are known by their name alone', { monitors: monitors.map((one) => ({ ...one, url: null, path: null })) }, 'pass'],
    ['may be one for two of one URL', { monitors: without('ELO System') }, 'pass'],
    [
      'need no website where the server is not the public one',
      { monitors: without('Website', 'Live Dashboard') },
      'pass',
    ],
    [
      'may have another name where their URL is not shown',
      {
        monitors: monitors.map((one) =>
          one.name === 'WebSocket' ? { ...one, name: 'Socket', url: null, path: null } : one,
        ),
      },
      'inconclusive',
    ],
    ['are not there', { monitors: [] }, 'fail'],
  ])('%s', (_, changes, status) => {
    expect(statusOf('status.monitors', changes)).toMatch(new RegExp(`^${status}:`));
  });
});

describe('what the monitors ask', () => {
  const answering = (status: number | null) => ({
    addresses: [{ path: '/api/health', status, trouble: status === null ? 'it hangs' : null }],
  });
  test.each([
    [200, 'pass'],
    [302, 'pass'],
    [404, 'fail'],
    [500, 'fail'],
    [401, 'inconclusive'],
    [429, 'inconclusive'],
    [503, 'inconclusive'],
    [null, 'inconclusive'],
  ])('answers %s', (code, status) => {
    expect(statusOf('status.answers', answering(code))).toMatch(new RegExp(`^${status}:`));
  });

  test('and at another server was never there', () => {
    const silent = monitors.map((one) => (one.name === 'Website' ? { ...one, pings: pingsOf(60, () => 'down') } : one));
    expect(statusOf('status.answers', { monitors: silent })).toBe('fail: none of 60 pings of Website was answered');
  });
});

describe('the interval', () => {
  const every = (everyMs: number, tookMs = 12) =>
    health({ pings: pingsOf(10, () => 'up', everyMs).map((ping) => ({ ...ping, tookMs })) });
  test.each([
    ['is shorter than promised', every(15_000), 'pass'],
    ['has a ping of some seconds on top', every(68_000, 8000), 'pass'],
    [
      'has gaps of an outage and of a restart',
      health({ pings: pingsOf(30).filter((_, at) => at !== 7 && at !== 8) }),
      'pass',
    ],
    ['is 90 s', every(90_000), 'fail'],
    [
      'is not known from three pings',
      { monitors: monitors.map((one) => ({ ...one, pings: one.pings.slice(-3) })) },
      'no-data',
    ],
    [
      'is not known from days',
      { monitors: monitors.map((one) => ({ ...one, pings: [] })), summarised: ['API Health'] },
      'no-data',
    ],
  ])('%s', (_, changes, status) => {
    expect(statusOf('status.interval', changes)).toMatch(new RegExp(`^${status}:`));
  });
});

describe('retries', () => {
  const outage = (tries: number): Partial<StatusObserved> =>
    health({
      pings: pingsOf(60, (fromEnd) => {
        if (fromEnd > 30 || fromEnd <= 10) return 'up';
        return fromEnd > 30 - tries ? 'retrying' : 'down';
      }),
    });
  test.each([
    [3, 'pass'],
    [0, 'fail'],
    [1, 'fail'],
    [5, 'fail'],
  ])('%i before the server is called down', (tries, status) => {
    expect(statusOf('status.retries', outage(tries))).toMatch(new RegExp(`^${status}:`));
  });

  test('of an outage that had begun before are not known', () => {
    expect(statusOf('status.retries', health({ pings: pingsOf(9, () => 'down') }))).toMatch(/^no-data:/);
  });
});

describe('monitors and clients', () => {
  const last = (outcome: PingOutcome, of = 1) =>
    health({ pings: pingsOf(60, (fromEnd) => (fromEnd < of ? outcome : 'up')) });
  test.each([
    ['both see a server that is up', {}, healthy, 'pass'],
    ['both see a server that is down', last('down'), allFailing('status_500'), 'pass'],
    ['differ: up, and every client got 500', {}, allFailing('status_500'), 'fail'],
    ['differ: up, and every client was refused a connection', {}, allFailing('refused'), 'fail'],
    ['differ: down again and again, and every client was answered', last('down', 2), healthy, 'fail'],
    ['may differ by one lost ping', last('down'), healthy, 'inconclusive'],
    ['are not compared where a rate limit refuses the load', {}, allFailing('status_429'), 'no-data'],
    ['are not compared where the server asks to come back later', {}, allFailing('later_503'), 'no-data'],
    ['are not compared where clients lost their way', {}, allFailing('timeout'), 'no-data'],
    ['are not compared with few clients', {}, minute(() => ({ ms: times(2, 3) })), 'no-data'],
    ['are not compared where arrivals were dropped', {}, minute(() => ({ ms: times(50, 3), dropped: 1 })), 'no-data'],
    ['are not compared in maintenance', last('maintenance'), allFailing('status_500'), 'no-data'],
    [
      'are not compared where the monitor asks elsewhere',
      health({ atTarget: false }),
      allFailing('status_500'),
      'no-data',
    ],
    [
      'need not agree where some clients fail',
      last('down', 2),
      minute(() => ({ ms: times(49, 3), failed: { status_500: 1 } })),
      'pass',
    ],
  ])('%s', (_, changes, seconds, status) => {
    expect(statusOf('status.clients', changes, seconds)).toMatch(new RegExp(`^${status}:`));
  });
});

describe('the availability of the status page', () => {
  test.each([
    ['is shown by a month without a failed ping', month(() => 0), 'pass'],
    ['is broken by failed pings all over the month', month((at) => (at % 20 === 0 ? 1 : 0)), 'fail'],
    ['is not decided by one short outage', month((at) => (at === 100 ? 4 : 0)), 'inconclusive'],
    ['has no data without a ping', { monitors: monitors.map((one) => ({ ...one, pings: [] })) }, 'no-data'],
  ])('%s', (_, changes, status) => {
    expect(statusOf('availability.status-page', changes)).toMatch(new RegExp(`^${status}:`));
  });

  test('leaves maintenance out, and counts a failed ping that is tried again', () => {
    const pings = pingsOf(10, (fromEnd) => (fromEnd === 1 ? 'retrying' : fromEnd === 2 ? 'maintenance' : 'up'));
    expect(countedPings(promises, { monitors: [{ ...monitors[0], pings } as SeenMonitor] })).toMatchObject({
      pings: 9,
      failed: 1,
    });
  });
});
