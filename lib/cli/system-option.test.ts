/** An option that a system brings: it appears wherever options do, although only the system names it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addRun } from '../commands/run.ts';
import { backendAccess } from '../config/backend-access.ts';
import { allOptions } from '../config/options.ts';
import { readSettings } from '../config/settings.ts';
import { configMembers, configSchema, optionTables } from '../options/describe.ts';
import { url } from '../options/kinds.ts';
import { commandLine, runRequest } from '../run/request.ts';
import { addSystem } from '../systems/index.ts';
import { saidTo } from './options.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-toy-'));
let remove = () => {};
beforeAll(() => {
  remove = addSystem({
    id: 'toy',
    title: 'Toys',
    page: 'docs/checks/toy.md',
    options: [
      { name: 'toyBox', kind: url, value: '<url>', text: 'where its toys are', group: 'Toys', credentials: true },
    ],
    sources: [],
    unobserved: { status: 'no-data', summary: '' },
    promises: () => null,
    checks: () => [],
    checklist: {},
    observe: async () => ({ collect: async () => [] }),
    breaks: [],
  });
});
afterAll(() => {
  remove();
  rmSync(dir, { recursive: true });
});

function runCommand(): Command {
  const program = new Command();
  addRun(program, { signal: new AbortController().signal, exit: () => {} });
  const run = program.commands.find((command) => command.name() === 'run');
  if (run === undefined) throw new Error('there is no command run');
  return run.exitOverride();
}

async function request(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const run = runCommand();
  let asked: ReturnType<typeof runRequest> | undefined;
  await run
    .action(async () => {
      asked = runRequest(await saidTo(run, env));
    })
    .parseAsync([...args], { from: 'user' });
  if (asked === undefined) throw new Error('the command did not act');
  return asked;
}

function config(content: object): string {
  const path = join(dir, 'aragora-slo.config.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const TARGET = ['--target', 'http://h'];
const BOX = 'http://toys';

describe('the option of a system that was added', () => {
  test('is in the help of run, under a heading of its own', () => {
    expect(runCommand().helpInformation()).toMatch(/\nToys:\n {2}--toy-box <url> +where its toys are\n/);
  });

  test.each([
    ['as a flag', () => request([...TARGET, '--toy-box', BOX])],
    ['as a variable', () => request(TARGET, { ARAGORA_SLO_TOY_BOX: BOX })],
    ['in a config file', () => request([...TARGET, '--config', config({ toyBox: BOX })])],
  ])('reaches the request %s', async (_, asked) => {
    expect((await asked()).sources).toEqual({ toyBox: BOX });
  });

  test('is checked in a config file', async () => {
    await expect(readSettings(config({ toyBox: 'ftp://toys' }))).rejects.toThrow(/"toyBox" must be a URL .*, got "ftp/);
  });

  test('is in the config schema, in the type of Config, and in the tables of docs/config.md', () => {
    expect(configSchema(allOptions())).toMatchObject({ properties: { toyBox: { description: 'where its toys are' } } });
    expect(configMembers(allOptions())).toContain('/** Where its toys are. */\n  toyBox?: string | undefined;\n');
    expect(optionTables(allOptions())).toContain(
      '### Toys\n\n| option | variable | key | |\n|---|---|---|---|\n| `--toy-box <url>` | `ARAGORA_SLO_TOY_BOX` | `toyBox` | where its toys are |',
    );
  });

  test('has its credentials in the environment alone', async () => {
    const secret = readSettings(config({ toyBoxPassword: 's3cret' }));
    await expect(secret).rejects.toMatchObject({ hint: expect.stringContaining('ARAGORA_SLO_TOY_BOX_PASSWORD') });
    const { toyBox } = backendAccess({ ARAGORA_SLO_TOYBOX_TOKEN: 'a', ARAGORA_SLO_TOY_BOX_TOKEN: 't' }, {});
    expect(toyBox?.auth).toEqual({ kind: 'bearer', token: 't' });
  });

  test('is in the command line that asks for the run again', async () => {
    const asked = await request([...TARGET, '--toy-box', BOX]);
    expect(commandLine({ ...asked, token: undefined }, 3)).toBe(
      `npx aragora-slo run --target http://h --profile smoke --contract documented --seed 3 --toy-box ${BOX}`,
    );
  });
});
