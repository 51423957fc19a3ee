/**
 * Every break of the server's own telemetry, run through the whole harness: caught by exactly the finding that names it. And the target
 * without a break: it conforms, leaves no secret behind, and is judged the same again.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import type { RunResult } from '../../lib/run/run.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { renderText } from '../../reports/text.ts';
import type { Proof } from './prove.ts';
import { proveTelemetry, runAgainst, runTelemetry, telemetryProof } from './telemetry.ts';

/** Longer than all proofs together, because a test waits for those that run before its own. */
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

  test('has a break for each kind of telemetry finding that gates', () => {
    const metric = /^metrics\.(?!exposition)\w+\.(?=[\w-]+$)/;
    const kind = (id: string) => id.replace(metric, 'metrics.NAME.');
    const broken = new Set(TELEMETRY_BREAKS.map(({ finding }) => kind(finding)));
    const kinds = new Set(gatingOf(control, /^(metrics|traces|logs)\./).map(({ id }) => kind(id)));
    // A logged trace that does not exist was not recorded. The finding on recording reports that, and this one is then inconclusive.
    expect([...kinds].filter((id) => !broken.has(id))).toEqual(['logs.traces-exist']);
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

/** Those of a family among the findings that gate. */
function gatingOf({ facts }: RunResult, family: RegExp): Finding[] {
  return facts.verdict.findings.filter(({ id, gating }) => gating && family.test(id));
}

describe('without evidence', () => {
  test('nothing passes of traces and logs that nobody is shown', async () => {
    const target = await startEmbeddedTarget([], abort.signal);
    const result = await runAgainst(target, dir, abort.signal).finally(() => target.stop());
    const unseen = result.facts.verdict.findings.filter(({ id }) => /^(traces|logs)\./.test(id));
    expect(unseen.length).toBeGreaterThan(25);
    expect(unseen.filter(({ gating }) => gating)).toEqual([]);
    expect(unseen.filter(({ status }) => status !== 'unavailable' && status !== 'no-data').map(words)).toEqual([]);
    const seen = gatingOf(result, /^metrics\./);
    expect(seen.filter(({ status }) => status === 'fail').map(words)).toEqual([]);
    expect(seen.find(({ id }) => id === 'metrics.requests_total.reconciles')?.status).toBe('pass');
    expect(renderText(result.facts)).toMatch(/^CONFORMS .*; traces and logs not looked at: no source was named/);
  });

  test('nothing passes of metrics that somebody else does not expose, and nobody is accused', async () => {
    const target = await startEmbeddedTarget(['--break', 'metrics.exposition.status-404'], abort.signal);
    const hidden = await runAgainst(target, mkdtempSync(join(dir, 'hidden-')), abort.signal).finally(() =>
      target.stop(),
    );
    const metrics = gatingOf(hidden, /^metrics\./);
    expect(metrics.length).toBeGreaterThan(40);
    expect(metrics.filter(({ status }) => status !== 'unavailable' && status !== 'no-data').map(words)).toEqual([]);
    expect(hidden.facts.verdict.outcome).toBe('inconclusive');
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
