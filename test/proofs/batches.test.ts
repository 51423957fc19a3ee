/** Each break of how long the target takes, how it counts and whom it records: beside others in one load, caught by just its finding. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { run } from '../../lib/run/run.ts';
import { type Batch, batchesOf, proveBatch, type Reasons } from './batches.ts';
import { clientBreaks, telemetryBreaks } from './levels.ts';
import { loadForBatch } from './loads.ts';
import { BROKEN, LONG_DEBATES, profileFile, SEED, SILENT } from './telemetry.ts';

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-batches-'));
let runs = 0;

beforeAll(() => ensureEngine({ onProgress: () => {} }));
afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

/** One run of the whole harness. */
async function openUnder(
  batch: Batch,
  profile: string,
  telemetry: boolean,
  moreArgs: readonly string[],
): Promise<Finding[]> {
  const targetArgs = [...batch.flatMap(({ name }) => ['--break', name]), ...moreArgs];
  const request = { targetArgs, profile, contract: 'documented', seed: SEED, telemetry, token: undefined } as const;
  runs += 1;
  const { facts } = await run({ ...request, out: join(dir, String(runs)) }, SILENT, abort.signal);
  return facts.verdict.findings.filter(({ gating, status }) => gating && status !== 'pass');
}

function openOfClients(batch: Batch): Promise<Finding[]> {
  const profile = join(dir, `${runs}.profile.json`);
  writeFileSync(profile, JSON.stringify(loadForBatch(batch.map(({ finding }) => finding))));
  return openUnder(batch, profile, false, []);
}

function openOfTelemetry(batch: Batch): Promise<Finding[]> {
  return openUnder(batch, profileFile(String(runs), BROKEN, dir), true, LONG_DEBATES);
}

describe.each([
  ['of what clients feel', batchesOf(clientBreaks('batch')), openOfClients],
  ['of the telemetry', batchesOf(telemetryBreaks('batch')), openOfTelemetry],
])('breaks %s', (_, batches, open) => {
  describe.each(batches.map((batch, at) => ({ batch, at: at + 1 })))(
    `in batch $at of ${batches.length}`,
    ({ batch }) => {
      let reasons: Reasons;
      beforeAll(async () => {
        reasons = await proveBatch(batch, open);
      });

      test.for([...batch])('$name fails $finding', ({ name }, { task }) => {
        task.meta.proves = name;
        const reason = reasons.get(name);
        expect(reason, String(reason)).toBeNull();
      });
    },
  );
});
