/** The checks of the task scheduler on looks that are made up: each passes, fails, and lacks its evidence. */
import { describe, expect, test } from 'vitest';
import { judgedRedis } from '../../../../test/support/redis-run.ts';
import type { GroupLook, PendingEntry, RedisLook, RedisObserved, SeenTasks, StreamLook } from '../observation.ts';
import { redisPromises } from '../promises.ts';

const HIGH = 'aragora:tasks:high';
const DEAD = 'aragora:tasks:dead_letter';

function stream(key: string, more: Partial<StreamLook> = {}): StreamLook {
  const group: GroupLook = { lastDeliveredId: '0-0', pendingCount: 0, pending: [] };
  return { key, type: 'stream', length: 0, lastId: '0-0', added: 0, lastDeletedId: '0-0', group, entries: [], ...more };
}

const none = (key: string): StreamLook => ({
  ...stream(key),
  type: 'none',
  added: null,
  lastDeletedId: null,
  group: null,
});

/** The stream of high priority with twenty tasks that came and went, changed. */
const busy = (more: Partial<StreamLook> = {}, group: Partial<GroupLook> = {}): StreamLook =>
  stream(HIGH, {
    ...{ added: 20, lastId: '20-0', lastDeletedId: '20-0' },
    group: { lastDeliveredId: '20-0', pendingCount: group.pending?.length ?? 0, pending: [], ...group },
    ...more,
  });

const look = (...streams: readonly StreamLook[]): RedisLook => {
  const others = ['aragora:tasks:normal', 'aragora:tasks:low'].map((key) => stream(key));
  return {
    atMs: 1000,
    streams: [...streams, ...others, ...(streams.some(({ key }) => key === DEAD) ? [] : [none(DEAD)])],
  };
};

const ALL_SEEN: SeenTasks = { entries: 20, tasks: 20, mostOfOne: 1, records: null };

function seen(more: Partial<RedisObserved> = {}): RedisObserved {
  return {
    ...{ kind: 'redis', status: 'collected', source: 'direct', url: 'redis://127.0.0.1:6379', server: 'Redis 7.2.4' },
    ...{ before: look(stream(HIGH)), after: look(busy()), last: look(busy()), seen: ALL_SEEN, other: null },
    ...more,
  };
}

/** The same at both looks after the load. */
const left = (...streams: readonly StreamLook[]): RedisObserved =>
  seen({ after: look(...streams), last: look(...streams) });
const held = (id: string, more: Partial<PendingEntry> = {}): PendingEntry => ({
  id,
  heldMs: 900,
  deliveries: 1,
  ...more,
});

const findingOf = (id: string, observed: RedisObserved, exclusive = true) => {
  const finding = judgedRedis(observed, exclusive).find((one) => one.id === `redis.${id}`);
  if (finding === undefined) throw new Error(`no finding ${id}`);
  return finding;
};
const statusOf = (id: string, observed: RedisObserved, exclusive = true) => findingOf(id, observed, exclusive).status;

test('a scheduler whose tasks came and went keeps every promise', () => {
  const statuses = judgedRedis(seen()).map(({ id, status }) => [id, status]);
  expect(Object.fromEntries(statuses)).toEqual({
    'redis.streams': 'pass',
    'redis.lost': 'pass',
    'redis.acknowledged': 'pass',
    'redis.pending-age': 'pass',
    'redis.retries': 'no-data',
    'redis.dead-letters': 'pass',
    'redis.rejections': 'pass',
  });
});

test('without a single stream only that is said, and nothing else passes', () => {
  const nothing = look(...redisPromises('documented').streams.map(none));
  const all = { atMs: 1, streams: nothing.streams.filter(({ type }) => type === 'none') };
  const observed = seen({ before: all, after: all, last: all, seen: { ...ALL_SEEN, entries: 0, tasks: 0 } });
  const statuses = judgedRedis(observed).map(({ status }) => status);
  expect(statuses).toEqual(['fail', ...Array.from({ length: 6 }, () => 'no-data')]);
});

test('without a task during the run nothing but what is there passes, and nothing gates', () => {
  const idle = look(stream(HIGH));
  const observed = seen({
    before: idle,
    after: idle,
    last: idle,
    seen: { ...ALL_SEEN, entries: 0, tasks: 0, mostOfOne: 0 },
  });
  const gating = judgedRedis(observed).filter((finding) => finding.gating && finding.status !== 'pass');
  expect(gating).toEqual([]);
  expect(statusOf('acknowledged', observed)).toBe('no-data');
});

describe('redis.streams', () => {
  test('fails for a stream without its group', () =>
    expect(findingOf('streams', left({ ...busy(), group: null })).summary).toContain('has no group aragora-workers'));
  test('fails for a key that is no stream', () =>
    expect(statusOf('streams', left({ ...none(HIGH), type: 'list' }))).toBe('fail'));
  test('allows a priority that had no task so far', () => expect(statusOf('streams', left(none(HIGH)))).toBe('pass'));
});

describe('redis.acknowledged', () => {
  const undeleted = busy({ length: 1, entries: ['7-0'] });
  const unacknowledged = busy({}, { pending: [held('7-0')] });

  test.each([
    ['acknowledged and not deleted', undeleted],
    ['deleted and not acknowledged', unacknowledged],
  ])('fails for a task that is %s', (_, wrong) =>
    expect(findingOf('acknowledged', left(wrong))).toMatchObject({ status: 'fail', bad: 1 }),
  );

  test('allows a moment between the two commands', () => {
    expect(statusOf('acknowledged', seen({ after: look(undeleted) }))).toBe('pass');
    expect(statusOf('acknowledged', seen({ last: look(undeleted) }))).toBe('pass');
  });
  test('does not blame the load for what was so before', () => {
    const before = look(
      stream(HIGH, { length: 1, entries: ['7-0'], group: { lastDeliveredId: '7-0', pendingCount: 0, pending: [] } }),
    );
    expect(statusOf('acknowledged', { ...left(undeleted), before })).toBe('pass');
  });
  test('says nothing of a task that still runs', () =>
    expect(statusOf('acknowledged', left(busy({ length: 1, entries: ['7-0'] }, { pending: [held('7-0')] })))).toBe(
      'pass',
    ));
  test('is open where no task was acknowledged yet', () => {
    const ids = Array.from({ length: 20 }, (_, at) => `${at + 1}-0`);
    const all = busy({ length: 20, entries: ids }, { pending: ids.map((id) => held(id)) });
    expect(statusOf('acknowledged', left(all))).toBe('inconclusive');
  });
  test('fails for a task that has ended by its own record', () => {
    const records = { read: 20, rejected: 0, endedAndHeld: 2 };
    expect(findingOf('acknowledged', seen({ seen: { ...ALL_SEEN, records } }))).toMatchObject({
      status: 'fail',
      bad: 2,
    });
  });
  test('knows nothing beyond what was read of a long list', () => {
    const pending = Array.from({ length: 1000 }, (_, at) => held(`${at + 1}-0`));
    const entries = pending.map(({ id }) => id);
    const long = busy(
      { added: 2000, length: 1001, entries: [...entries.slice(1), '1500-0'] },
      { pending, lastDeliveredId: '2000-0' },
    );
    expect(
      findingOf('acknowledged', left(long))
        .evidence.map(({ value }) => value)
        .join(),
    ).not.toContain('1500-0');
  });
});

describe('redis.pending-age', () => {
  const holding = (heldMs: number) => busy({ length: 1, entries: ['7-0'] }, { pending: [held('7-0', { heldMs })] });

  test('fails for a task that is held for more than five minutes', () =>
    expect(findingOf('pending-age', left(holding(360_000)))).toMatchObject({
      status: 'fail',
      summary: '1 task held for up to 6 min, and a worker may take 5 min',
    }));
  test('is open for a task that is held for less', () =>
    expect(statusOf('pending-age', left(holding(290_000)))).toBe('inconclusive'));
  test('does not blame the load for one that was stuck before', () => {
    const before = look(holding(310_000));
    expect(findingOf('pending-age', { ...left(holding(360_000)), before })).toMatchObject({
      status: expect.not.stringMatching('fail'),
    });
  });
});

describe('redis.retries', () => {
  const tried = (deliveries: number) =>
    busy({ length: 1, entries: ['7-0'] }, { pending: [held('7-0', { deliveries })] });

  test('passes where a failed task ended in the dead letters', () =>
    expect(statusOf('retries', left(busy(), stream(DEAD, { length: 1, group: null })))).toBe('pass'));
  test('fails for a task that is tried for ever', () => expect(statusOf('retries', left(tried(101)))).toBe('fail'));
  test('fails for a task that is added for ever, and that nobody rejected', () => {
    const records = { read: 20, rejected: 0, endedAndHeld: 0 };
    const endless = (more: Partial<SeenTasks>) => seen({ seen: { ...ALL_SEEN, mostOfOne: 101, ...more } });
    expect(statusOf('retries', endless({ records }))).toBe('fail');
    expect(statusOf('retries', endless({ records: { ...records, rejected: 1 } }))).toBe('inconclusive');
    expect(statusOf('retries', endless({}))).toBe('inconclusive');
  });
  test('is open where more tasks came than were followed', () => {
    const letters = left(busy(), stream(DEAD, { length: 1, group: null }));
    const status = (unfollowed: number) => statusOf('retries', { ...letters, seen: { ...ALL_SEEN, unfollowed } });
    expect([status(100), status(101)]).toEqual(['pass', 'inconclusive']);
  });
  test('allows a worker that takes its own task again every second', () => {
    const { last } = left(tried(150));
    expect(statusOf('retries', seen({ last: { ...last, atMs: 151_000 } }))).toBe('inconclusive');
  });
  test('is open for one that was tried a few times', () =>
    expect(findingOf('retries', left(tried(3)))).toMatchObject({ status: 'inconclusive', gating: false }));
  test('does not blame the load for attempts from before', () =>
    expect(statusOf('retries', { ...left(tried(150)), before: look(tried(150)) })).toBe('no-data'));
});

describe('redis.dead-letters', () => {
  const letters = (length: number) => stream(DEAD, { length, group: null });

  test('allows ten', () => expect(statusOf('dead-letters', left(busy(), letters(10)))).toBe('pass'));
  test('fails for eleven', () =>
    expect(findingOf('dead-letters', left(busy(), letters(11)))).toMatchObject({ status: 'fail', bad: 11 }));
  test('does not blame the load for those from before', () =>
    expect(statusOf('dead-letters', { ...left(busy(), letters(50)), before: look(stream(HIGH), letters(50)) })).toBe(
      'pass',
    ));
  test('counts growth alone', () =>
    expect(
      findingOf('dead-letters', { ...left(busy(), letters(12)), before: look(stream(HIGH), letters(9)) }).bad,
    ).toBe(3));
});

describe('redis.lost', () => {
  const lost = busy({ lastId: '21-0', added: 21, lastDeletedId: '21-0' });

  test('fails for a task that was deleted before a worker got it', () =>
    expect(statusOf('lost', left(lost))).toBe('fail'));
  test('is open where others may have cancelled it', () =>
    expect(statusOf('lost', left(lost), false)).toBe('inconclusive'));
  test('allows one that a worker got between two commands', () =>
    expect(statusOf('lost', seen({ after: look(lost), last: look(busy({}, { lastDeliveredId: '21-0' })) }))).toBe(
      'pass',
    ));
  test('does not blame the load for one from before', () =>
    expect(statusOf('lost', { ...left(lost), before: look(lost), seen: { ...ALL_SEEN, entries: 1 } })).toBe('pass'));
  test('lacks evidence from an old Redis', () =>
    expect(statusOf('lost', left(busy({ added: null, lastDeletedId: null })))).toBe('no-data'));
});

describe('redis.rejections', () => {
  const seeing = (more: Partial<SeenTasks>) => seen({ seen: { ...ALL_SEEN, ...more } });
  const records = (rejected: number) => ({ read: 20, rejected, endedAndHeld: 0 });

  test('passes where few can be rejected', () => expect(statusOf('rejections', seeing({ tasks: 16 }))).toBe('pass'));
  test('is open where more can be', () =>
    expect(findingOf('rejections', seeing({ tasks: 15 }))).toMatchObject({ status: 'inconclusive', gating: false }));
  test('passes and fails by the records of a release', () => {
    expect(statusOf('rejections', seeing({ records: records(4) }))).toBe('pass');
    expect(findingOf('rejections', seeing({ records: records(5) }))).toMatchObject({ status: 'fail', bad: 5 });
  });
  test.each([
    ['passes', 0, 1, 'pass'],
    ['is open', 4, 2, 'inconclusive'],
    ['is open', 5, 10, 'inconclusive'],
    ['fails', 12, 10, 'fail'],
  ])('%s with %i rejected of 20, and %i more that were not followed', (_, rejected, unfollowed, status) => {
    expect(statusOf('rejections', seeing({ records: records(rejected), unfollowed }))).toBe(status);
  });
});
