/** Each break of how the target keeps sockets, counts and records: beside others in one load, and exactly their findings fail. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import type { RunRequest } from '../../lib/run/request.ts';
import { run } from '../../lib/run/run.ts';
import { type Batch, batchesOf, type OpenUnder, proveBatch, type Reasons } from './batches.ts';
import { clientBreaks, isOfClients, telemetryBreaks } from './levels.ts';
import { GATES_ON_A_BUSY_MACHINE, loadFor, mostDemanding } from './loads.ts';
import { BROKEN, Free, LONG_DEBATES, profileFile, SEED, SILENT } from './telemetry.ts';

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-batches-'));
let runs = 0;
const ABREAST = 3;

/** Which finding catches the break, not how long answers take beside it: sockets that all come back at once are hard work for a busy machine. */
const GATES = GATES_ON_A_BUSY_MACHINE.filter((id) => !id.startsWith('latency.'));

/** Of each batch. Nothing here is about latencies, so several run side by side. */
let reasons: Promise<Reasons>[] = [];

beforeAll(async () => {
  await ensureEngine({ onProgress: () => {} });
  const free = new Free(ABREAST, Promise.resolve());
  reasons = BATCHES.map(([, batch, open]) => free.next(() => proveBatch(batch, open)));
  await Promise.allSettled(reasons);
});
afterAll(async () => {
  abort.abort('the tests are over');
  await Promise.allSettled(reasons);
  rmSync(dir, { recursive: true, force: true });
});

/** One run of the whole harness. */
async function openUnder(batch: Batch, profile: string, more: Pick<RunRequest, 'telemetry'>, args: readonly string[]) {
  const targetArgs = [...batch.flatMap(({ name }) => ['--break', name]), ...args];
  const request = { targetArgs, profile, contract: 'documented', seed: SEED, token: undefined, ...more } as const;
  const out = profile.replace(/\.profile\.json$/, '');
  const { facts } = await run({ ...request, out }, SILENT, abort.signal);
  return facts.verdict.findings.filter(({ gating, status }) => gating && status !== 'pass');
}

async function openOfClients(batch: Batch): Promise<Finding[]> {
  const most = mostDemanding(batch.filter(isOfClients));
  if (most === undefined) throw new Error('a batch without a break');
  const profile = join(dir, `${nextName()}.profile.json`);
  writeFileSync(profile, JSON.stringify(loadFor(most, GATES)));
  return openUnder(batch, profile, {}, []);
}

function openOfTelemetry(batch: Batch): Promise<Finding[]> {
  return openUnder(batch, profileFile(nextName(), BROKEN, dir), { telemetry: true }, LONG_DEBATES);
}

function nextName(): string {
  runs += 1;
  return String(runs);
}

const BATCHES: readonly (readonly [about: string, batch: Batch, open: OpenUnder])[] = [
  ...batchesOf(clientBreaks('batch')).map((batch) => ['of what clients feel', batch, openOfClients] as const),
  ...batchesOf(telemetryBreaks('batch')).map((batch) => ['of the telemetry', batch, openOfTelemetry] as const),
];

describe.each(BATCHES.map(([about, batch], at) => ({ at, about, batch })))('batch $at, $about', ({ at, batch }) => {
  test.for([...batch])('$name fails $finding', async ({ name }, { task }) => {
    task.meta.proves = name;
    const reason = (await reasons[at])?.get(name);
    expect(reason, String(reason)).toBeNull();
  });
});
