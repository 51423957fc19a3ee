/** The command line as a process: wrong usage, wrong configuration, missing prerequisites, folders that are not run folders. No load. */
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { enginePath as engineOf } from '../../lib/engine/ensure.ts';
import { cleanUp, expectError, FROM_SOURCES, file, filesOf, runCli, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';
import { healthProfile } from './support/profiles.ts';

afterAll(cleanUp);

/** Nothing listens there: a mistake must be reported before anything is asked. */
const NOWHERE = 'http://127.0.0.1:1';
const OWN_STACK = ['--target', NOWHERE, '--prometheus', NOWHERE, '--alertmanager', NOWHERE];

describe('help', () => {
  const COMMANDS = [
    ...[
      'run',
      'check',
      'gate',
      'experiment',
      'capacity',
      'drill',
      'compare',
      'judge',
      'report',
      'watch',
      'history',
      'history add',
    ],
    ...['target', 'doctor', 'init', 'validate', 'checks', 'rules', 'dashboards'],
  ];
  test.each([[], ...COMMANDS.map((words) => words.split(' '))])('of %s is on stdout', async (...command) => {
    const { exitCode, stdout, stderr } = await runHere([...command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: aragora-slo ${command.join(' ')}`));
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test('is what no command at all gets, with the exit code of wrong usage', async () => {
    const { exitCode, stdout, stderr } = await runHere([]);
    expect(stderr).toMatch(/^Usage: aragora-slo/);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('of the version is the version', async () => {
    const { exitCode, stdout } = await runHere(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(exitCode).toBe(0);
  });
});

describe('checks', () => {
  test('lists every check with what it proves, for people', async () => {
    const { exitCode, stdout, stderr } = await runHere(['checks']);
    expect(stdout).toContain(
      'logs.traces-exist\n  The trace of every sampled request whose trace id is in the log has spans under that id.\n  gates · needs logs and traces · ',
    );
    expect(stdout).toMatch(/^load\.completed\n {2}\S.+\.\n {2}gates · .*docs\/checks\/load\.md$/m);
    expect(stdout).toMatch(/\n\d+ checks; docs\/checks explains each\n$/);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('lists them for programs', async () => {
    const { stdout } = await runHere(['checks', '--json']);
    const checks = JSON.parse(stdout) as readonly { readonly id: string }[];
    expect(checks.length).toBeGreaterThan(150);
    expect(checks.find(({ id }) => id === 'metrics.restarts')).toEqual({
      id: 'metrics.restarts',
      subject: 'the server kept running',
      proves: 'The server was not started again during the load.',
      system: 'metrics',
      source: { document: 'aragora-slo', section: 'docs/checks/metrics.md' },
      needs: ['metrics'],
      gating: true,
      page: 'docs/checks/metrics.md#where-they-come-from',
    });
  });
});

const profile = (content: object): string => file(tempDir(), 'mine.yaml', { name: 'mine', ...content });

describe('wrong usage is one line that says what would be right:', () => {
  const cases: Record<string, [readonly string[], RegExp, RegExp?]> = {
    'an unknown command': [['rnu'], /unknown command 'rnu'/, /Did you mean run\?/],
    'an unknown option': [['run', '--profil', 'smoke'], /unknown option '--profil'/, /Did you mean --profile\?/],
    'a word too many': [['run', 'smoke'], /too many arguments for 'run'/],
    'an option without its value': [['run', '--target'], /argument missing/],
    'an unknown profile': [
      ['run', '--profile', 'smok'],
      /--profile must be the name of a profile, .*, got "smok"/,
      /did you mean "smoke"\?.*nightly/,
    ],
    'an unknown contract': [
      ['run', '--contract', 'documentd'],
      /--contract must be the name of a contract, or the path of a file of own names, got "documentd"/,
      /did you mean "documented"/,
    ],
    'an empty value, as of a variable that is not set': [
      ['run', '--target', NOWHERE, '--log-file', ''],
      /--log-file has an empty value/,
    ],
    'an empty port': [['run', '--target', NOWHERE, '--otlp-port='], /--otlp-port has an empty value/],
    'an empty seed': [['run', '--seed', ''], /--seed has an empty value/],
    'a seed that is none': [['run', '--seed', '-1'], /--seed must be a whole number, 0 to 4294967295, got "-1"/],
    'a break of a target that is not ours': [
      ['run', '--target', NOWHERE, '--break', 'x'],
      /--break is for the embedded target, and cannot be used with a named one/,
    ],
    'a source of telemetry for the embedded target': [
      ['run', '--loki', NOWHERE],
      /--loki needs --target: of the embedded target, only the telemetry that it brings itself is read/,
    ],
    'a source of telemetry that is not to be looked at': [
      ['run', '--target', NOWHERE, '--jaeger', NOWHERE, '--no-telemetry'],
      /--jaeger and --no-telemetry exclude each other/,
    ],
    'a drill of an own stack until its alerts are sent again': [
      ['drill', ...OWN_STACK, '--repeat'],
      /--repeat is for the embedded stack alone/,
    ],
    'a port that is none': [
      ['check', '--target', NOWHERE, '--otlp-port', '70000'],
      /--otlp-port must be a port, 0 to 65535, got 70000/,
    ],
    'a check of a profile': [['check', '--profile', 'smoke'], /unknown option '--profile'/],
    'a target that is no URL': [['run', '--target', 'localhost'], /--target must be a URL .*, got "localhost"/],
    'a target of another scheme': [['run', '--target', 'ftp://h'], /must be a URL that begins with http:/],
    'a WebSocket address of another scheme': [
      ['run', '--target', NOWHERE, '--ws', 'http://h'],
      /--ws must be a URL that begins with ws:/,
    ],
    'a profile file that is not there': [
      ['run', '--profile', './none.yaml'],
      /cannot read \.\/none\.yaml: it does not exist/,
    ],
    'a profile file that is a folder': [
      ['run', '--profile', '/'],
      /cannot read \/: it is a folder, and a file was expected/,
    ],
    'a profile file that is no YAML': [['run', '--profile', file(tempDir(), 'p.yaml', 'a: [')], /is not valid YAML/],
    'a profile that is no object': [
      ['run', '--profile', file(tempDir(), 'p.yaml', '42')],
      /must be an object with name/,
    ],
    'a negative rate': [
      ['run', '--profile', profile({ journeys: { health: { ratePerSec: -5, durationSec: 3 } } })],
      /"journeys\.health\.ratePerSec" must be a number of arrivals per second, > 0 .*, got -5/,
    ],
    'a misspelt key': [
      ['run', '--profile', profile({ journeys: { health: { ratePerSek: 5, durationSec: 3 } } })],
      /"journeys\.health" has no key "ratePerSek"/,
      /did you mean "ratePerSec"\?/,
    ],
    'a name that leaves the folder of runs': [
      ['run', '--profile', file(tempDir(), 'p.yaml', { name: '../x', journeys: {} })],
      /"name" must be a name of letters/,
    ],
    'gates that name nothing': [
      ['run', '--profile', healthProfile(2, ['latency.helth.p50'])],
      /"gates" names "latency.helth.p50", which no objective is called/,
      /did you mean "latency.health.p50"\?/,
    ],
    'several gates that name nothing': [
      ['run', '--profile', healthProfile(2, ['latency.helth.p50', 'availability.api', 'nothing'])],
      /"gates" names "latency.helth.p50", "nothing", which no objective is called/,
    ],
    'objectives that are none': [['run', '--slo', file(tempDir(), 's.yaml', { kind: 'SLO' })], /must be "openslo\/v1"/],
    'a target port out of range': [['target', '--port', '70000'], /--port must be a port, 0 to 65535, got 70000/],
    'an address for traces that is none': [
      ['target', '--otlp', '127.0.0.1:4318'],
      /--otlp must be a URL that begins with/,
    ],
    'a log that is no file': [['target', '--log', '-'], /--log must be the path of a file, got "-"/],
    'a log that can not be written': [
      ['target', '--log', '/nowhere/at/all.log'],
      /the target's log file "\/nowhere\/at\/all.log" can't be opened/,
    ],
    'an unknown break': [['target', '--break', 'latency.helth.p50'], /there is no break "latency.helth.p50"/],
    'an unknown break of a run': [['run', '--break', 'latency.helth.p50'], /there is no break "latency.helth.p50"/],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_, [args, says, wayOut]) => {
    const cwd = tempDir();
    const ended = await runHere(args, { cwd });
    expectError(ended, says);
    if (wayOut !== undefined) expect(ended.stderr).toMatch(wayOut);
    expect(ended.stdout).toBe('');
    expect([...filesOf(cwd)]).toEqual([]);
  });
});

describe('a secret on the command line', () => {
  const secret = 's3cret-0f-mine';
  test.concurrent.each([
    ['--target', `http://127.0.0.1:1/?token=${secret}`],
    ['--target', `http://me:${secret}@127.0.0.1:1`],
    ['--target', `http://me:${secret}@127.0.0.1:99999`],
    ['--target', `http://127.0.0.1:99999/?token=${secret}`],
    ['--target', `http://127.0.0.1:1/#${secret}`],
    ['--ws', `ws://127.0.0.1:1/ws?api_key=${secret}`],
    [`--tarket=http://me:${secret}@127.0.0.1:1`],
    [`--token=${secret}`],
    ['--seed', `http://me:${secret}@127.0.0.1:1`],
  ])('as %s %s is refused and not repeated, on the terminal or in a file', async (...args) => {
    const cwd = tempDir();
    const target = args[0] === '--ws' ? ['--target', NOWHERE] : [];
    const ended = await runHere(['run', ...target, ...args], { cwd });
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
    expect([...filesOf(cwd).values()].join()).not.toContain(secret);
  });

  test('that fits no header is refused and not repeated', async () => {
    const ended = await runHere(['run', '--target', NOWHERE], { env: { ARAGORA_API_TOKEN: `${secret}\n` } });
    expectError(ended, /ARAGORA_API_TOKEN must be visible ASCII/);
    expect(ended.stderr).not.toContain(secret);
  });
});

describe('a run folder', () => {
  const run = (out: string) => runHere(['run', '--target', NOWHERE, '--profile', healthProfile(), '--out', out]);

  test('that is not empty is left as it is', async () => {
    const out = tempDir();
    writeFileSync(join(out, 'thesis.txt'), 'x');
    expectError(await run(out), /the run folder .* is not empty/);
    expect(readdirSync(out)).toEqual(['thesis.txt']);
  });

  test('that is a file', async () => {
    expectError(await run(file(tempDir(), 'out', 'x')), /cannot make .*: a file is where a folder should be/);
  });

  test('below a file', async () => {
    expectError(
      await run(join(file(tempDir(), 'out', 'x'), 'run')),
      /cannot make .*: a file is where a folder should be/,
    );
  });

  test('where nobody may make one', async () => {
    // Root ignores the permissions of a folder. But nobody can make one in sysfs, in a container with or without rights.
    const parent = tempDir();
    mkdirSync(join(parent, 'mine'), { mode: 0o555 });
    const out = process.getuid?.() === 0 ? '/sys/aragora-slo-run' : join(parent, 'mine/run');
    expectError(await run(out), /cannot make .*: (permission denied|the file system is read-only)/);
  });

  test('of a run that found no target is taken back, so that the next try may have its name', async () => {
    const parent = tempDir();
    const own = tempDir();
    expectError(await run(join(parent, 'run')), /nothing to measure at .*: connection refused/);
    expectError(await run(own), /nothing to measure at .*: connection refused/);
    expect([readdirSync(parent), readdirSync(own)]).toEqual([[], []]);
  });
});

describe('without Go and without k6', () => {
  const env = { PATH: '/nonexistent', ARAGORA_SLO_CACHE: join(tempDir(), 'cache') };

  test('run says the two ways out', async () => {
    const ended = await runHere(['run'], { env });
    expectError(ended, /the load engine needs Go to be built, or a k6: Go is not on PATH, and no k6 is on PATH/);
    expect(ended.stderr).toMatch(/install Go .* or .*k6 .*ARAGORA_SLO_K6/);
  });

  test('doctor says what is missing', async () => {
    const { exitCode, stdout } = await runHere(['doctor'], { env });
    expect(stdout).toMatch(/✓ Node .*\n✗ load engine +missing: install Go .* ARAGORA_SLO_K6/);
    expect(exitCode).toBe(2);
  });
});

test('a current folder that is gone is reported in one line', async () => {
  const ended = await runCli(['doctor'], { bin: FROM_SOURCES, prelude: 'mkdir gone && cd gone && rmdir ../gone' });
  expectError(ended, /the current folder is gone/);
});

test('an older Node is refused before anything is loaded that it can not read', async () => {
  const older = `data:text/javascript,Object.defineProperty(process,'version',{value:'v20.18.3'})`;
  const ended = await runCli(['doctor'], { bin: FROM_SOURCES, env: { NODE_OPTIONS: `--import ${older}` } });
  expectError(ended, /aragora-slo needs Node 20\.19 or newer, this is v20\.18\.3$/);
});

test('FORCE_COLOR=0 asks for no colours, as in Node', async () => {
  const coloured = (FORCE_COLOR: string) => runCli(['judge', 'nowhere'], { env: { NO_COLOR: undefined, FORCE_COLOR } });
  const [none, some] = [await coloured('0'), await coloured('1')];
  expect(none.stderr).toMatch(/^error: /);
  expect(some.stderr.startsWith('\u001b[31merror\u001b[39m: ')).toBe(true);
});

describe('doctor says of the load engine what a run would', () => {
  /** A Go that can only be looked at. */
  const withGo = (version: string, toolchain: string): string => {
    const bin = tempDir();
    const script = `#!/bin/sh\n[ "$1" = env ] && echo ${toolchain} || echo go version ${version} linux/amd64\n`;
    chmodSync(file(bin, 'go', script), 0o755);
    return bin;
  };
  const says = async (PATH: string, ARAGORA_SLO_CACHE: string): Promise<[string | undefined, number | null]> => {
    const { stdout, exitCode } = await runHere(['doctor'], { env: { PATH, ARAGORA_SLO_CACHE } });
    return [/. load engine +(.*)/.exec(stdout)?.[0], exitCode];
  };

  test('it can be built', async () => {
    expect(await says(withGo('go1.21.13', 'auto'), join(tempDir(), 'cache'))).toEqual([
      expect.stringMatching(/^✓ .*not built yet; the first run fetches k6 and builds it/),
      0,
    ]);
  });

  test('it can not be built by a Go that may fetch no newer one', async () => {
    expect(await says(withGo('go1.21.13', 'local'), join(tempDir(), 'cache'))).toEqual([
      expect.stringMatching(/^✗ .*missing: set GOTOOLCHAIN=auto, or install Go 1\.25.*ARAGORA_SLO_K6/),
      2,
    ]);
  });

  test('it can not be kept', async () => {
    expect(await says(withGo('go1.26.8', 'auto'), join(file(tempDir(), 'file', ''), 'cache'))).toEqual([
      expect.stringMatching(/^✗ .*missing: the cache ".*" can't be written: a file is where a folder should be; set/),
      2,
    ]);
  });

  test('what is kept is none', async () => {
    const cache = tempDir();
    file(cache, basename(await engineOf({ ARAGORA_SLO_CACHE: cache })), 'no program');
    expect(await says(withGo('go1.26.8', 'auto'), cache)).toEqual([
      expect.stringMatching(
        /^✗ .*missing: the cached load engine is ".*": expected a k6 .*could not be started: it may not be run here/,
      ),
      2,
    ]);
  });
});

describe('a wrong k6', () => {
  const env = { ARAGORA_SLO_K6: '/bin/echo' };

  test('is named by run', async () => {
    expectError(await runHere(['run'], { env }), /ARAGORA_SLO_K6 is "\/bin\/echo": expected a k6/);
  });

  test('is named by doctor, beside all the rest', async () => {
    const { exitCode, stdout } = await runHere(['doctor'], { env });
    expect(stdout).toMatch(/✗ load engine +missing: ARAGORA_SLO_K6 is "\/bin\/echo"/);
    expect(stdout).toMatch(/API token/);
    expect(exitCode).toBe(2);
  });
});

test('doctor shows that a token is set, never which', async () => {
  const { stdout } = await runHere(['doctor'], { env: { ARAGORA_API_TOKEN: 's3cret' } });
  expect(stdout).toMatch(/✓ API token +set \(not shown\)/);
  expect(stdout).not.toContain('s3cret');
});
