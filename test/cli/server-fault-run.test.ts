/** Runs in which the server itself is broken: what was done is proven, nobody is accused of it, and nothing of it is left, also after Ctrl-C. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadResult } from '../../lib/core/recording.ts';
import { Cli, cleanUp, enginePath, expectError, file, findings, runCli, tempDir, until } from './support/cli.ts';
import { lenientObjectives } from './support/profiles.ts';

beforeAll(enginePath, 900_000);
afterAll(cleanUp);

/** A program that writes down how it is run. */
function program(): { readonly file: string; deeds(): string[] } {
  const dir = tempDir();
  const path = join(dir, 'fault');
  writeFileSync(path, `#!/bin/sh\necho "$*" | tee -a '${dir}/deeds'\n`);
  chmodSync(path, 0o755);
  const said = join(dir, 'deeds');
  const deeds = (): string[] => (existsSync(said) ? readFileSync(said, 'utf8').trimEnd().split('\n') : []);
  return { file: path, deeds };
}

const BEHIND = { kind: 'command', name: 'redis-down' };

function profile(...phases: readonly object[]): string {
  const durationSec = 4;
  const journeys = { health: { ratePerSec: 20, durationSec }, websocket: { sockets: 2, durationSec } };
  return file(tempDir(), 'broken.yaml', { name: 'broken', journeys, gates: ['lenient.1'], phases });
}

test('a server that is killed and started again conforms, and so does one behind which something was broken', async () => {
  const { file: command, deeds } = program();
  const phases = [
    { name: 'baseline' },
    { name: 'killed', durationSec: 6, faults: [{ kind: 'kill', forMs: 500 }], expects: [] },
    { name: 'recovery', durationSec: 8, recoverWithinSec: 3 },
    { name: 'behind', faults: [BEHIND] },
  ];
  const out = join(tempDir(), 'run');
  const asked = ['--profile', profile(...phases), '--slo', lenientObjectives(), '--fault-command', command];
  const { exitCode, stdout, stderr } = await runCli(['run', ...asked, '--out', out]);
  expect(exitCode, stdout + stderr).toBe(0);
  const { faults } = JSON.parse(readFileSync(join(out, 'load.json'), 'utf8')) as LoadResult;
  expect(faults?.switches.map(({ phase }) => phase)).toEqual(['killed', 'recovery', 'behind']);
  expect(Object.keys(faults?.witnesses ?? {})).toEqual(['killed', 'behind']);
  const all = findings(out).findings;
  const ofFaults = all.filter(({ id }) => id === 'load.faults');
  expect(ofFaults.map(({ phase, status }) => `${phase} ${status}`)).toEqual(['killed pass', 'behind pass']);
  // Its telemetry was looked at, and decides nothing.
  const restarts = all.find(({ id }) => id === 'metrics.restarts');
  expect([restarts?.status, restarts?.gating]).toEqual(['no-data', false]);
  expect(all.filter(({ status, ofDocument }) => status === 'fail' && ofDocument !== true)).toEqual([]);
  const said = ['begin redis-down', 'end redis-down'];
  expect([deeds(), readFileSync(join(out, 'faults.log'), 'utf8')]).toEqual([said, `${said.join('\n')}\n`]);
});

test('Ctrl-C ends a server that stands still, and the program of the user ends its fault', async () => {
  const { file: command, deeds } = program();
  const phases = [
    { name: 'baseline' },
    { name: 'still', durationSec: 60, faults: [{ kind: 'pause', forMs: 50_000 }, BEHIND] },
  ];
  const asked = ['--no-telemetry', '--profile', profile(...phases), '--slo', lenientObjectives()];
  const cli = new Cli(['run', ...asked, '--fault-command', command]);
  const target = await cli.process(/embedded\/main.*--port/);
  const state = (): string => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${target}/status`, 'utf8'))?.[1] ?? '';
  await until(
    () => `a server that stands still; stderr: ${cli.stderr}`,
    () => state() === 'T' || !cli.running,
  );
  await until('a program of the user that was run', () => deeds().length > 0);
  cli.signal('SIGINT');
  // Nothing of it keeps running.
  expect((await cli.ended()).exitCode).toBe(130);
  expect(deeds()).toEqual(['begin redis-down', 'end redis-down']);
});

test('what nobody can carry out is refused before any load', async () => {
  const one = file(tempDir(), 'one.yaml', { name: 'one', journeys: { health: { ratePerSec: 1, durationSec: 10 } } });
  const target = ['--target', 'http://127.0.0.1:1'];
  expectError(
    await runCli(['run', '--profile', one, ...target, '--fault', 'kill']),
    /nobody can carry out the fault kill: the harness did not start http:\/\/127.0.0.1:1$/,
  );
  expectError(await runCli(['run', '--profile', one, '--fault', 'kil']), /no fault is called "kil"/);
  expectError(await runCli(['faults', 'kill', ...target]), /the fault kill is in the server/);
});
