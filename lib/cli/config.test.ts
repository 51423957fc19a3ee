import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { addRun } from '../commands/run.ts';
import { CONFIG_KEYS } from '../config/settings.ts';
import { settle } from './config.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-settle-'));
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

let files = 0;
function config(content: object): string {
  const path = join(dir, `${files++}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** The command `run` up to where its options are settled. */
function runCommand(settled: (command: Command) => void): Command {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addRun(program, { signal: new AbortController().signal, exit: () => {} });
  const run = program.commands.find((command) => command.name() === 'run');
  if (run === undefined) throw new Error('there is no command run');
  run.action(async () => {
    await settle(run, process.env);
    settled(run);
  });
  return program;
}

async function settled(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<object> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  let options = {};
  await runCommand((command) => {
    options = command.opts();
  }).parseAsync(['run', ...args], { from: 'user' });
  return options;
}

const RUNS_OWN = ['seed', 'quiet', 'break', 'config', 'full', 'dashboard', 'serverCommit', 'serverRef'];

test('every option of run can stand in a config file, but for those that are a single run’s own', () => {
  const names = new Set<string>();
  for (const command of runCommand(() => {}).commands) {
    for (const option of command.options) names.add(option.attributeName());
  }
  expect([...names].filter((name) => !RUNS_OWN.includes(name)).sort()).toEqual([...CONFIG_KEYS].sort());
});

/** Of each kind of value: what the file, the variable and the option say, and what the option's own value is then. */
const SAID: Readonly<Record<string, readonly [file: unknown, env: string, flag: string]>> = {
  url: ['http://file', 'http://env', 'http://flag'],
  ws: ['ws://file', 'ws://env', 'ws://flag'],
  profile: ['smoke', 'load', 'soak'],
  contract: ['aragora-2.11', 'documented', 'other'],
  port: [1, '2', '3'],
  text: ['file', 'env', 'flag'],
  path: [join(dir, 'file'), 'env', 'flag'],
};
const KINDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CONFIG_KEYS.map((key) => [key, 'text'])),
  ...Object.fromEntries(
    ['target', 'metrics', 'prometheus', 'jaeger', 'loki', 'elasticsearch', 'cloudwatchEndpoint'].map((key) => [
      key,
      'url',
    ]),
  ),
  ...Object.fromEntries(
    ['slo', 'accept', 'history', 'out', 'logFile', 'backendCa', 'backendCert', 'backendKey'].map((key) => [
      key,
      'path',
    ]),
  ),
  otlpPort: 'port',
  otlpGrpcPort: 'port',
  ws: 'ws',
  profile: 'profile',
  contract: 'contract',
};
const SWITCHES = ['telemetry', 'backendInsecure'];
const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variable = (key: string): string => `ARAGORA_SLO_${kebab(key).replaceAll('-', '_').toUpperCase()}`;
const inFile = (key: string, value: unknown): unknown => (KINDS[key] === 'path' ? relative('', String(value)) : value);
const typed = (key: string, value: string): unknown => (KINDS[key] === 'port' ? Number(value) : value);

describe('an option over its variable over the config file over the default:', () => {
  test.each(CONFIG_KEYS.filter((key) => !SWITCHES.includes(key)))('%s', async (key) => {
    const [file, env, flag] = SAID[KINDS[key] ?? ''] ?? ['', '', ''];
    const path = config({ [key]: file });
    const from = ['--config', path];
    const set = { [variable(key)]: env };
    expect(await settled([...from, `--${kebab(key)}`, flag], set)).toMatchObject({ [key]: typed(key, flag) });
    expect(await settled(from, set)).toMatchObject({ [key]: typed(key, env) });
    expect(await settled(from, { [variable(key)]: '' })).toMatchObject({ [key]: inFile(key, file) });
    vi.unstubAllEnvs();
    expect(await settled(from)).toMatchObject({ [key]: inFile(key, file) });
    const standards: Readonly<Record<string, string>> = { profile: 'smoke', contract: 'documented' };
    expect((await settled(['--no-config'], { [variable(key)]: '' })) as Record<string, unknown>).toHaveProperty(
      [key],
      standards[key],
    );
  });

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
    await expect(settled(yes, { ARAGORA_SLO_BACKEND_INSECURE: 'maybe' })).rejects.toThrow(/must be 1 or 0/);
  });
});

describe('the WebSocket address of the file', () => {
  const both = config({ target: 'http://a', ws: 'ws://a:1/ws' });

  test('is refused with another target than the file’s', async () => {
    await expect(settled(['--config', both, '--target', 'http://b'])).rejects.toThrow(/belongs to its "target"/);
    await expect(settled(['--config', both], { ARAGORA_SLO_TARGET: 'http://b' })).rejects.toThrow(/another target/);
  });

  test('serves the same target, and gives way to one that is told with the other target', async () => {
    expect(await settled(['--config', both, '--target', 'http://a'])).toMatchObject({ ws: 'ws://a:1/ws' });
    const told = ['--config', both, '--target', 'http://b', '--ws', 'ws://b:1/ws'];
    expect(await settled(told)).toMatchObject({ target: 'http://b', ws: 'ws://b:1/ws' });
  });

  test('of a file that names no target serves whichever is told', async () => {
    const path = config({ ws: 'ws://a:1/ws' });
    expect(await settled(['--config', path, '--target', 'http://b'])).toMatchObject({ ws: 'ws://a:1/ws' });
  });
});
