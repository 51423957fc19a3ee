/** Ctrl-C in each part of a drill: it ends in order, says what it saw until then, and leaves nothing running and no data of its programs. */
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

describe.runIf(noFastClock() === null)('Ctrl-C', { timeout: 600_000 }, () => {
  test.each(PARTS)('%s', async (_, line) => {
    const temporary = join(tempDir(), 'tmp');
    mkdirSync(temporary);
    const args = ['drill', '--out', 'drilled', '--rule', 'AragoraDown', 'HighLatency'];
    const drill = new Cli(args, { env: { TMPDIR: temporary } });
    await until(
      () => `${line}; it says ${drill.stderr}`,
      () => line.test(drill.stderr) || !drill.running,
      PATIENCE_MS,
    );
    drill.signal('SIGINT');
    const { exitCode, stdout, stderr } = await drill.ended();
    expect(exitCode, stderr).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED {2}/);
    expect(workingIn(temporary)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    const timeline = readFileSync(join(drill.cwd, 'drilled/drill.jsonl'), 'utf8');
    expect(timeline).toContain('"why":"interrupted"');
    expect(existsSync(join(drill.cwd, 'drilled/drill-findings.json'))).toBe(true);
  });
});
