/** Every way in which a run can end before its time: nothing keeps running, what was recorded is kept, and it never conforms. */
import { chmodSync, createReadStream, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedSeconds } from '../support/journal.ts';
import {
  Cli,
  type CliOptions,
  cleanUp,
  enginePath,
  expectError,
  file,
  findings,
  runCli,
  shell,
  statusOf,
  tempDir,
  until,
} from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, type Fake, fakeHealth, fakeTcp } from './support/servers.ts';

let fake: Fake;
beforeAll(async () => {
  await enginePath();
  fake = await fakeHealth();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Preloaded: the reference target never reaches its first line; anything else that is run is not affected. */
const SLOW_TARGET = `import { isMainThread } from 'node:worker_threads';
if (isMainThread && process.argv[1]?.endsWith('/lib/embedded/main.mjs'))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
const K6 = / run .*\/engine\.js/;

/** A load of one minute or as long as is said, well within its limits, whose recording has begun. */
async function loading(
  options: CliOptions & { target?: string | null; durationSec?: number; share?: number } = {},
): Promise<{ cli: Cli; dir: string }> {
  const dir = join(tempDir(), 'run');
  const target = options.target === null ? [] : ['--target', options.target ?? `http://${fake.host}`];
  const gated = ['--profile', lenientProfile(options.durationSec ?? 60), '--slo', lenientObjectives(options.share)];
  const cli = new Cli(['run', ...target, ...gated, '--out', dir], options);
  await until(
    () => `a recorded second; stderr: ${cli.stderr}`,
    () => recordedSeconds(dir) > 0 || !cli.running,
  );
  expect(cli.running, cli.stderr).toBe(true);
  return { cli, dir };
}

function samplesOf(dir: string): number | undefined {
  return findings(dir).findings.find(({ id }) => id === 'lenient.1')?.samples;
}

describe.each(SIGNALS)('%s', (signal) => {
  test.concurrent('while the engine is built ends the build, and leaves no half of it', async () => {
    const bin = tempDir();
    const go = 'case "$1" in version) echo "go version go1.99 linux/amd64";; *) sleep 600;; esac';
    chmodSync(file(bin, 'go', `#!/bin/sh\n${go}\n`), 0o755);
    const [cache, cwd] = [tempDir(), tempDir()];
    const env = { PATH: `${bin}:${process.env['PATH']}`, ARAGORA_SLO_CACHE: cache };
    const cli = new Cli(['run', '--out', 'run'], { env, cwd });
    await cli.process(/sleep 600/);
    cli.signal(signal);
    const { exitCode, stderr } = await cli.ended();
    expect(stderr).toMatch(
      new RegExp(`^${signal}: ending in order.*\\ninterrupted by ${signal}: nothing was judged\\n$`, 'm'),
    );
    expect(exitCode).toBe(130);
    expect([readdirSync(cwd), readdirSync(cache)]).toEqual([[], []]);
  });

  test.concurrent('while the target starts ends the target', async () => {
    const slow = pathToFileURL(file(tempDir(), 'slow.mjs', SLOW_TARGET)).href;
    const cwd = tempDir();
    const cli = new Cli(['run', '--out', 'run'], { cwd, env: { NODE_OPTIONS: `--import ${slow}` } });
    await cli.process(/\/lib\/embedded\/main\.mjs/);
    cli.signal(signal);
    const { exitCode, stderr } = await cli.ended();
    expect(stderr).toMatch(new RegExp(`interrupted by ${signal}: nothing was judged\\n$`));
    expect(exitCode).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.concurrent('while a silent target is looked at', async () => {
    const silent = await fakeTcp(() => {});
    const cwd = tempDir();
    const cli = new Cli(['run', '--target', `http://${silent.host}`, '--out', 'run'], { cwd });
    await until('a connection', () => silent.visits() > 0);
    cli.signal(signal);
    const { exitCode, stderr } = await cli.ended();
    expect(stderr).toMatch(new RegExp(`interrupted by ${signal}: nothing was judged\\n$`));
    expect(exitCode).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.concurrent('under load judges and reports what was recorded, as interrupted', async () => {
    const { cli, dir } = await loading({ target: null });
    cli.signal(signal);
    const { exitCode, stdout } = await cli.ended();
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(new RegExp(`^INTERRUPTED  the load was interrupted by ${signal}`));
    expect(findings(dir)).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(samplesOf(dir)).toBeGreaterThan(0);
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['report.html', 'recording.hlog', 'load.json']));
    expect(readdirSync(dir)).not.toContain('engine.ndjson');
    expect((await runCli(['judge', dir])).exitCode).toBe(130);
  });

  test.concurrent('while the last of the telemetry is waited for judges the load without it', async () => {
    const dir = join(tempDir(), 'run');
    const gated = ['--profile', lenientProfile(1), '--slo', lenientObjectives()];
    // Nobody exports traces there.
    const sources = ['--otlp-port', '0', '--log-file', file(tempDir(), 'server.log', '')];
    const cli = new Cli(['run', '--target', `http://${fake.host}`, ...gated, ...sources, '--out', dir]);
    await cli.says(/waiting for the last of the telemetry/);
    cli.signal(signal);
    const { exitCode, stdout } = await cli.ended();
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED {2}the load ran to its end, and waiting for the last of the telemetry was/);
    expect(samplesOf(dir)).toBeGreaterThan(0);
    expect(findings(dir)).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(findings(dir).findings.find(({ id }) => id === 'traces.propagation')?.status).toBe('unavailable');
    expect((await runCli(['judge', dir])).exitCode).toBe(130);
  });
});

test.concurrent('a signal while reports are written lets them become whole', async () => {
  const dir = join(tempDir(), 'run');
  // Opening a fifo waits for a reader, so the reports stop where the summary is written.
  const summary = join(tempDir(), 'summary');
  shell(`mkfifo ${summary}`);
  const args = ['run', '--target', `http://${fake.host}`, '--profile', lenientProfile(), '--slo', lenientObjectives()];
  const cli = new Cli([...args, '--out', dir], { env: { GITHUB_STEP_SUMMARY: summary } });
  await until('all other reports', () => existsSync(join(dir, 'junit.xml')) || !cli.running);
  cli.signal('SIGINT');
  const read = createReadStream(summary, 'utf8').toArray();
  const [{ exitCode, stdout, stderr }, written] = await Promise.all([cli.ended(), read]);
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^SIGINT: ending in order/m);
  expect(written.join('')).toMatch(/^#/);
  expect(stdout).toContain('report.html');
  expect(findings(dir).run.loadEnded).toBe('finished');
});

test.concurrent('a second Ctrl-C ends at once, even with an engine that does not', async () => {
  const { cli, dir } = await loading({ target: null });
  process.kill(await cli.process(K6), 'SIGSTOP');
  cli.signal('SIGINT');
  await cli.says(/^SIGINT: ending in order; a second one ends at once$/m);
  expect(cli.running).toBe(true);
  cli.signal('SIGINT');
  const { exitCode } = await cli.ended();
  expect(exitCode).toBe(130);
  const judged = await runCli(['judge', dir]);
  expect(judged.exitCode).toBe(3);
  expect(samplesOf(dir)).toBeGreaterThan(0);
});

test.concurrent('a second Ctrl-C ends a build that does not', async () => {
  const bin = tempDir();
  const go =
    'case "$1" in version) echo "go version go1.99 linux/amd64";; *) trap "" TERM; while :; do sleep 1; done;; esac';
  chmodSync(file(bin, 'go', `#!/bin/sh\n${go}\n`), 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, ARAGORA_SLO_CACHE: tempDir() };
  const cli = new Cli(['run'], { env });
  await cli.process(/sleep 1/);
  cli.signal('SIGINT');
  await cli.says(/a second one ends at once/);
  cli.signal('SIGINT');
  expect((await cli.ended()).exitCode).toBe(130);
});

test.concurrent('a killed harness takes its engine and its target along, and its journal is judged as inconclusive', async () => {
  const { cli, dir } = await loading({ target: null });
  process.kill(cli.pid, 'SIGKILL');
  const { signal } = await cli.ended();
  expect(signal).toBe('SIGKILL');
  expect(existsSync(join(dir, 'load.json'))).toBe(false);

  const judged = await runCli(['judge', dir]);
  expect(judged.stdout).toMatch(/^INCONCLUSIVE/);
  expect(judged.exitCode).toBe(3);
  expect(findings(dir).run).toMatchObject({ loadEnded: 'ended-early' });
  expect(findings(dir).run.delivered).toBeGreaterThan(0);
  expect(samplesOf(dir)).toBeGreaterThan(0);
  expect(statusOf(dir, 'load.completed')).toBe('inconclusive');
});

test.concurrent('a killed engine is a reason, never a pass', async () => {
  const { cli, dir } = await loading();
  process.kill(await cli.process(K6), 'SIGKILL');
  const { exitCode, stdout } = await cli.ended();
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/the load was cut short: the load engine died \(signal SIGKILL\): \S/);
  expect(findings(dir).run.loadEnded).toBe('engine-died');
  expect(samplesOf(dir)).toBeGreaterThan(0);
});

test.concurrent.each([
  ['is removed', () => {}, /cannot (write|append to) \S+: it does not exist/],
  [
    'becomes a file',
    (dir: string) => writeFileSync(dir, ''),
    /cannot (write|append to) \S+: .*a file is where a folder/,
  ],
])(
  'a run folder that %s in the middle ends the run in one line, and the exit code says whether a signal came',
  async (_, then, says) => {
    const loadingInNone = async (durationSec: number): Promise<Cli> => {
      const { cli, dir } = await loading({ durationSec });
      rmSync(dir, { recursive: true });
      then(dir);
      return cli;
    };
    const [whole, interrupted] = [await loadingInNone(8), await loadingInNone(60)];
    interrupted.signal('SIGINT');
    const { exitCode, stderr, stdout } = await interrupted.ended();
    expectError({ stderr, exitCode: 2 }, says);
    expect([exitCode, stdout]).toEqual([130, '']);
    expectError(await whole.ended(), says);
    expect(whole.stdout).toBe('');
  },
);

test.concurrent('a target that dies under load is counted as failing', async () => {
  const { cli, dir } = await loading({ target: null });
  process.kill(await cli.process(/\/lib\/embedded\/main\.mjs/), 'SIGKILL');
  await until('refused requests', () => /"refused":\d/.test(readFileSync(join(dir, 'engine.ndjson'), 'utf8')));
  cli.signal('SIGINT');
  expect((await cli.ended()).exitCode).toBe(130);
  expect(findings(dir).findings.find(({ id }) => id === 'lenient.1')?.bad).toBeGreaterThan(0);
});

test.concurrent('a server that is killed under load is said to be gone, and a run to the end breaches', async () => {
  const server = new Cli(['target']);
  await until('its addresses', () => /^http.*\nws.*\n/.test(server.stdout) || !server.running);
  const host = server.stdout.split('\n')[0]?.replace('http://', '') ?? '';
  const { cli, dir } = await loading({ target: `http://${host}`, durationSec: 12, share: 0.9 });
  process.kill(await server.process(/\/lib\/embedded\/main\.mjs/), 'SIGKILL');
  const { exitCode, stdout, stderr } = await cli.ended();
  expect(exitCode, stdout + stderr).toBe(99);
  // Wrapped at words.
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /^BREACHES .* CAUSE the server went away: after second \d+ of the load none of \d+ requests had a whole answer/,
  );
  expect(findings(dir).causes).toMatchObject([{ id: 'server-gone', explains: expect.arrayContaining(['lenient.1']) }]);
  expect((await server.ended()).exitCode).toBe(2);
});

test.concurrent('a reader that leaves does not end the load', async () => {
  const { cli, dir } = await loading();
  cli.stopReading();
  cli.signal('SIGINT');
  expect((await cli.ended()).exitCode).toBe(130);
  expect(readdirSync(dir)).toContain('report.html');
});

describe('the target command', () => {
  test.concurrent.each(SIGNALS)('serves until %s', async (signal) => {
    const cli = new Cli(['target']);
    await until('its addresses', () => /^http.*\nws.*\n/.test(cli.stdout) || !cli.running);
    const answer = await fetch(`${cli.stdout.split('\n')[0]}/api/health`);
    expect(answer.status).toBe(200);
    cli.signal(signal);
    expect((await cli.ended()).exitCode).toBe(0);
  });

  test.concurrent('says so when its server is gone', async () => {
    const cli = new Cli(['target']);
    await until('its addresses', () => /^http.*\nws.*\n/.test(cli.stdout) || !cli.running);
    process.kill(await cli.process(/\/lib\/embedded\/main\.mjs/), 'SIGKILL');
    const { exitCode, stderr } = await cli.ended();
    expect(stderr).toMatch(/^error: the reference target ended by itself/);
    expect(exitCode).toBe(2);
  });
});
