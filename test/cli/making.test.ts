/** Ctrl-C while a part of the stack is built or downloaded: all ends at once, and the cache is as if nothing had begun. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Cli, cleanUp, tempDir } from './support/cli.ts';

afterAll(cleanUp);

/** A program that would not end by itself, and that has started another one. */
function endless(program: string): string {
  const bin = tempDir();
  writeFileSync(join(bin, program), '#!/bin/sh\n/bin/sleep 600 &\nwait\n', { mode: 0o755 });
  return [bin, process.env['PATH']].join(delimiter);
}

test.concurrent.each<[string, readonly string[], string, RegExp]>([
  ['a stack is built', ['stack', 'up', '--only', 'jaeger'], 'go', /^making jaeger-v/m],
  [
    'a stack in the foreground is built',
    ['stack', 'up', '--foreground', '--only', 'jaeger'],
    'go',
    /^making jaeger-v/m,
  ],
  ['a stack is downloaded', ['stack', 'up', '--only', 'redis'], 'python3', /^making valkey-/m],
  ['the stack of a run is downloaded', ['run', '--stack'], 'python3', /^making valkey-/m],
  ['a drill is built', ['drill'], 'go', /^making prometheus-v/m],
])('Ctrl-C while %s', async (_, words, program, says) => {
  const cache = tempDir();
  const cli = new Cli(words, { env: { PATH: endless(program), ARAGORA_SLO_CACHE: cache } });
  await cli.process(/sleep 600/);
  cli.signal('SIGINT');
  const { exitCode, stdout, stderr } = await cli.ended();
  expect(stderr).toMatch(says);
  expect([exitCode, stdout]).toEqual([130, '']);
  // The log says how far it came; neither a lock nor half of a program is left.
  expect(readdirSync(cache).filter((name) => !name.endsWith('.log'))).toEqual([]);
  expect(existsSync(join(cli.cwd, 'runs/stack/stack.json'))).toBe(false);
  const runs = join(cli.cwd, 'runs');
  expect(existsSync(runs) ? readdirSync(runs).filter((name) => name !== 'stack') : []).toEqual([]);
});
