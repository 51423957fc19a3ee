/** How a process finds the config file, runs it, uses it and refuses it. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../lib/core/plan.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { cleanUp, enginePath, expectError, file, filesOf, findings, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';

const NOWHERE = 'http://127.0.0.1:1';
const root = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'aragora-slo.config';

afterAll(cleanUp);

/** A folder with these files. */
function folder(files: Readonly<Record<string, unknown>>): string {
  const dir = tempDir();
  for (const [name, value] of Object.entries(files)) file(dir, name, value);
  return dir;
}

/** How far a run gets before anything is started: it says which profile it uses. None of these exists. */
const profileOf = async (args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<string> =>
  (await runHere(['run', ...args], { cwd, env })).stderr;

describe('the config file', () => {
  test('of the nearest folder above is found, and its paths are taken from its own folder', async () => {
    const dir = folder({ [`${NAME}.yaml`]: { profile: './mine.yaml' } });
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    const said = await profileOf([], join(dir, 'a/b'));
    expect(said).toContain(`config ../../${NAME}.yaml\n`);
    expect(said).toContain('cannot read ../../mine.yaml: it does not exist');
    file(join(dir, 'a'), `${NAME}.json`, { profile: 'nearer.yaml' });
    expect(await profileOf([], join(dir, 'a/b'))).toContain('cannot read ../nearer.yaml: it does not exist');
  });

  test('gives way to the environment, and that to the option', async () => {
    const dir = folder({ [`${NAME}.yaml`]: { profile: './file.yaml' } });
    const env = { ARAGORA_SLO_PROFILE: './env.yaml' };
    expect(await profileOf([], dir)).toContain('cannot read file.yaml');
    expect(await profileOf([], dir, { ARAGORA_SLO_PROFILE: '' })).toContain('cannot read file.yaml');
    expect(await profileOf([], dir, env)).toContain('cannot read ./env.yaml');
    expect(await profileOf(['--profile', './flag.yaml'], dir, env)).toContain('cannot read ./flag.yaml');
  });

  test('is another one with --config, and none with --no-config', async () => {
    const dir = folder({ [`${NAME}.yaml`]: { target: 'nonsense' }, 'other.json': { profile: './other.yaml' } });
    expect(await profileOf(['--config', 'other.json'], dir)).toContain('cannot read other.yaml');
    expect(await profileOf(['--no-config', '--profile', './flag.yaml'], dir)).toContain('cannot read ./flag.yaml');
  });

  const scripts: Record<string, [name: string, text: string]> = {
    'TypeScript in a folder without a package.json': [
      `${NAME}.ts`,
      `import { defineConfig } from 'aragora-slo';
const profile: string = './typed.yaml';
export default defineConfig({ profile });`,
    ],
    'TypeScript that imports another file': [`${NAME}.ts`, `export { config as default } from './shared.ts';`],
    JavaScript: [`${NAME}.mjs`, `export default { profile: './typed.yaml' };`],
    'JavaScript that imports defineConfig': [
      `${NAME}.js`,
      `import { defineConfig } from 'aragora-slo'; export default defineConfig({ profile: './typed.yaml' });`,
    ],
  };
  test.concurrent.each(Object.entries(scripts))('may be %s', async (_, [name, text]) => {
    const shared = `import type { Config } from 'aragora-slo'; export const config: Config = { profile: './typed.yaml' };`;
    const dir = folder({ [name]: text, 'shared.ts': shared });
    expect(await profileOf([], dir)).toContain('cannot read typed.yaml');
  });
});

describe('a config file is refused in one line, with the file and the place:', () => {
  const cases: Record<string, [files: Record<string, unknown>, says: RegExp, wayOut?: RegExp]> = {
    'two in one folder': [
      { [`${NAME}.ts`]: 'export default {}', [`${NAME}.yaml`]: {} },
      /has two config files: aragora-slo\.config\.ts and aragora-slo\.config\.yaml/,
      /--config/,
    ],
    'TypeScript that does not parse': [
      { [`${NAME}.ts`]: 'export default {\n  a: [1,\n};\n' },
      /aragora-slo\.config\.ts:3: Unexpected "}"/,
    ],
    'TypeScript that throws': [
      {
        [`${NAME}.ts`]: `interface A {\n  b: string;\n}\nconst f = (a: A): never => {\n  throw new Error('no luck');\n};\nexport default f({ b: '' });`,
      },
      /aragora-slo\.config\.ts:5: no luck$/,
    ],
    'TypeScript that throws in another file': [
      { [`${NAME}.ts`]: `import './other.ts';\nexport default {};`, 'other.ts': `\nthrow new Error('far');` },
      /other\.ts:2: far$/,
    ],
    'what is no error thrown': [{ [`${NAME}.mjs`]: `throw 'a word';` }, /aragora-slo\.config\.mjs: a word$/],
    'an import of what is not there': [
      { [`${NAME}.ts`]: `import x from 'nowhere-to-be-found';\nexport default x;` },
      /aragora-slo\.config\.ts:1: Could not resolve "nowhere-to-be-found"/,
    ],
    'no default export': [{ [`${NAME}.ts`]: 'export const config = {};' }, /has no default export/],
    'a script that ends the process': [{ [`${NAME}.mjs`]: 'process.exit(0);' }, /ends the process instead/],
    'a script that loops without end': [
      { [`${NAME}.mjs`]: 'for (;;);' },
      /aragora-slo\.config\.mjs does not end within 10 s/,
    ],
    'a function': [
      { [`${NAME}.mjs`]: 'export default () => ({});' },
      /aragora-slo\.config\.mjs: the default export must be an object of data, got a function/,
    ],
    'a function inside': [
      { [`${NAME}.mjs`]: 'export default { target: () => "x" };' },
      /aragora-slo\.config\.mjs: the default export must be an object of data, got an object that holds a function/,
    ],
    'YAML that does not parse': [{ [`${NAME}.yaml`]: 'target: [' }, /is not valid YAML: .* at line 1, column/],
    'a list': [{ [`${NAME}.yaml`]: '[1]' }, /the document must be an object .*, got a list/],
    'an empty file': [{ [`${NAME}.yaml`]: '' }, /the document must be an object/],
    'an unknown key': [
      { [`${NAME}.yaml`]: { tarket: NOWHERE } },
      /the document has no key "tarket"/,
      /did you mean "target"\? legal keys: target, ws/,
    ],
    'an unknown profile': [
      { [`${NAME}.yaml`]: { profile: 'smoek' } },
      /"profile" must be the name of a profile, .*, got "smoek"/,
      /did you mean "smoke"\? legal values: check, smoke/,
    ],
    'a profile that is a number': [{ [`${NAME}.yaml`]: { profile: 3 } }, /"profile" must be .*, got 3/],
    'a misspelt key of an inline profile': [
      { [`${NAME}.yaml`]: { profile: { name: 'x', journeys: { health: { ratePerSek: 1, durationSec: 1 } } } } },
      /"profile\.journeys\.health" has no key "ratePerSek"/,
      /did you mean "ratePerSec"\?/,
    ],
    'an inline SLO of another version': [
      { [`${NAME}.yaml`]: { slo: [{ apiVersion: 'openslo/v2' }] } },
      /"slo\.0\.apiVersion" must be "openslo\/v1", got "openslo\/v2"/,
    ],
    'an unknown contract': [
      { [`${NAME}.yaml`]: { contract: 'documentd' } },
      /"contract" must be the name of a contract, or the path of a file of own names, got "documentd"/,
      /did you mean "documented"\?/,
    ],
    'a port in words': [
      { [`${NAME}.yaml`]: { otlpPort: '4318' } },
      /"otlpPort" must be a port, 0 to 65535, got "4318"/,
    ],
    'a switch in words': [{ [`${NAME}.yaml`]: { telemetry: 'no' } }, /"telemetry" must be true or false .*, got "no"/],
    'a target of another scheme': [
      { [`${NAME}.yaml`]: { target: 'ftp://h' } },
      /"target" must be a URL .*, got "ftp:\/\/h"/,
    ],
    'a file of another kind': [{ 'x.toml': '' }, /cannot read|must end|ends in/],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (name, [files, says, wayOut]) => {
    const cwd = folder(files);
    const args = name === 'a file of another kind' ? ['--config', 'x.toml'] : [];
    const ended = await runHere(['run', ...args], { cwd });
    expectError(ended, says);
    if (wayOut !== undefined) expect(ended.stderr).toMatch(wayOut);
    expect(ended.stdout).toBe('');
    expect([...filesOf(cwd).keys()].sort()).toEqual(Object.keys(files).sort());
  });

  test('one that is not there', async () => {
    for (const name of ['none.yaml', 'none.ts'])
      expectError(await runHere(['run', '--config', name]), new RegExp(name.replace('.', '\\.')));
  });
});

describe('a secret in a config file', () => {
  const secret = 's3cret-0f-mine';
  const cases: Record<string, [content: object, says: RegExp, wayOut: RegExp]> = {
    'as a token': [{ token: secret }, /"token" is a secret/, /ARAGORA_API_TOKEN/],
    "as a backend's token": [{ lokiToken: secret }, /"lokiToken" is a secret/, /ARAGORA_SLO_LOKI_TOKEN/],
    "as a backend's password": [{ jaegerPassword: secret }, /is a secret/, /ARAGORA_SLO_JAEGER_PASSWORD/],
    'in a URL': [{ target: `http://me:${secret}@h` }, /"target" must be a URL .* not repeated/, /environment/],
    'in a query': [{ loki: `http://h/?token=${secret}` }, /"loki" must be a URL/, /environment/],
    'below a key': [
      { prometheus: { url: NOWHERE, token: secret } },
      /"prometheus" must be .*, got an object/,
      /prometheus/,
    ],
    'as a key itself': [{ backendKey: `-----BEGIN ${secret}` }, /"backendKey" must be a path, not what/, /./],
  };
  test.concurrent.each(Object.entries(cases))('%s is refused and not repeated', async (_, [content, says, wayOut]) => {
    const ended = await runHere(['run'], { cwd: folder({ [`${NAME}.yaml`]: content }) });
    expectError(ended, says);
    expect(ended.stderr).toMatch(wayOut);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
  });
});

describe('defineConfig is had by its package name', () => {
  const script = `import { defineConfig } from 'aragora-slo';\nconsole.log(JSON.stringify(defineConfig({ profile: 'smoke' })));\n`;
  const run = async (cwd: string): Promise<string> => {
    const { execFileSync } = await import('node:child_process');
    const tsx = import.meta.resolve('tsx');
    return execFileSync(process.execPath, ['--import', tsx, 'script.mjs'], { cwd, encoding: 'utf8' });
  };

  test('in a project that has it installed, at run time and for the compiler under settings of its own', async () => {
    const dir = folder({
      'script.mjs': script,
      [`${NAME}.ts`]: `import { defineConfig } from 'aragora-slo';\nexport default defineConfig({ profile: 'smoke', prometheus: 'http://h' });\n`,
      'wrong.ts': `import { defineConfig } from 'aragora-slo';\nexport default defineConfig({ prophile: 'smoke' });\n`,
      'package.json': { type: 'module' },
    });
    mkdirSync(join(dir, 'node_modules'));
    symlinkSync(root, join(dir, 'node_modules/aragora-slo'));
    expect(await run(dir)).toBe('{"profile":"smoke"}\n');
    const { spawnSync } = await import('node:child_process');
    const tsc = (name: string): string => {
      const args = ['--noEmit', '--strict', '--module', 'nodenext', '--types', '', '--skipLibCheck', name];
      return spawnSync(join(root, 'node_modules/.bin/tsc'), args, { cwd: dir, encoding: 'utf8' }).stdout;
    };
    expect(tsc(`${NAME}.ts`)).toBe('');
    expect(tsc('wrong.ts')).toMatch(/prophile/);
  });
});

describe('a run by a config file', () => {
  let target: Target;
  beforeAll(async () => {
    await enginePath();
    target = await startTarget();
  });
  afterAll(() => target.stop());
  const profile = { name: 'inline', journeys: { health: { ratePerSec: 20, durationSec: 2 } }, gates: ['lenient.1'] };
  const slo = {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'lenient' },
    spec: {
      service: 'aragora',
      indicator: { spec: { thresholdMetric: { metricSource: { type: 'aragora-slo', spec: { endpoint: 'health' } } } } },
      objectives: [{ op: 'lte', value: 5000, target: 0.5 }],
    },
  };
  const commandOf = (run: string): string => (JSON.parse(readFileSync(join(run, 'plan.json'), 'utf8')) as Plan).command;

  test('with everything in it is made again by its file', async () => {
    const content = { target: target.httpUrl, profile, slo, out: 'run', telemetry: false };
    const cwd = folder({ [`${NAME}.yaml`]: content });
    const { exitCode, stderr } = await runHere(['run'], { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain(`config ${NAME}.yaml\n`);
    expect(findings(join(cwd, 'run')).findings.find(({ id }) => id === 'lenient.1')?.source).toMatchObject({
      document: `${NAME}.yaml`,
    });
    const command = commandOf(join(cwd, 'run'));
    expect(command).toMatch(/ --no-telemetry --seed \d+ --config aragora-slo\.config\.yaml$/);
    const again = await runHere([...command.split(' ').slice(2), '--out', 'again'], { cwd });
    expect(again.exitCode, again.stderr).toBe(0);
    expect(commandOf(join(cwd, 'again'))).toBe(command);
  });

  test('whose values options can give is made again without it', async () => {
    const files = { 'p.yaml': profile, 's.yaml': slo };
    const content = { target: target.httpUrl, profile: 'p.yaml', slo: 's.yaml', telemetry: false };
    const cwd = folder({ ...files, [`${NAME}.yaml`]: content });
    const { exitCode, stderr } = await runHere(['run', '--out', 'run'], { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(commandOf(join(cwd, 'run'))).toMatch(
      / --profile p\.yaml .* --slo s\.yaml --no-telemetry --seed \d+ --no-config$/,
    );
  });
});
