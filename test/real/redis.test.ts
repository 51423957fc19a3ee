/** A real server of Redis Streams: the reference target's scheduler, each of its breaks, and what can be wrong with the server itself. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis, type Redis } from '../../lib/redis/client.ts';
import { REDIS_BREAKS } from '../../lib/systems/redis/faults/index.ts';
import type { RedisObservation } from '../../lib/systems/redis/observation.ts';
import { READ_COMMANDS } from '../../lib/systems/redis/observe/read.ts';
import { startTarget } from '../../lib/target/target.ts';
import { launchValkey, type Valkey } from '../backends/valkey.ts';
import { judgedRedis, redisObserver, seenAround, seenOf, TASKS } from '../support/redis-run.ts';

let valkey: Valkey;
let redis: Redis;
beforeAll(async () => {
  valkey = await launchValkey();
  redis = await openRedis(valkey.url);
});
afterAll(async () => {
  redis.close();
  await valkey.stop();
});

/** Each test that writes has a database of its own. */
let databases = 0;
function database(): string {
  databases += 1;
  return `${valkey.url}/${databases}`;
}
const idle = async () => undefined;
const wordsOf = (findings: ReturnType<typeof judgedRedis>) =>
  findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);

test('a scheduler that keeps its promises passes, and nothing is left of its tasks', async () => {
  const seen = await seenOf(database());
  const findings = judgedRedis(seen);
  const statuses = Object.fromEntries(findings.map(({ id, status }) => [id, status]));
  expect(statuses, wordsOf(findings).join('\n')).toMatchObject({
    'redis.streams': 'pass',
    'redis.lost': 'pass',
    'redis.acknowledged': 'pass',
    'redis.pending-age': 'pass',
    'redis.dead-letters': 'pass',
    'redis.retries': 'no-data',
  });
  expect(findings.find(({ id }) => id === 'redis.acknowledged')?.summary).toContain(`${TASKS} tasks`);
});

describe('a broken scheduler', () => {
  test('of a release is known by its records, too', () => {
    const observation = seen.get('2.11');
    const findings = observation === undefined ? [] : judgedRedis(observation, false, 'aragora-2.11');
    const found = Object.fromEntries(findings.map(({ id, status, bad }) => [id, `${status} ${bad}`]));
    expect(found, wordsOf(findings).join('\n')).toMatchObject({
      'redis.streams': 'pass 0',
      'redis.acknowledged': 'fail 2',
      'redis.pending-age': 'inconclusive 0',
      'redis.rejections': 'pass 0',
    });
    expect(JSON.stringify(observation)).not.toContain('rejection_count');
  });

  /** Side by side: each waits for what never ends. */
  const seen = new Map<string, RedisObservation>();
  beforeAll(async () => {
    await Promise.all([
      ...REDIS_BREAKS.map(async ({ name }) => seen.set(name, await seenOf(database(), [name]))),
      asReleased(database()).then((one) => seen.set('2.11', one)),
    ]);
  });

  test.for(REDIS_BREAKS)('$name fails $finding alone', ({ name, finding }, { task }) => {
    task.meta.proves = name;
    const observation = seen.get(name);
    const findings = observation === undefined ? [] : judgedRedis(observation);
    const failed = findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(failed, wordsOf(findings).join('\n')).toEqual([finding]);
  });
});

/** As Aragora 2.11 keeps five tasks: one has ended without being acknowledged, and one was rejected, acknowledged and not deleted. */
async function asReleased(url: string): Promise<RedisObservation> {
  const own = await openRedis(url);
  const [stream, group] = ['aragora:cp:stream:normal', 'aragora-workers'];
  await own.ask('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM');
  const observed = await seenAround(redisObserver(url, 'aragora-2.11'), async () => {
    for (const task of ['ended', 'rejected', 'c', 'd', 'e']) {
      const id = String(await own.ask('XADD', stream, '*', 'task_id', task));
      const [status, metadata] = [
        task === 'ended' ? 'completed' : 'running',
        { rejection_count: task === 'rejected' ? 2 : 0 },
      ];
      await own.ask('SET', `aragora:cp:tasks:${task}`, JSON.stringify({ id: task, status, metadata }));
      await own.ask('XREADGROUP', 'GROUP', group, 'w', 'COUNT', '1', 'STREAMS', stream, '>');
      if (task === 'rejected') await own.ask('XACK', stream, group, id);
    }
  });
  own.close();
  return observed;
}

describe('what is sent', () => {
  test('is read by a user who may only read', async () => {
    const url = database();
    const allowed = READ_COMMANDS.map((command) => `+${command.toLowerCase()}`);
    await redis.ask('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', ...allowed, '+select', '-@write');
    const access = { redis: { auth: { kind: 'basic', user: 'reader', password: 'secret' } } } as const;
    const target = await startTarget({ tasks: { url } });
    try {
      const seen = await seenAround(redisObserver(url, 'aragora-2.11', access), idle);
      expect(seen).toMatchObject({ status: 'collected', other: 'aragora:tasks:high' });
      expect(await seenAround(redisObserver(url, 'documented', access), idle)).toMatchObject({ status: 'collected' });
    } finally {
      await target.stop();
    }
  });

  test('is no command that writes, as the server itself counts them', async () => {
    await redis.ask('CONFIG', 'RESETSTAT');
    await seenAround(redisObserver(database()), idle);
    const stats = String(await redis.ask('INFO', 'commandstats'));
    const sent = [...stats.matchAll(/^cmdstat_(\w+)/gm)].map(([, command = '']) => command.toUpperCase());
    const known: readonly string[] = [...READ_COMMANDS, 'SELECT', 'CONFIG'];
    expect(sent.filter((command) => !known.includes(command))).toEqual([]);
  });
});

test('the streams of another contract are named', async () => {
  const url = database();
  const own = await openRedis(url);
  await own.ask('XADD', 'aragora:cp:stream:high', '*', 'task_id', 'a');
  own.close();
  const [streams] = judgedRedis(await seenAround(redisObserver(url), idle));
  expect(streams).toMatchObject({
    status: 'fail',
    summary: expect.stringContaining('there is aragora:cp:stream:high'),
  });
});

test('the reference target does not write into a database that has something', async () => {
  const url = database();
  const own = await openRedis(url);
  await own.ask('SET', 'of-a-team', '1');
  await expect(startTarget({ tasks: { url } })).rejects.toThrow(/is not empty/);
  expect(await own.ask('DBSIZE')).toBe(1);
  own.close();
});

describe('a server that can not be read is unavailable, in one line', () => {
  const reasonOf = async (url: string, password?: string) => {
    const access = password === undefined ? {} : { redis: { auth: { kind: 'bearer', token: password } } as const };
    const seen = await seenAround(redisObserver(url, 'documented', access), idle);
    const statuses = new Set(judgedRedis(seen).map(({ status }) => status));
    expect([...statuses]).toEqual(['unavailable']);
    return seen.status === 'unavailable' ? seen.reason : '';
  };

  test('because it needs a password', async () => {
    const locked = await launchValkey(['--requirepass', 'right']);
    try {
      expect(await reasonOf(locked.url)).toMatch(/needs a password$/);
      expect(await reasonOf(locked.url, 'wrong')).toMatch(/refuses the credentials given$/);
      expect(
        await seenAround(
          redisObserver(locked.url, 'documented', { redis: { auth: { kind: 'bearer', token: 'right' } } }),
          idle,
        ),
      ).toMatchObject({ status: 'collected' });
    } finally {
      await locked.stop();
    }
  });

  test('because it has gone', async () => {
    const gone = await launchValkey();
    const observer = redisObserver(gone.url);
    const seen = await seenAround(observer, () => gone.stop());
    expect(seen).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^Redis at redis:.* during the run: its last answer came at \d{4}-\d\d-\d\dT/),
      hint: expect.stringMatching(/^it was there and went away/),
    });
    expect(await reasonOf(gone.url)).toMatch(/can't be reached: connection refused$/);
  });

  test.each([
    ['is no Redis', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH\r\n'), /is no Redis/],
    [
      'is a web server',
      (socket: Socket) => void socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      /is no Redis/,
    ],
    ['hangs up', (socket: Socket) => void socket.end(), /closed the connection/],
    ['hangs', () => undefined, /does not answer within 5 s/],
  ])('because it %s', async (_, talk, reason) => {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      talk(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      expect(await reasonOf(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatch(reason);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
