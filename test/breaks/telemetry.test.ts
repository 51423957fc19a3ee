/**
 * Every break of the server's own telemetry, run through the whole harness: caught by just the finding that names it. And the unbroken
 * target: it conforms, leaves no secret behind, and is judged the same again.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import type { RunResult } from '../../lib/run/run.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { TELEMETRY_BREAKS } from '../../lib/target/telemetry-breaks.ts';
import type { Proof } from './prove.ts';
import { proveTelemetry, runTelemetry, telemetryProof } from './telemetry.ts';

/** Longer than all proofs together: a test waits for those that run before its own. */
const PROOF_MS = 900_000;

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-telemetry-'));
const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;

let control: RunResult;
beforeAll(async () => {
  await ensureEngine({ onProgress: () => {} });
  control = await runTelemetry('control', dir, abort.signal);
});

afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

describe('the unbroken target', () => {
  test('conforms: every telemetry finding that gates passes', () => {
    const { tripped, undecided, caught } = telemetryProof('control', control);
    expect([...tripped, ...undecided].map(words)).toEqual([]);
    expect(caught).toBe(true);
    const findings = control.facts.verdict.findings.filter(({ id }) => /^(metrics|traces|logs)\./.test(id));
    expect(findings.filter(({ gating }) => gating).length).toBeGreaterThan(80);
  });

  test('leaves the canary in no file of the run', () => {
    const files = ['plan.json', 'engine.json', 'engine.log', 'observations.json', 'findings.json'];
    const texts = files.map((file) => readFileSync(join(control.dir, file), 'utf8'));
    expect(texts.filter((text) => /canary-[0-9a-f]{8}/.test(text))).toEqual([]);
  });

  test('is judged the same again, offline', () => {
    expect(judgeRun(control.dir).verdict).toEqual(control.facts.verdict);
  });
});

describe('the harness', () => {
  let proofs = new Map<string, Promise<Proof>>();
  beforeAll(() => {
    proofs = proveTelemetry(TELEMETRY_BREAKS, dir, abort.signal);
  });
  afterAll(async () => {
    abort.abort('the tests are over');
    await Promise.allSettled(proofs.values());
  });

  test.each(TELEMETRY_BREAKS)(
    'catches $name by $finding alone',
    async ({ name, finding }) => {
      const proof = await proofs.get(name);
      expect(
        proof?.tripped.map(({ id }) => id),
        proof?.tripped.map(words).join('\n'),
      ).toEqual([finding]);
      expect(proof?.caught).toBe(true);
    },
    PROOF_MS,
  );
});
