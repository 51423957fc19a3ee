/** The script that the harness writes for a run, as k6 reads it: wherever the run folder is, with every journey that exists. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportOf } from '../../lib/core/engine-protocol.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { JOURNEYS } from '../../lib/journeys/index.ts';
import { entryScript } from '../../lib/load/entry.ts';
import { enginePlanOf } from '../../lib/run/engine-plan.ts';
import { makePlan } from '../../lib/run/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'run "of" 100 % #1? é '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('k6 finds the function of every journey', async () => {
  const { path } = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  const specs = JOURNEYS.map(({ name, kind }) => [
    name,
    kind === 'sockets'
      ? { sockets: 1, durationSec: 5, pingEverySec: 1 }
      : { steps: [{ ratePerSec: 1, durationSec: 5 }] },
  ]);
  const profile = { name: 'all', description: '', journeys: Object.fromEntries(specs), gates: 'all' } as const;
  const target = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false };
  const asked = {
    runId: 'all',
    profile,
    contract: 'documented',
    objectives: [],
    seed: 1,
    target,
    command: '',
  } as const;
  const plan = join(folder, 'engine.json');
  const entry = join(folder, 'engine.js');
  writeFileSync(plan, JSON.stringify(enginePlanOf(makePlan(asked))));
  writeFileSync(entry, await entryScript(JOURNEYS));
  // It refuses a script that imports what another one does not export.
  const said = execFileSync(path, ['inspect', '--execution-requirements', entry], {
    env: { ...process.env, PLAN: plan },
    encoding: 'utf8',
  });
  const { scenarios } = JSON.parse(said) as { scenarios: Record<string, { exec: string }> };
  expect(Object.values(scenarios).map(({ exec }) => exec)).toEqual(
    expect.arrayContaining(JOURNEYS.map(({ name }) => exportOf(name))),
  );
});
