/** A Redis that is taken away from the reference target and comes back: what becomes of its tasks is judged, and the relay proves that it was away. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { beginRedis, RedisRelay } from '../../lib/faults/server/redis.ts';
import { serverProof } from '../../lib/judge/server-faults.ts';
import { openRedis, type Reply } from '../../lib/redis/client.ts';
import { startTarget } from '../../lib/target/target.ts';
import { launchValkey, type Valkey } from '../backends/valkey.ts';
import { judgedRedis, redisObserver, seenAround } from '../support/redis-run.ts';

let valkey: Valkey;
beforeAll(async () => {
  valkey = await launchValkey();
}, 900_000);
afterAll(async () => {
  await valkey.stop();
});

/** So many at the same time; each has ended then. */
async function debates(httpUrl: string, count: number): Promise<void> {
  const body = JSON.stringify({ question: 'Which of them is it?', agents: ['claude', 'gpt'], rounds: 1 });
  const one = async () => expect((await fetch(`${httpUrl}/api/debates`, { method: 'POST', body })).ok).toBe(true);
  await Promise.all(Array.from({ length: count }, one));
}

/** Tasks that are left in their streams, and those that were ever added. */
async function left(url: string): Promise<readonly [number, number]> {
  const redis = await openRedis(url);
  const sums: [number, number] = [0, 0];
  for (const priority of ['high', 'normal', 'low']) {
    const info = (await redis.ask('XINFO', 'STREAM', `aragora:tasks:${priority}`)) as readonly Reply[];
    for (const [at, name] of ['length', 'entries-added'].entries())
      sums[at] = (sums[at] ?? 0) + Number(info[info.indexOf(name) + 1]);
  }
  redis.close();
  return sums;
}

test('no task is lost or left behind that was under way when Redis went, or added while it was away', async () => {
  const url = `${valkey.url}/1`;
  const relay = await RedisRelay.start(url);
  const target = await startTarget({ tasks: { url: relay.url }, patch: { waits: { 'agent-call': 'constant(50ms)' } } });
  try {
    const seen = await seenAround(redisObserver(url), async () => {
      await debates(target.httpUrl, 6);
      const underWay = debates(target.httpUrl, 6);
      const fault = beginRedis(relay);
      await debates(target.httpUrl, 12);
      const { witness } = await fault.end();
      expect(serverProof({ kind: 'redis' }, witness).lacks).toBeUndefined();
      await debates(target.httpUrl, 12);
      await underWay;
      await vi.waitFor(async () => expect(await left(url)).toEqual([0, 36]), { timeout: 60_000 });
    });
    const findings = judgedRedis(seen);
    const statuses = Object.fromEntries(findings.map(({ id, status }) => [id, status]));
    const all = findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`).join('\n');
    const good = {
      'redis.streams': 'pass',
      'redis.lost': 'pass',
      'redis.acknowledged': 'pass',
      'redis.pending-age': 'pass',
    };
    expect(statuses, all).toMatchObject(good);
    expect(findings.find(({ id }) => id === 'redis.acknowledged')?.summary, all).toContain('36 tasks');
  } finally {
    await target.stop();
    await relay.stop();
  }
}, 120_000);
