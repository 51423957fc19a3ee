/** Bundles while esbuild's own process is ended, as a Ctrl-C at a terminal does. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../lib/bundle/bundle.ts';
import { cleanUp, file, tempDir } from '../cli/support/cli.ts';

afterAll(cleanUp);

/** The processes of esbuild that this one started. */
function esbuildPids(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent] = /\) \S+ (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      const isEsbuild = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('--service=');
      return Number(parent) === process.pid && isEsbuild ? [Number(name)] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

test.runIf(process.platform === 'linux')('are made all the same, by another one', async () => {
  const entry = file(tempDir(), 'entry.js', 'console.log("bundled");');
  let ended = 0;
  const ending = {
    name: 'ending',
    setup: (build: { onStart: (callback: () => void) => void }) =>
      build.onStart(() => {
        if (ended > 0) return;
        for (const pid of esbuildPids()) {
          process.kill(pid, 'SIGINT');
          ended += 1;
        }
      }),
  };
  const [first, second] = await Promise.all([
    bundle({ entryPoints: [entry], plugins: [ending] }),
    bundle({ entryPoints: [entry] }),
  ]);
  expect(ended).toBe(1);
  expect(first.get('.js') ?? [...first.values()].join()).toContain('bundled');
  expect([...second.values()]).toEqual([...first.values()]);
});
