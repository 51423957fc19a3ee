/** The watch over k6 as a process: a k6 that falls silent, one that does not end in order, and one that can't be started. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { EnginePlan } from '../../lib/core/engine-protocol.ts';
import { health } from '../../lib/journeys/health.ts';
import { entryScript } from '../../lib/load/entry.ts';
import { type LoadRequest, runLoad } from '../../lib/load/load.ts';
import { hdrSource } from '../../lib/load/sources/hdr.ts';
import { cleanUp, enginePath, file, tempDir } from './support/cli.ts';
import { closeFakes, fakeHealth } from './support/servers.ts';

afterAll(async () => {
  cleanUp();
  await closeFakes();
});

async function request(dir: string, enginePath: string): Promise<LoadRequest> {
  const { host } = await fakeHealth();
  const scenario = {
    journey: 'health',
    kind: 'arrivals',
    owed: ['health'],
    startSec: 0,
    durationSec: 60,
    ratePerSec: 10,
    vus: 5,
    maxVus: 5,
    fromDue: [],
  } as const;
  const plan: EnginePlan = {
    httpUrl: `http://${host}`,
    wsUrl: `ws://${host}/ws`,
    seed: 1,
    subprotocol: 'aragora-v1',
    distinctClients: false,
    debateId: null,
    endpoints: ['health', 'start-lateness'],
    limitsUs: {},
    generators: 1,
    scenarios: { health_0: scenario },
  };
  const planPath = file(dir, 'engine.json', plan);
  return {
    enginePath,
    source: hdrSource(planPath),
    entryPath: file(dir, 'engine.js', await entryScript([health])),
    planPath,
    logPath: join(dir, 'engine.log'),
    durationSec: 60,
    token: undefined,
    onRecord: () => {},
    signal: new AbortController().signal,
  };
}

test('k6 that is stopped is found hung, and killed', async () => {
  const dir = tempDir();
  const k6 = file(dir, 'k6', `#!/bin/sh\necho $$ > "${dir}/pid"\nexec "${await enginePath()}" "$@"\n`);
  chmodSync(k6, 0o755);
  let pid = 0;
  const reason = await runLoad({
    ...(await request(dir, k6)),
    // Also before its first output: on a busy machine k6 takes seconds to begin.
    patience: { silenceMs: 15_000, endMs: 200 },
    onRecord: (record) => {
      if (record.type !== 'interval' || pid !== 0) return;
      pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
      process.kill(pid, 'SIGSTOP');
    },
  });
  expect(reason).toEqual({ kind: 'engine-hung', silentSec: 15 });
  expect(pid).toBeGreaterThan(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}, 600_000);

test('k6 that has to be killed when its answer is sure has not said all that the answer rests on', async () => {
  const dir = tempDir();
  const k6 = file(dir, 'k6', `#!/bin/sh\necho $$ > "${dir}/pid"\nexec "${await enginePath()}" "$@"\n`);
  chmodSync(k6, 0o755);
  const decided = new AbortController();
  const reason = await runLoad({
    ...(await request(dir, k6)),
    patience: { silenceMs: 60_000, endMs: 200 },
    decided: decided.signal,
    onRecord: (record) => {
      if (record.type !== 'interval' || decided.signal.aborted) return;
      process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')), 'SIGSTOP');
      decided.abort({ kind: 'decided-early', look: 0, decision: 'conforms' });
    },
  });
  expect(reason).toMatchObject({ kind: 'ended-early' });
}, 600_000);

test('k6 that cannot be started is dead, and it is said why', async () => {
  const dir = tempDir();
  const reason = await runLoad(await request(dir, join(dir, 'none')));
  expect(reason).toEqual({
    kind: 'engine-died',
    exitCode: null,
    signal: null,
    detail: expect.stringMatching(/none" could not be started: it is not there/),
  });
});
