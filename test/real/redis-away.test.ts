/** A Redis that is taken away from the reference target in a run and comes back: what the target does then is judged, and the relay proves it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadResult } from '../../lib/core/recording.ts';
import { beginRedis, RedisRelay } from '../../lib/faults/server/redis.ts';
import { serverProof } from '../../lib/judge/server-faults.ts';
import { run } from '../../lib/run/run.ts';
import { startTarget } from '../../lib/target/target.ts';
import { launchValkey, type Valkey } from '../backends/valkey.ts';
import { healthSlo } from '../support/health-slo.ts';
import { judgedRedis, redisObserver, seenAround } from '../support/redis-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-redis-away-'));
let valkey: Valkey;
beforeAll(async () => {
  valkey = await launchValkey();
}, 900_000);
afterAll(async () => {
  await valkey.stop();
  rmSync(dir, { recursive: true, force: true });
});

const SILENT = { note: () => {}, warn: () => {}, update: () => {} };

/** So many at the same time; each has ended then. */
async function debates(httpUrl: string, count: number): Promise<void> {
  const body = JSON.stringify({ question: 'Which of them is it?', agents: ['claude', 'gpt'], rounds: 1 });
  const one = async () => expect((await fetch(`${httpUrl}/api/debates`, { method: 'POST', body })).ok).toBe(true);
  await Promise.all(Array.from({ length: count }, one));
}

test('no task is lost or left behind that was under way when Redis went, or added while it was away', async () => {
  const url = `${valkey.url}/1`;
  const relay = await RedisRelay.start(url);
  const target = await startTarget({ tasks: { url: relay.url }, patch: { waits: { 'agent-call': 'constant(50ms)' } } });
  try {
    const seen = await seenAround(redisObserver(url), async () => {
      await debates(target.httpUrl, 6);
      const underWay = debates(target.httpUrl, 6);
      // Each connection that is cut has answers on their way.
      for (let times = 0; times < 3; times++) {
        const fault = beginRedis(relay);
        await debates(target.httpUrl, 4);
        const { witness } = await fault.end();
        expect(serverProof({ kind: 'redis' }, witness).lacks).toBeUndefined();
        await debates(target.httpUrl, 4);
      }
      await underWay;
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

test('debates go on without it, and no task is lost or left behind', async () => {
  const [profile, slo, out] = ['profile.json', 'slo.json', 'run'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const durationSec = 5;
  const journeys = { health: { ratePerSec: 10, durationSec }, agents: { ratePerSec: 8, durationSec } };
  const phases = [
    { name: 'baseline' },
    { name: 'away', faults: ['redis'], expects: [{ availability: 0.8 }] },
    { name: 'back', durationSec: 8, recoverWithinSec: 3, expects: [{ availability: 0.8 }] },
  ];
  writeFileSync(profile, JSON.stringify({ name: 'away', journeys, phases, gates: ['lenient.1', 'redis.'] }));
  writeFileSync(slo, JSON.stringify(healthSlo('lenient', 5000, 0.5)));
  const { url } = valkey;
  const request = {
    targetArgs: [],
    sources: { redis: url },
    profile,
    slo,
    out,
    telemetry: true,
  } as const;
  const asked = { ...request, contract: 'documented', seed: 1, token: undefined } as const;
  const { facts } = await run(asked, SILENT, new AbortController().signal);
  const all = facts.verdict.findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);
  const open = facts.verdict.findings.filter(
    ({ id, gating, status }) => gating && /^(redis|load\.faults)/.test(id) && status !== 'pass',
  );
  expect(
    open.map(({ id, status }) => `${id} ${status}`),
    all.join('\n'),
  ).toEqual([]);
  const { faults } = JSON.parse(readFileSync(join(out, 'load.json'), 'utf8')) as LoadResult;
  const [witness] = faults?.witnesses?.['away'] ?? [];
  expect(witness).toMatchObject({ kind: 'redis', cut: 1 });
  // It tried to come back all the time.
  expect(witness?.kind === 'redis' ? witness.refused : 0).toBeGreaterThan(3);
}, 300_000);
