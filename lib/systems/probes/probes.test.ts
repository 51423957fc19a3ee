/**
 * The probes as a whole. One healthy server is asked; each check is then judged on what was seen, on copies of it that were changed, and on
 * what broken servers gave. checks/debate.test.ts has those on debates.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import {
  answer,
  CLOSED,
  failingOn,
  findingOn,
  findingsOn,
  HANG,
  healthyProbes,
  LONG_DEBATES,
  partOf,
  probed,
} from '../../../test/support/probes-run.ts';
import { PROBES_BREAKS } from './faults/index.ts';
import type { Answered, ListRead, ProbesObservation, ProbesObserved, ReadSeen } from './observation.ts';
import { PROBES, probePromises } from './promises.ts';
import { PROBE_SYSTEM } from './system.ts';

const SILENCE_MS = 2100;

let healthy: ProbesObserved;
beforeAll(async () => {
  healthy = await healthyProbes();
});

describe('a healthy server', () => {
  test('passes every probe, with at most 22 requests', () => {
    expect(findingsOn(healthy).map(({ id, status, gating, summary }) => [id, status, gating, summary])).toEqual(
      findingsOn(healthy).map(({ id, summary }) => [id, 'pass', true, summary]),
    );
    expect(
      findingsOn(healthy)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(PROBES.map((name) => `probes.${name}`).sort());
    expect(healthy.requests).toBeLessThanOrEqual(22);
  });

  test('is judged on a small observation', () => {
    expect(JSON.stringify(healthy).length).toBeLessThan(16_000);
  });
});

describe('without evidence', () => {
  test('nothing passes when the server did not answer', () => {
    const gone = { kind: 'probes', status: 'unavailable', source: 'direct', reason: 'gone', hint: 'look' } as const;
    for (const { status, summary } of judgeObserved(PROBE_SYSTEM, [gone]))
      expect([status, summary]).toEqual(['unavailable', 'gone; look']);
  });

  test('nothing passes when nothing was observed', () => {
    for (const { status } of judgeObserved(PROBE_SYSTEM, [])) expect(status).toBe('no-data');
  });

  test('each says what it lacks', () => {
    const lacking = { lacking: 'it could not be asked' };
    const parts = [
      'oldSocket',
      'idleLine',
      'monitor',
      'services',
      'list',
      'debate',
      'large',
      'expositions',
      'labels',
    ] as const;
    const bare = { ...healthy, ...Object.fromEntries(parts.map((part) => [part, lacking])) };
    for (const { id, status, summary } of findingsOn(bare)) {
      if (id === 'probes.unknown-debate') continue;
      expect([id, status, summary]).toEqual([id, 'no-data', 'it could not be asked']);
    }
  });

  test('a release that can not owe one says why', () => {
    const promises = probePromises('aragora-2.11');
    const list = judgeObserved(PROBE_SYSTEM, [healthy], { promises }).find(({ id }) => id === 'probes.list');
    expect(list).toMatchObject({ status: 'no-data', gating: false, summary: expect.stringMatching(/cache of 30 s/) });
  });
});

test('there is a break for each probe', () => {
  expect(new Set(PROBES_BREAKS.map(({ finding: id }) => id))).toEqual(new Set(PROBES.map((name) => `probes.${name}`)));
});

describe('a broken server', () => {
  const observed = new Map<string, Promise<ProbesObservation>>();
  beforeAll(async () => {
    for (const broken of PROBES_BREAKS) {
      const needsSilence = /old-socket|idle-connection/.test(broken.name);
      const load = async () => void (await sleep(needsSilence ? SILENCE_MS : 0));
      observed.set(broken.name, probed({ breaks: [broken], patch: LONG_DEBATES }, { load }));
    }
    await Promise.allSettled(observed.values());
  });

  test.each(PROBES_BREAKS)('$name fails $finding alone', async (broken) => {
    const seenOfIt = await observed.get(broken.name);
    if (seenOfIt?.status !== 'collected') throw new Error(seenOfIt?.reason);
    expect(failingOn(seenOfIt)).toEqual([broken.finding]);
    expect(seenOfIt.requests).toBeLessThanOrEqual(/list|user-agent/.test(broken.finding) ? 24 : 22);
  });
});

describe('a WebSocket from before the load', () => {
  const old = (change: object) => ({ ...healthy, oldSocket: { ...partOf(healthy.oldSocket), ...change } });

  test.each([1000, 1001, 1005, 1012])('may be closed with %i', (code) => {
    expect(findingOn('old-socket', old({ pong: null, closed: { code, afterSec: 60 } })).status).toBe('pass');
  });
  test.each([1006, 1013, 4029])('that was closed with %i decides nothing', (code) => {
    const found = findingOn('old-socket', old({ pong: null, closed: { code, afterSec: 60 } }));
    expect(found).toMatchObject({ status: 'no-data', gating: false });
  });
  test.each([1002, 1008, 1011])('may not be closed with %i', (code) => {
    expect(findingOn('old-socket', old({ pong: null, closed: { code, afterSec: 60 } })).status).toBe('fail');
  });
  test('decides nothing where a new one is not served either', () => {
    expect(findingOn('old-socket', old({ pong: false, newPong: false })).status).toBe('inconclusive');
    expect(findingOn('old-socket', old({ pong: false, newPong: true })).status).toBe('fail');
  });
});

describe('an idle connection', () => {
  const idle = (change: object) => ({ ...healthy, idleLine: { ...partOf(healthy.idleLine), ...change } });

  test('may have been closed', () => {
    expect(findingOn('idle-connection', idle({ isSame: false }))).toMatchObject({ status: 'pass' });
    expect(findingOn('idle-connection', idle({ again: CLOSED }))).toMatchObject({ status: 'no-data', gating: false });
  });
  test('gets an answer about health, if a new one does', () => {
    const other = { again: answer(200), againStatus: null };
    expect(findingOn('idle-connection', idle(other))).toMatchObject({ status: 'fail', summary: /not about health/ });
    expect(findingOn('idle-connection', idle({ ...other, againStatus: 'degraded' })).status).toBe('pass');
    const monitor = { ...partOf(healthy.monitor), ownStatus: null };
    expect(findingOn('idle-connection', { ...idle(other), monitor }).status).toBe('pass');
  });
  test('may not be silent, unless new ones are too, or a firewall may have forgotten it', () => {
    expect(findingOn('idle-connection', idle({ again: HANG, idleSec: 12 })).status).toBe('fail');
    expect(findingOn('idle-connection', idle({ again: HANG, idleSec: 600 }))).toMatchObject({ gating: false });
    const monitor = { ...partOf(healthy.monitor), own: HANG };
    expect(findingOn('idle-connection', { ...idle({ again: HANG }), monitor }).status).toBe('inconclusive');
  });
});

describe('a monitor', () => {
  const asked = (monitor: Answered, monitorStatus: string | null = 'healthy') => ({
    ...healthy,
    monitor: { ...partOf(healthy.monitor), monitor, monitorStatus },
  });

  test('gets the same answer', () => {
    expect(findingOn('user-agent', asked(answer(200))).status).toBe('pass');
    expect(findingOn('user-agent', asked(answer(403), null)).status).toBe('fail');
    expect(findingOn('user-agent', asked(answer(200), 'unhealthy')).status).toBe('fail');
    expect(findingOn('user-agent', asked(answer(429))).status).toBe('inconclusive');
  });
  test('may get another answer where health changes', () => {
    const { monitor, ...rest } = asked(answer(503), 'degraded');
    const unsteady = { ...rest, monitor: { ...monitor, isSteady: false } };
    expect(findingOn('user-agent', unsteady)).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('the health of services', () => {
  const said = (change: object) => ({ ...healthy, services: { ...partOf(healthy.services ?? none), ...change } });
  const none = { lacking: 'it was not asked' };

  test('does not contradict itself', () => {
    expect(findingOn('services', said({ contradiction: null })).status).toBe('pass');
    expect(findingOn('services', said({ contradiction: 'unhealthy-part' })).status).toBe('fail');
    expect(findingOn('services', said({ contradiction: 'error-beside' })).status).toBe('fail');
  });
  test.each([404, 401, 500, 503])('decides nothing with %i', (status) => {
    const seenOfIt = said({ answered: answer(status), status: null });
    expect(findingOn('services', seenOfIt)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('decides nothing where it is degraded, says nothing, or was not asked', () => {
    const { services: _, ...before } = healthy;
    for (const seenOfIt of [said({ status: 'degraded' }), said({ status: null }), before])
      expect(findingOn('services', seenOfIt)).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('the list', () => {
  const read: ListRead = {
    ...{ atMs: 0, answered: answer(200), entries: 3, total: 4, isWhole: true, hasRoom: true },
    ...{ holds: false, status: null, ended: 0 },
  };
  const LATER = { atMs: 10_500 };
  const reads = (...changes: readonly Partial<ListRead>[]) => ({
    ...healthy,
    list: { debateId: 'adhoc_1', reads: changes.map((change) => ({ ...read, ...change })) },
  });
  const stuck = (itself: Partial<ReadSeen> | null, status = 'running', ...later: readonly Partial<ListRead>[]) => {
    const running = { holds: true, status };
    const seenOfIt = reads(running, ...(later.length === 0 ? [{ ...LATER, ...running }] : later));
    const finished =
      itself === null ? { lacking: 'no end' } : { ...partOf(partOf(healthy.debate).finished), ...itself };
    return { ...seenOfIt, debate: { ...partOf(healthy.debate), finished } };
  };

  test('that counts what it lacks fails', () => {
    expect(findingOn('list', reads({}, LATER))).toMatchObject({ status: 'fail', summary: /none of 2/ });
    expect(findingOn('list', reads({ entries: 0, total: 1 }, { ...LATER, entries: 0, total: 1 })).status).toBe('fail');
    const noMore = { isWhole: false };
    expect(findingOn('list', reads(noMore, { ...LATER, ...noMore })).status).toBe('fail');
  });
  test('that has others that ended fails', () => {
    const ended = { ended: 1, total: null };
    expect(findingOn('list', reads(ended, { ...LATER, ...ended })).status).toBe('fail');
  });
  test('that may be one of those that run decides nothing', () => {
    for (const total of [3, null])
      expect(findingOn('list', reads({ total }, { ...LATER, total }))).toMatchObject({
        status: 'no-data',
        gating: false,
      });
  });
  test('in which others begin debates meanwhile decides nothing', () => {
    expect(findingOn('list', reads({}, { ...LATER, entries: 4, total: 5 }))).toMatchObject({ gating: false });
  });
  test('that holds it later passes', () => {
    expect(findingOn('list', reads({}, { ...LATER, holds: true, status: 'completed' })).status).toBe('pass');
    expect(findingOn('list', reads({}, { ...LATER, holds: true })).status).toBe('pass');
  });
  test('of many pages decides nothing', () => {
    const full = { isWhole: false, hasRoom: false };
    expect(findingOn('list', reads(full, { ...LATER, ...full }))).toMatchObject({ gating: false });
  });
  test('from a cache decides nothing', () => {
    expect(findingOn('list', reads({}, { atMs: 8000 })).status).toBe('inconclusive');
    expect(findingOn('list', stuck({}, 'running', { atMs: 8000, holds: true, status: 'running' })).status).toBe(
      'inconclusive',
    );
  });
  test('that can not be read decides nothing', () => {
    expect(findingOn('list', reads({ entries: null, answered: answer(503) })).status).toBe('inconclusive');
  });
  test('that was not read decides nothing', () => {
    expect(findingOn('list', reads()).status).toBe('no-data');
  });
  test('that contradicts what the debate itself says fails', () => {
    const over = { holds: true, status: 'completed' };
    const shown = (change: Partial<ListRead>, consensus: boolean | null) => {
      const seenOfIt = reads({ ...over, ...change });
      return findingOn('list', { ...seenOfIt, list: { ...seenOfIt.list, consensus } }).status;
    };
    expect(shown({ consensus: false }, true)).toBe('fail');
    expect(shown({ consensus: true }, true)).toBe('pass');
    expect(shown({ consensus: false }, null)).toBe('pass');
    expect(shown({ consensus: false, status: 'running' }, true)).not.toBe('fail');
    expect(shown({ agents: ['somebody'] }, null)).toBe('fail');
    expect(shown({ aheadSec: 3600 }, null)).toBe('fail');
    for (const aheadSec of [60, 0, -3600, null]) expect(shown({ aheadSec }, null)).toBe('pass');
    for (const agents of [['Demo (judge)', 'critic'], ['agent-17'], []]) expect(shown({ agents }, null)).toBe('pass');
  });
  test('that calls it running although it has ended fails', () => {
    expect(findingOn('list', stuck({}))).toMatchObject({ status: 'fail', summary: /running/ });
  });
  test('that calls it running, and can not be read again, is undecided', () => {
    const unread = { atMs: 6000, entries: null, holds: false, status: null };
    expect(findingOn('list', stuck({}, 'running', unread))).toMatchObject({ status: 'inconclusive', summary: /cache/ });
  });
  test('that calls it running at first passes', () => {
    const ended = { ...LATER, holds: true, status: 'completed' };
    expect(findingOn('list', stuck({}, 'running', ended)).status).toBe('pass');
  });
  test('that calls it active passes', () => {
    expect(findingOn('list', stuck(null, 'active')).status).toBe('pass');
  });
  test('that calls it as the debate does, or as nobody knows, decides nothing', () => {
    for (const itself of [null, { status: 'running' }, { inProgress: true }, { answered: answer(404) }])
      expect(findingOn('list', stuck(itself))).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('metrics', () => {
  const exposed = (change: object) => ({ ...healthy, expositions: { ...partOf(healthy.expositions), ...change } });
  const differing = { count: 1, examples: ['aragora_requests_total{}: 1 for Prometheus, 2 for a plain client'] };

  test('were read again after they had moved', () => {
    expect(partOf(healthy.expositions)).toMatchObject({ isFresh: true, lost: [], differing: { count: 0 } });
  });
  test('for Prometheus are the same', () => {
    expect(findingOn('accept', exposed({ lost: ['aragora_requests_total'] })).status).toBe('fail');
    expect(findingOn('accept', exposed({ differing })).status).toBe('fail');
    expect(findingOn('accept', exposed({ malformed: ['no value: a'] })).status).toBe('fail');
    expect(findingOn('accept', exposed({ prometheus: answer(406) })).status).toBe('fail');
    expect(findingOn('accept', exposed({ retyped: ['aragora_a is a gauge'] })).status).toBe('fail');
  });
  test('decide nothing where one may be a copy, or could not be read', () => {
    expect(findingOn('accept', exposed({ differing, isFresh: false }))).toMatchObject({ gating: false });
    expect(findingOn('accept', exposed({ plain: answer(404) })).status).toBe('inconclusive');
    expect(findingOn('accept', exposed({ prometheus: answer(503) })).status).toBe('inconclusive');
    expect(findingOn('accept', exposed({ prometheus: CLOSED })).status).toBe('inconclusive');
    expect(findingOn('accept', exposed({ compared: 0 })).status).toBe('no-data');
  });
  test('have no ids in labels, and call no refusal a success', () => {
    const labels = (change: object) => ({ ...healthy, labels: { ...partOf(healthy.labels), ...change } });
    const some = { count: 2, examples: ['aragora_requests_total{endpoint="/api/debates/adhoc_1"}'] };
    expect(findingOn('label-values', labels({ withId: some })).status).toBe('fail');
    expect(findingOn('label-values', labels({ grown: some })).status).toBe('fail');
    expect(findingOn('label-values', labels({ asSuccess: some.examples })).status).toBe('fail');
    expect(findingOn('label-values', labels({ asSuccess: some.examples }), false).gating).toBe(false);
    expect(findingOn('label-values', labels({ grown: some }), false)).toMatchObject({
      status: 'no-data',
      gating: false,
    });
  });
});
