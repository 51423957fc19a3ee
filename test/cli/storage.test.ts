/** A disk that fills up under load: one line, what was recorded is kept, and it is judged as not finished. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { health } from '../../lib/journeys/health.ts';
import { entryScript } from '../../lib/load/entry.ts';
import { cleanUp, enginePath, expectError, findings, runCli, shell, statusOf, tempDir } from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, type Fake, fakeHealth } from './support/servers.ts';

interface SmallDisk {
  readonly dir: string;
  /** Runs before the command. */
  readonly prelude?: string;
  /** Makes room. */
  readonly grow: () => void;
}

const mounted: string[] = [];
let fake: Fake;
beforeAll(async () => {
  await enginePath();
  fake = await fakeHealth();
}, 600_000);
afterAll(async () => {
  for (const dir of mounted) shell(`umount ${dir}`);
  cleanUp();
  await closeFakes();
});

/** A file system of six pages beside the script for k6; undefined where mounting one is not allowed. */
function smallTmpfs(scriptBytes: number): SmallDisk | undefined {
  const dir = tempDir();
  const kib = 4 * Math.ceil(scriptBytes / 4096) + 24;
  try {
    shell(`mount -t tmpfs -o size=${kib}k tmpfs ${dir}`);
  } catch {
    return undefined;
  }
  mounted.push(dir);
  return { dir, grow: () => shell(`mount -o remount,size=16m ${dir}`) };
}

/** From the first records on, no file may grow beyond 4 KiB. The shell becomes the program, so `$$` is the program's id. */
function smallFiles(): SmallDisk {
  const dir = `${tempDir()}/run`;
  const limit = `until [ -s ${dir}/engine.ndjson ]; do sleep 0.1; kill -0 $$ || exit; done; prlimit --pid $$ --fsize=4096`;
  return { dir, prelude: `(${limit}) >/dev/null 2>&1 &`, grow: () => {} };
}

const tmpfs = smallTmpfs(Buffer.byteLength(await entryScript([health])));
const disks = { 'the files may not grow': smallFiles(), ...(tmpfs && { 'the file system is full': tmpfs }) };

describe.each(Object.entries(disks))('when %s', (_, { dir, prelude, grow }) => {
  test.concurrent('the run stops with one line and is judged as not finished once there is room', async () => {
    const gated = ['--profile', lenientProfile(60), '--slo', lenientObjectives()];
    // A plan with everything that telemetry looks for is larger than these disks.
    const args = ['run', '--target', `http://${fake.host}`, ...gated, '--no-telemetry', '--out', dir];
    // The limit is for what the run writes, not for the cache that other runs share.
    const ended = await runCli(args, { ...(prelude && { prelude }) });
    expectError(ended, /cannot (write|append to) .*: the disk is full/);
    expect(ended.stdout).toBe('');

    grow();
    const judged = await runCli(['judge', dir]);
    expect(judged.stdout).toMatch(/^INCONCLUSIVE/);
    expect(judged.exitCode).toBe(3);
    expect(statusOf(dir, 'load.completed')).toBe('inconclusive');
    expect(findings(dir).run.loadEnded).toMatch(/^(storage|ended-early)$/);
    expect(findings(dir).run.delivered).toBeGreaterThan(0);
  });
});
