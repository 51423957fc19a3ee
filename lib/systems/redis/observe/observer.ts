/** Looks at the streams of the task scheduler: before the load, again and again during it, and twice after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import { unlessAborted } from '../../../core/within.ts';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import { cluster, openRedis, type Redis, RedisTrouble } from '../../../redis/client.ts';
import { compareIds } from '../ids.ts';
import type { RedisLook, RedisObservation } from '../observation.ts';
import { REDIS_CONTRACTS, type RedisPromises } from '../promises.ts';
import { lookAt, type Reader, readerOf } from './read.ts';
import { SeenEntries } from './seen.ts';

const BETWEEN_LOOKS_MS = 250;
/** What is under way when the load ends has this long to end. */
const SETTLE_MS = 10_000;
/** Longer than whatever is acknowledged needs to be deleted, too. */
const APART_MS = 1000;

interface Started {
  readonly redis: Redis;
  readonly reader: Reader;
  readonly server: string;
  readonly before: RedisLook;
  readonly seen: SeenEntries;
  lastAnswerMs(): number;
}

export function observeRedis({ options, telemetry, access, embedded, signal }: ObserveContext): Observer {
  const url = options['redis'];
  if (typeof url !== 'string') return { collect: async () => [] };
  const promises = promisesOf<RedisPromises>(telemetry, 'redis');
  let started: Started | undefined;
  let trouble: RedisTrouble | undefined;
  let polling: Promise<void> = Promise.resolve();
  const loadEnded = new AbortController();
  const tried = async <T>(doing: () => Promise<T>): Promise<T | undefined> => {
    try {
      return trouble === undefined ? await doing() : undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RedisTrouble)) throw error;
      trouble ??= started === undefined ? error : wentAway(error, started.lastAnswerMs());
      return undefined;
    }
  };
  return {
    ...(embedded ? { targetArgs: ['--redis', url] } : {}),
    before: async () => {
      started = await tried(() => start(url, access['redis'], promises));
    },
    begin: async () => {
      if (started === undefined) return;
      const ended = AbortSignal.any([signal, loadEnded.signal]);
      polling = watch(started, promises, ended, tried).catch(unlessAborted(signal));
    },
    collect: async () => {
      loadEnded.abort();
      await polling;
      const from = started;
      const observed = from && (await tried(() => finish(from, { url, promises, signal })));
      if (observed !== undefined) return [observed];
      const { message = `Redis at ${url} was not asked`, hint = 'run again' } = trouble ?? {};
      return [{ kind: 'redis', status: 'unavailable', source: 'direct', reason: message, hint }];
    },
    close: async () => {
      loadEnded.abort();
      started?.redis.close();
    },
  };
}

async function start(url: string, access: ObserveContext['access'][string], promises: RedisPromises): Promise<Started> {
  const redis = await openRedis(url, access);
  try {
    let answeredMs = Date.now();
    const reader = readerOf(redis, () => {
      answeredMs = Date.now();
    });
    const server = serverOf(url, String(await reader.read('INFO', 'server')));
    const before = await lookAt(reader, promises);
    return { redis, reader, server, before, seen: new SeenEntries(before), lastAnswerMs: () => answeredMs };
  } catch (error) {
    redis.close();
    throw error;
  }
}

/** It answered before, so its address is right. */
function wentAway(error: RedisTrouble, lastAnswerMs: number): RedisTrouble {
  if (!error.isGone) return error;
  const at = new Date(lastAnswerMs).toISOString();
  return new RedisTrouble(
    `${error.message} during the run: its last answer came at ${at}`,
    'it was there and went away: did it restart, fail over, run out of memory or drop this client? Its log of that moment says why',
    true,
  );
}

/** Its name and version. @throws RedisTrouble for a cluster. */
function serverOf(url: string, info: string): string {
  const fields = new Map(info.split('\r\n').map((line) => line.split(':') as [string, string]));
  if ((fields.get('redis_mode') ?? fields.get('server_mode')) === 'cluster') throw cluster(url);
  const valkey = fields.get('valkey_version');
  return valkey === undefined ? `Redis ${fields.get('redis_version') ?? ''}`.trim() : `Valkey ${valkey}`;
}

/** Until the load has ended: sees entries that come and go. */
async function watch(
  { reader, seen }: Started,
  promises: RedisPromises,
  ended: AbortSignal,
  tried: (doing: () => Promise<boolean>) => Promise<boolean | undefined>,
): Promise<void> {
  while (!ended.aborted) {
    const going = await tried(async () => {
      await seen.more(reader, promises);
      return true;
    });
    if (!going) return;
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

interface Finishing {
  readonly url: string;
  readonly promises: RedisPromises;
  readonly signal: AbortSignal;
}

async function finish(
  { reader, server, before, seen }: Started,
  { url, promises, signal }: Finishing,
): Promise<RedisObservation> {
  await seen.more(reader, promises);
  const after = await settled(reader, promises, signal);
  const records = await seen.records(reader, promises, after);
  await sleep(APART_MS, undefined, { signal });
  const last = await lookAt(reader, promises);
  const isNone = last.streams.every(({ type }) => type === 'none');
  return {
    kind: 'redis',
    status: 'collected',
    source: 'direct',
    url,
    server,
    before,
    after,
    last,
    seen: seen.summary(records, last),
    other: isNone ? await otherStreams(reader, promises) : null,
  };
}

/** Once nothing waits and nothing is held any more, or it has had long enough. */
async function settled(reader: Reader, promises: RedisPromises, signal: AbortSignal): Promise<RedisLook> {
  const deadlineMs = Date.now() + SETTLE_MS;
  for (;;) {
    const look = await lookAt(reader, promises);
    if (!look.streams.some(isBusy) || Date.now() > deadlineMs) return look;
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal });
  }
}

function isBusy({ group, entries }: RedisLook['streams'][number]): boolean {
  if (group === null) return false;
  return group.pendingCount > 0 || entries.some((id) => compareIds(id, group.lastDeliveredId) > 0);
}

/** A stream of another contract that does exist. */
async function otherStreams(reader: Reader, { streams }: RedisPromises): Promise<string | null> {
  const others = Object.values(REDIS_CONTRACTS).flatMap((contract) => contract.streams);
  for (const key of others.filter((other) => !streams.includes(other)))
    if ((await reader.read('TYPE', key)) === 'stream') return key;
  return null;
}
