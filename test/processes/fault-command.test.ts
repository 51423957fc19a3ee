/** The command by which a team breaks and heals its server: how it is run, and that `stop` follows each `start`. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkCommand, commandFault } from '../../lib/drill/own/fault-command.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-fault-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Writes down how it is run, and then does what `script` says. */
function fault(script: string, abort = new AbortController(), limitMs = 60_000) {
  const file = join(dir, 'fault');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> '${dir}/deeds'\n${script}\n`);
  chmodSync(file, 0o755);
  return commandFault('High Rate; $(x)', { file, logFile: join(dir, 'log'), signal: abort.signal, limitMs });
}

const deeds = (): string[] =>
  existsSync(join(dir, 'deeds')) ? readFileSync(join(dir, 'deeds'), 'utf8').trimEnd().split('\n') : [];
const [STARTED, STOPPED] = ['High Rate; $(x) start', 'High Rate; $(x) stop'];

describe('a fault command', () => {
  test('gets the name and what to do, without a shell in between', async () => {
    const one = fault('exit 0');
    expect(await one.start()).toBeNull();
    await one.stop();
    expect(deeds()).toEqual([STARTED, STOPPED]);
  });

  test('that has no fault for the alert says so by its exit code, and nothing is to be stopped', async () => {
    expect(await fault('exit 77').start()).toBe(`${dir}/fault has no fault for it`);
    expect(deeds()).toEqual([STARTED]);
  });

  test('that fails says why, and is stopped', async () => {
    const why = await fault('[ "$2" = stop ] && exit 0; echo first; echo "no such host" >&2; exit 4').start();
    expect(why).toBe(`${dir}/fault … start: it exited with 4: no such host`);
    expect(deeds()).toEqual([STARTED, STOPPED]);
    expect(readFileSync(join(dir, 'log'), 'utf8')).toContain('first\nno such host');
  });

  test('that hangs is killed with what it started, and is stopped', async () => {
    const why = await fault('[ "$2" = stop ] && exit 0; sleep 600 & sleep 600', new AbortController(), 300).start();
    expect(why).toMatch(/… start: it did not end within 0.3 s, and was killed$/);
    expect(deeds()).toEqual([STARTED, STOPPED]);
  });

  test('is stopped when the drill is interrupted while it starts', async () => {
    const abort = new AbortController();
    const starting = fault('[ "$2" = stop ] && exit 0; sleep 600', abort).start();
    await vi.waitFor(() => expect(deeds()).toEqual([STARTED]), { timeout: 30_000 });
    abort.abort(new Error('Ctrl-C'));
    await expect(starting).rejects.toThrow('Ctrl-C');
    expect(deeds()).toEqual([STARTED, STOPPED]);
  });

  test('whose stop runs after Ctrl-C, too', async () => {
    const abort = new AbortController();
    const one = fault('exit 0', abort);
    await one.start();
    abort.abort(new Error('Ctrl-C'));
    await one.stop();
    expect(deeds()).toEqual([STARTED, STOPPED]);
  });

  test('that can not be stopped leaves a fault, and that is said', async () => {
    const one = fault('[ "$2" = stop ] && { echo "no route"; exit 1; }; exit 0');
    await one.start();
    await expect(one.stop()).rejects.toThrow(
      /^the fault for High Rate; \$\(x\) may still be on: .*fault … stop: it exited with 1: no route$/,
    );
  });
});

describe('a fault command is refused', () => {
  test.each([
    ['that is not there', './none', /there is no program ".\/none"/],
    ['that is not on PATH', 'aragora-slo-none', /there is no program "aragora-slo-none"/],
    ['that is a folder', tmpdir(), /can't be run as a program/],
  ])('%s', (_, file, words) => {
    expect(() => checkCommand(file)).toThrow(words);
  });

  test('that may not be run', () => {
    const file = join(dir, 'plain');
    writeFileSync(file, '#!/bin/sh\n');
    expect(() => checkCommand(file)).toThrow(/can't be run as a program/);
    chmodSync(file, 0o755);
    expect(() => checkCommand(file)).not.toThrow();
    expect(() => checkCommand('sh')).not.toThrow();
  });
});
