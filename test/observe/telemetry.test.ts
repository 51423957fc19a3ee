/** Whole runs with --telemetry against the embedded target: unbroken, and with each of its telemetry breaks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { type RunResult, run } from '../../lib/run/run.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { TELEMETRY_BREAKS } from '../../lib/target/telemetry-breaks.ts';
import { PROOF_MS, profileOf, telemetryOnly } from './support.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-telemetry-'));
const abort = new AbortController();
const SILENT = { note: () => {}, update: () => {} };
/** As many runs at a time as two cores bear at these rates. */
const ABREAST = 3;

afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

/** With enough requests for the sampling ratio when `whole`. */
function runWith(name: string, targetArgs: readonly string[], whole: boolean): Promise<RunResult> {
  const profile = join(dir, `${name}.profile.json`);
  writeFileSync(profile, JSON.stringify(profileOf(whole)));
  const request = {
    targetArgs,
    profile,
    contract: 'documented',
    out: join(dir, name),
    telemetry: true,
    token: undefined,
  };
  return run(request, SILENT, abort.signal);
}

let control: RunResult;
beforeAll(async () => {
  await ensureEngine({ onProgress: () => {} });
  control = await runWith('control', [], true);
});

const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;

test('every telemetry finding that gates passes on the unbroken target', () => {
  const findings = telemetryOnly(control.facts);
  expect(findings.filter(({ gating }) => gating).length).toBeGreaterThan(80);
  expect(findings.filter(({ gating, status }) => gating && status !== 'pass').map(words)).toEqual([]);
});

test('the canary is in no file of the run', () => {
  const files = ['plan.json', 'engine.json', 'engine.log', 'observations.json', 'findings.json'];
  const texts = files.map((file) => readFileSync(join(control.dir, file), 'utf8'));
  expect(texts.filter((text) => /canary-[0-9a-f]{8}/.test(text))).toEqual([]);
});

test('the same run judged offline says the same', () => {
  expect(judgeRun(control.dir).verdict).toEqual(control.facts.verdict);
});

test('without it a run has no telemetry finding and no observation', async () => {
  const profile = join(dir, 'without.profile.json');
  writeFileSync(profile, JSON.stringify({ name: 'without', journeys: { health: { ratePerSec: 5, durationSec: 1 } } }));
  const request = { targetArgs: [], profile, contract: 'documented', out: join(dir, 'without'), token: undefined };
  const { facts } = await run(request, SILENT, abort.signal);
  expect(facts.observations).toEqual([]);
  expect(telemetryOnly(facts)).toEqual([]);
});

/** Each break's run, begun in groups by the first that is asked for. */
const runs = new Map<string, Promise<RunResult>>();
function broken(name: string): Promise<RunResult> {
  if (runs.size === 0) {
    let before: Promise<unknown> = Promise.resolve();
    for (let at = 0; at < TELEMETRY_BREAKS.length; at += ABREAST) {
      const group = TELEMETRY_BREAKS.slice(at, at + ABREAST);
      const pending = group.map((one) => before.then(() => runWith(one.name, ['--break', one.name], false)));
      for (const [index, one] of group.entries()) runs.set(one.name, pending[index] ?? Promise.reject(one.name));
      before = Promise.allSettled(pending);
    }
  }
  return runs.get(name) ?? Promise.reject(new Error(`no run of ${name}`));
}

test.each(TELEMETRY_BREAKS)(
  'catches $name by $finding',
  async ({ name, finding, also = [] }) => {
    const { facts } = await broken(name);
    const failed = telemetryOnly(facts).filter(({ gating, status }) => gating && status === 'fail');
    expect(failed.find(({ id }) => id === finding)?.status, failed.map(words).join('\n')).toBe('fail');
    expect(failed.filter(({ id }) => id !== finding && !also.includes(id)).map(words)).toEqual([]);
  },
  PROOF_MS,
);
