/** `check` as a user has it, against the reference target. Alone on the machine: that everything is proven needs clients that were never kept from seeing it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../lib/core/plan.ts';
import { plannedSec } from '../../lib/core/timeline.ts';
import { cleanUp, enginePath, findings, runCli, tempDir } from '../cli/support/cli.ts';

beforeAll(enginePath, 900_000);
afterAll(cleanUp);

test('check of the reference target provokes and proves every signal that gates, in some seconds', async () => {
  const dir = join(tempDir(), 'run');
  // A team's backends do not belong to the embedded target.
  const ended = await runCli(['check', '--seed', '3', '--out', dir], {
    env: { ARAGORA_SLO_LOKI: 'http://127.0.0.1:1' },
  });
  expect(ended.stdout, ended.stdout).toMatch(/^CONFORMS {2}all of \d+ gating findings pass\n/);
  expect(ended.exitCode).toBe(0);
  const { findings: all, run } = findings(dir);
  const gating = all.filter((finding) => finding.gating).map(({ id }) => id.split('.')[0]);
  expect([...new Set(gating)].sort()).toEqual(['content', 'load', 'logs', 'metrics', 'probes', 'traces']);
  expect(gating.length).toBeGreaterThan(90);
  const plan = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8')) as Plan;
  expect(plannedSec(plan)).toBeLessThan(15);
  expect(run.command).toBe('npx aragora-slo run --profile check --contract documented --seed 3');
});
