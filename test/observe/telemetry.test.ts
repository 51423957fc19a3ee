/** A run looks for telemetry only when asked to. test/breaks/telemetry.test.ts tests what it then finds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../../lib/run/run.ts';

test('without --telemetry a run has no telemetry finding and no observation', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-without-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const profile = join(dir, 'without.profile.json');
  writeFileSync(profile, JSON.stringify({ name: 'without', journeys: { health: { ratePerSec: 5, durationSec: 1 } } }));
  const request = {
    targetArgs: [],
    profile,
    contract: 'documented' as const,
    out: join(dir, 'without'),
    token: undefined,
  };
  const { facts } = await run(
    request,
    { note: () => {}, warn: () => {}, update: () => {} },
    new AbortController().signal,
  );
  expect(facts.observations).toEqual([]);
  expect(facts.verdict.findings.filter(({ id }) => /^(metrics|traces|logs)\./.test(id))).toEqual([]);
});
