/** Without evidence of the server's own telemetry nothing passes, and nobody is accused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import { startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import type { RunResult } from '../../lib/run/run.ts';
import { renderText } from '../../reports/text.ts';
import { runAgainst } from './telemetry.ts';

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-telemetry-'));
const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;

beforeAll(() => ensureEngine({ onProgress: () => {} }));

afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

/** Those of a family among the findings that gate. */
function gatingOf({ facts }: RunResult, family: RegExp): Finding[] {
  return facts.verdict.findings.filter(({ id, gating }) => gating && family.test(id));
}

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
  const hidden = await runAgainst(target, mkdtempSync(join(dir, 'hidden-')), abort.signal).finally(() => target.stop());
  const metrics = gatingOf(hidden, /^metrics\./);
  expect(metrics.length).toBeGreaterThan(40);
  expect(metrics.filter(({ status }) => status !== 'unavailable' && status !== 'no-data').map(words)).toEqual([]);
  expect(hidden.facts.verdict.outcome).toBe('inconclusive');
});
