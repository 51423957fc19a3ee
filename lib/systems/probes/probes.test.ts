/**
 * The probes as a whole. One healthy server is asked; each check is then judged on what was seen, on copies of it that were changed, and on
 * what broken servers gave.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { findingsOn, probed } from '../../../test/support/probes-run.ts';
import type { Finding } from '../../core/finding.ts';
import { PROBES_BREAKS } from './faults/index.ts';
import type {
  Answered,
  DebateSeen,
  ListRead,
  Part,
  ProbesObservation,
  ProbesObserved,
  ReadSeen,
  SeenEvent,
} from './observation.ts';
import { PROBES, probePromises } from './promises.ts';
import { PROBE_SYSTEM } from './system.ts';

/** So that they still run when both have subscribed, however busy the machine is. */
const LONG_DEBATES = { waits: { 'agent-response': 'constant(2s)' } } as const;
const SILENCE_MS = 2100;

let healthy: ProbesObserved;
beforeAll(async () => {
  const seen = await probed({ patch: LONG_DEBATES });
  if (seen.status !== 'collected') throw new Error(seen.reason);
  healthy = seen;
});

function finding(name: string, seen: ProbesObserved, exclusive = true): Finding {
  const found = findingsOn(seen, exclusive).find(({ id }) => id === `probes.${name}`);
  if (found === undefined) throw new Error(`no finding ${name}`);
  return found;
}

function failing(seen: ProbesObserved): string[] {
  return findingsOn(seen).flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

const answer = (status: number, isObject = true): Answered => ({ status, contentType: 'application/json', isObject });
const HANG: Answered = { trouble: 'no-answer', words: 'no answer within 10 s' };
const CLOSED: Answered = { trouble: 'closed', words: 'the connection was closed' };

function seen<Seen extends object>(part: Part<Seen>): Seen {
  if ('lacking' in part || 'unasked' in part) throw new Error('the healthy server was not asked');
  return part;
}

function withDebate(change: (debate: DebateSeen) => Partial<DebateSeen>): ProbesObserved {
  const debate = seen(healthy.debate);
  return { ...healthy, debate: { ...debate, ...change(debate) } };
}

describe('a healthy server', () => {
  test('passes every probe, with at most 20 requests', () => {
    expect(findingsOn(healthy).map(({ id, status, gating, summary }) => [id, status, gating, summary])).toEqual(
      findingsOn(healthy).map(({ id, summary }) => [id, 'pass', true, summary]),
    );
    expect(
      findingsOn(healthy)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(PROBES.map((name) => `probes.${name}`).sort());
    expect(healthy.requests).toBeLessThanOrEqual(20);
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
    const parts = ['oldSocket', 'idleLine', 'monitor', 'list', 'debate', 'large', 'expositions', 'labels'] as const;
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
    expect(failing(seenOfIt)).toEqual([broken.finding]);
    expect(seenOfIt.requests).toBeLessThanOrEqual(broken.finding === 'probes.list' ? 21 : 20);
  });
});

describe('a WebSocket from before the load', () => {
  const old = (change: object) => ({ ...healthy, oldSocket: { ...seen(healthy.oldSocket), ...change } });

  test.each([1000, 1001, 1005, 1012])('may be closed with %i', (code) => {
    expect(finding('old-socket', old({ pong: null, closed: { code, afterSec: 60 } })).status).toBe('pass');
  });
  test.each([1006, 1013, 4029])('that was closed with %i decides nothing', (code) => {
    const found = finding('old-socket', old({ pong: null, closed: { code, afterSec: 60 } }));
    expect(found).toMatchObject({ status: 'no-data', gating: false });
  });
  test.each([1002, 1008, 1011])('may not be closed with %i', (code) => {
    expect(finding('old-socket', old({ pong: null, closed: { code, afterSec: 60 } })).status).toBe('fail');
  });
  test('decides nothing where a new one is not served either', () => {
    expect(finding('old-socket', old({ pong: false, newPong: false })).status).toBe('inconclusive');
    expect(finding('old-socket', old({ pong: false, newPong: true })).status).toBe('fail');
  });
});

describe('an idle connection', () => {
  const idle = (change: object) => ({ ...healthy, idleLine: { ...seen(healthy.idleLine), ...change } });

  test('may have been closed', () => {
    expect(finding('idle-connection', idle({ isSame: false }))).toMatchObject({ status: 'pass' });
    expect(finding('idle-connection', idle({ again: CLOSED }))).toMatchObject({ status: 'no-data', gating: false });
  });
  test('may not be silent, unless new ones are too, or a firewall may have forgotten it', () => {
    expect(finding('idle-connection', idle({ again: HANG, idleSec: 12 })).status).toBe('fail');
    expect(finding('idle-connection', idle({ again: HANG, idleSec: 600 }))).toMatchObject({ gating: false });
    const monitor = { ...seen(healthy.monitor), own: HANG };
    expect(finding('idle-connection', { ...idle({ again: HANG }), monitor }).status).toBe('inconclusive');
  });
});

describe('a monitor', () => {
  const asked = (monitor: Answered, monitorStatus: string | null = 'healthy') => ({
    ...healthy,
    monitor: { ...seen(healthy.monitor), monitor, monitorStatus },
  });

  test('gets the same answer', () => {
    expect(finding('user-agent', asked(answer(200))).status).toBe('pass');
    expect(finding('user-agent', asked(answer(403), null)).status).toBe('fail');
    expect(finding('user-agent', asked(answer(200), 'unhealthy')).status).toBe('fail');
    expect(finding('user-agent', asked(answer(429))).status).toBe('inconclusive');
  });
});

describe('the list', () => {
  const read: ListRead = {
    ...{ atMs: 0, answered: answer(200), entries: 3, total: 4, isWhole: true, hasRoom: true },
    ...{ holds: false, status: null, ended: 0 },
  };
  const LATER = { atMs: 5500 };
  const reads = (...changes: readonly Partial<ListRead>[]) => ({
    ...healthy,
    list: { debateId: 'adhoc_1', reads: changes.map((change) => ({ ...read, ...change })) },
  });
  const stuck = (itself: Partial<ReadSeen> | null, status = 'running', ...later: readonly Partial<ListRead>[]) => {
    const running = { holds: true, status };
    const seenOfIt = reads(running, ...(later.length === 0 ? [{ ...LATER, ...running }] : later));
    const finished = itself === null ? { lacking: 'no end' } : { ...seen(seen(healthy.debate).finished), ...itself };
    return { ...seenOfIt, debate: { ...seen(healthy.debate), finished } };
  };

  test('that counts what it lacks fails', () => {
    expect(finding('list', reads({}, LATER))).toMatchObject({ status: 'fail', summary: /none of 2/ });
    expect(finding('list', reads({ entries: 0, total: 1 }, { ...LATER, entries: 0, total: 1 })).status).toBe('fail');
    const noMore = { isWhole: false };
    expect(finding('list', reads(noMore, { ...LATER, ...noMore })).status).toBe('fail');
  });
  test('that has others that ended fails', () => {
    const ended = { ended: 1, total: null };
    expect(finding('list', reads(ended, { ...LATER, ...ended })).status).toBe('fail');
  });
  test('that may be one of those that run decides nothing', () => {
    for (const total of [3, null])
      expect(finding('list', reads({ total }, { ...LATER, total }))).toMatchObject({
        status: 'no-data',
        gating: false,
      });
  });
  test('in which others begin debates meanwhile decides nothing', () => {
    expect(finding('list', reads({}, { ...LATER, entries: 4, total: 5 }))).toMatchObject({ gating: false });
  });
  test('that holds it later passes', () => {
    expect(finding('list', reads({}, { ...LATER, holds: true, status: 'completed' })).status).toBe('pass');
    expect(finding('list', reads({}, { ...LATER, holds: true })).status).toBe('pass');
  });
  test('of many pages decides nothing', () => {
    const full = { isWhole: false, hasRoom: false };
    expect(finding('list', reads(full, { ...LATER, ...full }))).toMatchObject({ gating: false });
  });
  test('from a cache decides nothing', () => {
    expect(finding('list', reads({}, { atMs: 3000 })).status).toBe('inconclusive');
    expect(finding('list', stuck({}, 'running', { atMs: 3000, holds: true, status: 'running' })).status).toBe(
      'inconclusive',
    );
  });
  test('that can not be read decides nothing', () => {
    expect(finding('list', reads({ entries: null, answered: answer(503) })).status).toBe('inconclusive');
  });
  test('that was not read decides nothing', () => {
    expect(finding('list', reads()).status).toBe('no-data');
  });
  test('that calls it running although it has ended fails', () => {
    expect(finding('list', stuck({}))).toMatchObject({ status: 'fail', summary: /running/ });
  });
  test('that calls it running at first passes', () => {
    const ended = { ...LATER, holds: true, status: 'completed' };
    expect(finding('list', stuck({}, 'running', ended)).status).toBe('pass');
  });
  test('that calls it active passes', () => {
    expect(finding('list', stuck(null, 'active')).status).toBe('pass');
  });
  test('that calls it as the debate does, or as nobody knows, decides nothing', () => {
    for (const itself of [null, { status: 'running' }, { inProgress: true }, { answered: answer(404) }])
      expect(finding('list', stuck(itself))).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('a long question', () => {
  const large = (change: object) => ({ ...healthy, large: { ...seen(healthy.large), ...change } });
  const refused = (answered: Answered) => large({ answered, isCreated: false, read: null });

  test.each([200, 400, 403, 413, 422])('may be refused with %i', (status) => {
    expect(finding('large-body', refused(answer(status))).status).toBe('pass');
  });
  test('may not end in 500, nor in silence', () => {
    expect(finding('large-body', refused(answer(500))).status).toBe('fail');
    expect(finding('large-body', refused(HANG)).status).toBe('fail');
    expect(finding('large-body', { ...refused(HANG), debate: { lacking: 'none' } }).status).toBe('inconclusive');
  });
  test.each([429, 503])('that is refused with %i decides nothing', (status) => {
    expect(finding('large-body', refused(answer(status))).status).toBe('inconclusive');
  });
  test('may not be cut', () => {
    const cut = { answered: answer(200), isSame: false, chars: 2000 };
    expect(finding('large-body', large({ read: cut }))).toMatchObject({ status: 'fail', summary: /of 2,000$/ });
    expect(finding('large-body', large({ read: { ...cut, isSame: null } }))).toMatchObject({ gating: false });
  });
});

describe('a debate that does not exist', () => {
  const unknown = (answered: Answered) => ({ ...healthy, unknown: [{ path: '/api/debates/adhoc_1', answered }] });

  test.each([400, 404, 410, 422])('may be refused with %i', (status) => {
    expect(finding('unknown-debate', unknown(answer(status))).status).toBe('pass');
  });
  test.each([200, 302, 500])('may not be answered with %i', (status) => {
    expect(finding('unknown-debate', unknown(answer(status))).status).toBe('fail');
  });
  test('may be refused in any form', () => {
    expect(finding('unknown-debate', unknown(answer(404, false))).status).toBe('pass');
  });
  test.each([401, 429, 503])('decides nothing with %i', (status) => {
    expect(finding('unknown-debate', unknown(answer(status))).status).toBe('inconclusive');
  });
});

describe('two subscribers', () => {
  const stray: SeenEvent = { seq: 1e6, type: 'agent_message', of: 'adhoc_other', agent: 'demo', hasContent: true };

  test('get no event of another debate', () => {
    const leaking = withDebate(({ second }) => ({
      otherId: 'adhoc_other',
      second: { ...seen(second), events: [...seen(second).events, stray] },
    }));
    expect(failing(leaking)).toEqual(['probes.subscribers']);
  });
  test('may miss what came before they had subscribed', () => {
    const late = withDebate(({ first, second }) => ({
      first: { ...seen(first), sureFrom: seen(first).events.length },
      second: { ...seen(second), events: [] },
    }));
    expect(finding('subscribers', late)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('are two', () => {
    const alone = withDebate(() => ({ second: { lacking: 'no WebSocket was open for it' } }));
    expect(finding('subscribers', alone).status).toBe('no-data');
  });
});

describe('the state of a subscriber', () => {
  test.each([
    ['of another question', { isRightQuestion: false }],
    ['of another debate', { isRightDebate: false }],
    ['that has not ended', { ended: false }],
    ['without messages', { messages: 0 }],
    ['without consensus', { consensus: false }],
  ])('at the end fails where it is one %s', (_, change) => {
    const wrong = withDebate(({ atEnd }) => ({ atEnd: { ...seen(atEnd), ...change } }));
    expect(failing(wrong)).toEqual(['probes.subscription-state']);
  });
  test('at the start is not of a debate that has ended', () => {
    const wrong = withDebate(({ atStart }) => ({ atStart: { ...seen(atStart), ended: true } }));
    expect(failing(wrong)).toEqual(['probes.subscription-state']);
  });
  test('that never came decides nothing', () => {
    expect(
      finding(
        'subscription-state',
        withDebate(() => ({ atStart: { lacking: 'none came' } })),
      ).status,
    ).toBe('inconclusive');
  });
  test('may say little', () => {
    const silent = { isRightDebate: true, isRightQuestion: null, ended: null, consensus: null, messages: null };
    expect(failing(withDebate(() => ({ atStart: silent, atEnd: silent })))).toEqual([]);
  });
});

describe('a debate that still runs', () => {
  const running = (change: object) => withDebate((debate) => ({ running: { ...debate.running, ...change } }));

  test('is shown as one', () => {
    expect(failing(running({ status: 'initializing' }))).toEqual([]);
    expect(failing(running({ hasAnswer: true }))).toEqual(['probes.running']);
    expect(failing(running({ isRightQuestion: false }))).toEqual(['probes.running']);
    expect(failing(running({ answered: answer(500) }))).toEqual(['probes.running']);
  });
  test('may be shown a moment later', () => {
    expect(finding('running', running({ answered: answer(404) }))).toMatchObject({ status: 'no-data', gating: false });
  });
  test('decides nothing where it may have ended', () => {
    const over = withDebate(({ first, running: read }) => ({
      running: { ...read, inProgress: false, status: 'completed' },
      first: { ...seen(first), sureFrom: null },
    }));
    expect(finding('running', over)).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('a debate that has ended', () => {
  const finished = (change: object) => withDebate((debate) => ({ finished: { ...seen(debate.finished), ...change } }));

  test.each([
    ['another question', { isRightQuestion: false }],
    ['other agents', { agents: ['demo'] }],
    ['still running', { hasAnswer: false, status: 'running', inProgress: true }],
    ['an error', { answered: answer(500) }],
    ['not there', { answered: answer(404) }],
  ])('fails with %s', (_, change) => {
    expect(failing(finished(change))).toEqual(['probes.read-back']);
  });
  test('may be gone, or say little', () => {
    expect(finding('read-back', finished({ answered: answer(410) }))).toMatchObject({ gating: false });
    expect(failing(finished({ isRightQuestion: null, agents: null, status: null, consensus: null }))).toEqual([]);
  });
  test('that went wrong by itself decides nothing', () => {
    const failed = { hasAnswer: false, status: 'error', inProgress: true, consensus: null };
    const seenOfIt = withDebate((debate) => ({ consensus: null, finished: { ...seen(debate.finished), ...failed } }));
    expect(finding('read-back', seenOfIt)).toMatchObject({ status: 'no-data', gating: false });
  });
  test('that did not end in time decides nothing', () => {
    const endless = { lacking: 'the debate did not end' };
    const open = withDebate(() => ({
      ended: false,
      finished: endless,
      convergence: endless,
      atEnd: { unasked: 'no end' },
    }));
    expect(finding('read-back', open).status).toBe('inconclusive');
    expect(finding('convergence', open).status).toBe('inconclusive');
    expect(failing(open)).toEqual([]);
  });
  test('has a convergence that agrees', () => {
    const other = (change: object) =>
      withDebate((debate) => ({ convergence: { ...seen(debate.convergence), ...change } }));
    for (const change of [
      { consensus: false },
      { similarity: -1.5 },
      { similarity: Number.NaN },
      { isRightDebate: false },
    ])
      expect(failing(other(change))).toEqual(['probes.convergence']);
    expect(finding('convergence', other({ answered: answer(404) }))).toMatchObject({ gating: false });
    expect(finding('convergence', other({ answered: answer(503) })).status).toBe('inconclusive');
    expect(finding('convergence', other({ consensus: null, similarity: null }))).toMatchObject({ gating: false });
  });
});

describe('metrics', () => {
  const exposed = (change: object) => ({ ...healthy, expositions: { ...seen(healthy.expositions), ...change } });
  const differing = { count: 1, examples: ['aragora_requests_total{}: 1 for Prometheus, 2 for a plain client'] };

  test('were read again after they had moved', () => {
    expect(seen(healthy.expositions)).toMatchObject({ isFresh: true, lost: [], differing: { count: 0 } });
  });
  test('for Prometheus are the same', () => {
    expect(finding('accept', exposed({ lost: ['aragora_requests_total'] })).status).toBe('fail');
    expect(finding('accept', exposed({ differing })).status).toBe('fail');
    expect(finding('accept', exposed({ malformed: ['no value: a'] })).status).toBe('fail');
    expect(finding('accept', exposed({ prometheus: answer(406) })).status).toBe('fail');
  });
  test('decide nothing where one may be a copy, or could not be read', () => {
    expect(finding('accept', exposed({ differing, isFresh: false }))).toMatchObject({ gating: false });
    expect(finding('accept', exposed({ plain: answer(404) })).status).toBe('inconclusive');
    expect(finding('accept', exposed({ prometheus: answer(503) })).status).toBe('inconclusive');
    expect(finding('accept', exposed({ prometheus: CLOSED })).status).toBe('inconclusive');
    expect(finding('accept', exposed({ compared: 0 })).status).toBe('no-data');
  });
  test('have no ids in labels', () => {
    const labels = (change: object) => ({ ...healthy, labels: { ...seen(healthy.labels), ...change } });
    const some = { count: 2, examples: ['aragora_requests_total{endpoint="/api/debates/adhoc_1"}'] };
    expect(finding('label-values', labels({ withId: some })).status).toBe('fail');
    expect(finding('label-values', labels({ grown: some })).status).toBe('fail');
    expect(finding('label-values', labels({ grown: some }), false)).toMatchObject({ status: 'no-data', gating: false });
  });
});
