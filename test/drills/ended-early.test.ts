/** What ends a drill early: Ctrl-C in each part of it, and a program that dies. It says what it saw until then, and leaves nothing running and no data. */
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { Cli, cleanUp, tempDir, until } from '../cli/support/cli.ts';

afterAll(cleanUp);

/** Processes that work in a folder below this one, as each part of the stack does. */
function workingIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      // No process, or one that has ended.
      return false;
    }
  });
}

const PARTS: readonly (readonly [string, RegExp])[] = [
  ['while its programs start', /with a clock/],
  ['while the server is healthy', /of a healthy server/],
  ['while the server is down', /AragoraDown: /],
  ['while the end of one alert and another alert are waited for', /HighLatency: /],
];
/** Until it is so far, on a busy machine. */
const PATIENCE_MS = 400_000;

/** A drill of two alerts that has come so far, and the folder of all temporary files. */
async function begun(line: RegExp): Promise<{ readonly drill: Cli; readonly temporary: string }> {
  const temporary = join(tempDir(), 'tmp');
  mkdirSync(temporary);
  const args = ['drill', '--out', 'drilled', '--rule', 'AragoraDown', 'HighLatency'];
  const drill = new Cli(args, { env: { TMPDIR: temporary } });
  await until(
    () => `${line}; it says ${drill.stderr}`,
    () => line.test(drill.stderr) || !drill.running,
    PATIENCE_MS,
  );
  return { drill, temporary };
}

/** Its timeline. Nothing of it may be left besides. */
function leftBy({ cwd }: Cli, temporary: string): string {
  expect(workingIn(temporary)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  expect(existsSync(join(cwd, 'drilled/drill-findings.json'))).toBe(true);
  return readFileSync(join(cwd, 'drilled/drill.jsonl'), 'utf8');
}

describe.runIf(noFastClock() === null)('a drill ends early', { timeout: 600_000 }, () => {
  test.each(PARTS)('by Ctrl-C %s', async (_, line) => {
    const { drill, temporary } = await begun(line);
    drill.signal('SIGINT');
    const { exitCode, stdout, stderr } = await drill.ended();
    expect(exitCode, stderr).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED {2}/);
    expect(leftBy(drill, temporary)).toContain('"why":"interrupted"');
  });

  test.each(['prometheus', 'alertmanager'])('when its %s dies, and accuses nobody', async (name) => {
    const { drill, temporary } = await begun(/AragoraDown: /);
    const [pid] = workingIn(join(temporary, `aragora-slo-${name}-`));
    process.kill(Number(pid), 'SIGKILL');
    const { exitCode, stdout, stderr } = await drill.ended();
    expect(exitCode, stdout + stderr).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(`${name} ended by itself: .*SIGKILL`, 'i'));
    expect(leftBy(drill, temporary)).toContain('"kind":"lost"');
  });
});
