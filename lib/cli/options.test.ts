import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { addRun } from '../commands/run.ts';
import { allOptions } from '../config/options.ts';
import { configKeys } from '../config/settings.ts';
import { quoted, wordsOf } from '../options/command-line.ts';
import { onOff, path, port, redisUrl, url, webSocketUrl } from '../options/kinds.ts';
import { resolve } from '../options/resolve.ts';
import { flagOf, type OptionSpec, variableOf } from '../options/spec.ts';
import { runRequest } from '../run/request.ts';
import { saidTo } from './options.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-options-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function config(content: object): string {
  const path = join(dir, `${files++}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function runCommand(): Command {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addRun(program, { signal: new AbortController().signal, exit: () => {} });
  const run = program.commands.find((command) => command.name() === 'run');
  if (run === undefined) throw new Error('there is no command run');
  return run;
}

/** What flags, variables and the config file say, as the command `run` finds it. */
async function said(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const run = runCommand();
  let found: Awaited<ReturnType<typeof saidTo>> | undefined;
  await run
    .action(async () => {
      found = await saidTo(run, env);
    })
    .parseAsync([...args], { from: 'user' });
  if (found === undefined) throw new Error('the command did not act');
  return found;
}

const settled = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<object> =>
  resolve(allOptions(), await said(args, env)).values;

test('every option of run can stand in a config file, but for its name and those that the table gives to a single run', () => {
  const ofOneRun = allOptions().flatMap(({ name, from }) => (from === undefined ? [] : [name]));
  expect(ofOneRun).toContain('seed');
  const names = new Set(runCommand().options.map((option) => option.attributeName()));
  expect([...names].filter((name) => !['config', ...ofOneRun].includes(name)).sort()).toEqual(configKeys().sort());
});

/** Of a kind of value: what the file, the variable and the flag say. */
type Sayings = readonly [file: unknown, variable: string, flag: string];
const BY_KIND = new Map<unknown, Sayings>([
  [url, ['http://file', 'http://env', 'http://flag']],
  [webSocketUrl, ['ws://file', 'ws://env', 'ws://flag']],
  [redisUrl, ['redis://file', 'redis://env', 'redis://flag']],
  [port, [1, '2', '3']],
  [path, [join(dir, 'file'), 'env', 'flag']],
]);
const BY_NAME: Readonly<Record<string, Sayings>> = {
  profile: ['smoke', 'load', 'soak'],
  contract: ['aragora-2.11', 'documented', 'aragora-2.11'],
  slo: [join(dir, 'file'), 'env', 'flag'],
  logFile: [join(dir, 'file'), 'env', 'flag'],
  sentryListen: ['file:1', 'env:2', 'flag:3'],
  sentryErrorPath: ['/file', '/env', '/flag'],
  runners: [1, '2', '3'],
  namespace: ['file', 'env', 'flag'],
  oauthStateTtl: [1, '2', '3'],
  sentryProject: ['file/a', 'env/a', 'flag/a'],
};
const sayingsOf = ({ name, kind }: OptionSpec): Sayings =>
  BY_NAME[name] ?? BY_KIND.get(kind) ?? ['file', 'env', 'flag'];
const inFile = (value: unknown): unknown =>
  typeof value === 'string' && value.startsWith(dir) ? relative('', value) : value;
const keys = allOptions().filter(({ name }) => configKeys().includes(name));

describe('an option over its variable over the config file over the default:', () => {
  test.each(keys.filter(({ kind }) => kind !== onOff).map((spec) => [spec.name, spec] as const))(
    '%s',
    async (_, spec) => {
      const { name: key, kind } = spec;
      const [file, env, flag] = sayingsOf(spec);
      const from = ['--config', config({ [key]: file })];
      const set = { [variableOf(spec)]: env };
      expect(await settled([...from, `--${flagOf(spec)}`, flag], set)).toMatchObject({ [key]: kind.fromText(flag) });
      expect(await settled(from, set)).toMatchObject({ [key]: kind.fromText(env) });
      expect(await settled(from, { [variableOf(spec)]: '' })).toMatchObject({ [key]: inFile(file) });
      expect(await settled(from)).toMatchObject({ [key]: inFile(file) });
      const standards: Readonly<Record<string, string>> = { profile: 'smoke', contract: 'documented' };
      expect(((await settled(['--no-config'], { [variableOf(spec)]: '' })) as Record<string, unknown>)[key]).toBe(
        standards[key],
      );
    },
  );

  test('telemetry, a switch', async () => {
    const no = ['--config', config({ telemetry: false })];
    expect(await settled(no)).toMatchObject({ telemetry: false });
    expect(await settled([...no, '--telemetry'])).toMatchObject({ telemetry: true });
    expect(await settled(no, { ARAGORA_SLO_TELEMETRY: '1' })).toMatchObject({ telemetry: true });
    expect(await settled(['--config', config({ telemetry: true }), '--no-telemetry'])).toMatchObject({
      telemetry: false,
    });
  });

  test('backendInsecure, a switch that "0" switches off', async () => {
    const yes = ['--config', config({ backendInsecure: true })];
    expect(await settled(yes)).toMatchObject({ backendInsecure: true });
    expect(await settled(yes, { ARAGORA_SLO_BACKEND_INSECURE: '0' })).toMatchObject({ backendInsecure: false });
    expect(await settled(['--no-config'], { ARAGORA_SLO_BACKEND_INSECURE: '1' })).toMatchObject({
      backendInsecure: true,
    });
    await expect(settled(yes, { ARAGORA_SLO_BACKEND_INSECURE: 'maybe' })).rejects.toThrow(
      /ARAGORA_SLO_BACKEND_INSECURE must be true or false \(in a variable 1 or 0, too\), got "maybe"/,
    );
  });
});

const asked = async (...given: Parameters<typeof said>): Promise<object> => runRequest(await said(...given));

/** Values of each kind, as a flag says them. */
const SAMPLES = new Map<unknown, readonly string[]>([
  [url, ['http://h', 'https://h:1/base']],
  [webSocketUrl, ['ws://h/ws']],
  [redisUrl, ['redis://h:6379/2']],
  [port, ['0', '4318']],
  [path, ['a', "it's here/b c", '$HOME']],
]);
const NAMED: Readonly<Record<string, readonly string[]>> = {
  profile: ['load', './p.yaml'],
  contract: ['documented', 'aragora-2.11'],
  seed: ['0', '4294967295'],
  sentryListen: ['127.0.0.1:9000', '[::1]:0'],
  sentryErrorPath: ['/sentry-debug', "/it's"],
  oauth: ['google', 'google,github'],
  runners: ['1', '3'],
  namespace: ['load', 'load-2'],
  faultService: ['aragora', 'aragora.load-2'],
  oauthStateTtl: ['1', '600'],
  sentryProject: ['acme/aragora'],
  secrets: ['a', 'aragora/production*,b'],
  secretsRegion: ['us-east-2'],
};
const sayable = allOptions().filter(
  (spec) => spec.again !== 'never' && !['break', 'fault'].includes(spec.name) && spec.kind !== onOff,
);

test('the words that ask for values again say these very values', async () => {
  const saying = fc.record(
    Object.fromEntries(
      sayable.map((spec) => [
        spec.name,
        fc
          .constantFrom(...(NAMED[spec.name] ?? SAMPLES.get(spec.kind) ?? ['a', 'b "c" {d}']))
          .map((said) => spec.kind.fromText(said)),
      ]),
    ),
    { requiredKeys: [] },
  );
  const switches = fc.record({ telemetry: fc.boolean(), full: fc.boolean(), backendInsecure: fc.constant(true) });
  await fc.assert(
    fc.asyncProperty(saying, switches, async (values, on) => {
      const all = { ...values, ...on };
      expect(await settled([...wordsOf(allOptions(), all), '--no-config'])).toMatchObject(all);
    }),
    { numRuns: 50 },
  );
});

test('a shell reads the words as they are', () => {
  expect(quoted(['a', 'b c', "it's", '$HOME', 'http://h:1/?a=b', '{x}'])).toBe(
    `a 'b c' 'it'\\''s' '$HOME' 'http://h:1/?a=b' '{x}'`,
  );
});

describe('the WebSocket address of the file', () => {
  const both = config({ target: 'http://a', ws: 'ws://a:1/ws' });

  test('is refused with another target than the file’s', async () => {
    await expect(asked(['--config', both, '--target', 'http://b'])).rejects.toThrow(/belongs to its "target"/);
    await expect(asked(['--config', both], { ARAGORA_SLO_TARGET: 'http://b' })).rejects.toThrow(/another target/);
  });

  test('serves the same target, and gives way to one that is given with the other target', async () => {
    expect(await asked(['--config', both, '--target', 'http://a'])).toMatchObject({ ws: 'ws://a:1/ws' });
    const said = ['--config', both, '--target', 'http://b', '--ws', 'ws://b:1/ws'];
    expect(await asked(said)).toMatchObject({ target: 'http://b', ws: 'ws://b:1/ws' });
  });

  test('of a file that names no target serves whichever is given', async () => {
    const path = config({ ws: 'ws://a:1/ws' });
    expect(await asked(['--config', path, '--target', 'http://b'])).toMatchObject({ ws: 'ws://a:1/ws' });
  });
});
