/**
 * The npm packages of a release, made in a folder: one with the load engine for each platform, and aragora-slo itself, which has them as
 * optional dependencies. So it runs where there is no Go.
 */
import { createHash } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SloError } from '../core/error.ts';
import { BUILD_FLAGS, buildEngine } from '../engine/build.ts';
import { sourceHash } from '../engine/cache.ts';
import { type CommandOptions, runCommand } from '../engine/command.ts';
import { ENGINE_MODULE, enginePath } from '../engine/ensure.ts';
import { expectIntact } from '../engine/intact.ts';
import { type PackagedEngine, packagedPath } from '../engine/packaged.ts';
import { goPlatform, type Platform, packageOf, platformName } from '../engine/platform.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where aragora-slo itself is made. */
const MAIN = 'aragora-slo';

export interface PackagesOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
  /** Default: that of package.json. */
  readonly version?: string;
}

/**
 * Makes the packages in `folder`, which need not exist: `aragora-slo`, and `engine-<platform>` for each platform. An engine is built unless
 * the cache has it.
 * @throws SloError as `buildEngine` does.
 */
export async function makePackages(
  folder: string,
  platforms: readonly Platform[],
  options: PackagesOptions,
): Promise<void> {
  const main = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const version = options.version ?? main.version;
  for (const platform of platforms) {
    const own = join(folder, `engine-${platformName(platform)}`);
    await makeEnginePackage(own, platform, { ...options, version });
  }
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [packageOf(platform), version]));
  await makeMainPackage(join(folder, MAIN), { ...main, version, optionalDependencies }, options.env);
}

async function makeEnginePackage(
  folder: string,
  platform: Platform,
  { env, onProgress, version }: Required<PackagesOptions>,
): Promise<void> {
  const built = await enginePath(env, ENGINE_MODULE, platform);
  onProgress(`${packageOf(platform)} ${version}`);
  await buildEngine(ENGINE_MODULE, built, { env, onProgress, platform });
  await expectIntact(built);
  const packaged = packagedPath(folder, platform);
  await mkdir(dirname(packaged), { recursive: true });
  await copyFile(built, packaged);
  const engine: PackagedEngine = {
    sources: await sourceHash(ENGINE_MODULE, BUILD_FLAGS, platform),
    sha256: createHash('sha256')
      .update(await readFile(packaged))
      .digest('hex'),
  };
  const manifest = {
    name: packageOf(platform),
    version,
    description: `The load engine of aragora-slo for ${platformName(platform)}`,
    license: 'AGPL-3.0-only',
    os: [platform.system],
    cpu: [platform.arch],
    files: ['bin', 'LICENCES.txt'],
    engine,
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, 'LICENCES.txt'), await licencesOf(platform, env));
  await writeFile(join(folder, 'README.md'), readme(version));
}

function readme(version: string): string {
  return `# The load engine of aragora-slo

A build of [k6](https://github.com/grafana/k6) with an output of our own. aragora-slo ${version} installs it by itself; it is of no use alone.

k6 is licensed under AGPL-3.0, and so is this program. Its complete source is the folder \`engine/\` of the npm package aragora-slo ${version}, which
names the version of k6 and of each module in \`go.mod\` and \`go.sum\`, and what is changed of k6 in \`mends.json\`. aragora-slo builds the same program from it
where this package is missing and Go is there. LICENCES.txt has the licence of each module.
`;
}

/** Only what npm would publish. What serves development alone is left out of the manifest. */
async function makeMainPackage(folder: string, manifest: object, env: NodeJS.ProcessEnv): Promise<void> {
  const packed = await said('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { env, cwd: ROOT });
  const [{ files }] = JSON.parse(packed) as [{ readonly files: readonly { readonly path: string }[] }];
  for (const { path } of files) await cp(join(ROOT, path), join(folder, path));
  const { devDependencies: _, scripts: __, ...published } = manifest as Record<string, unknown>;
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice|copyright)/i;
/** Modules without a licence file, and what their publisher says of them elsewhere. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  'buf.build/gen/go/prometheus/prometheus/protocolbuffers/go':
    'Generated from the protocol files of github.com/prometheus/prometheus, which are under Apache-2.0.\n',
};

/** The licence files of every module that is linked into the platform's engine, one after the other. */
async function licencesOf(platform: Platform, env: NodeJS.ProcessEnv): Promise<string> {
  const format = '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const goEnv = { ...env, ...goPlatform(platform), CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' };
  const listed = await said('go', ['list', '-deps', '-f', format, '.'], { env: goEnv, cwd: ENGINE_MODULE });
  const modules = [...new Set(listed.split('\n').filter((line) => line.includes('\t')))].sort();
  const texts = await Promise.all(modules.map(licenceOf));
  return texts.join('\n');
}

async function licenceOf(line: string): Promise<string> {
  const [module = '', folder = ''] = line.split('\t');
  const files = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
  const elsewhere = SAID_ELSEWHERE[module.split(' ', 1)[0] ?? ''];
  if (files.length === 0 && elsewhere === undefined)
    throw new SloError('prerequisite-missing', `${module} has no licence file, so it can't be distributed`);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  if (elsewhere !== undefined) texts.push(elsewhere);
  return `${'='.repeat(80)}\n${module}\n\n${texts.join('\n')}`;
}

/** What a command prints. @throws SloError `prerequisite-missing` with its own words when it fails. */
async function said(file: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { exitCode, stdout, stderr, startError } = await runCommand(file, args, options);
  if (exitCode === 0) return stdout;
  const why = startError?.message ?? stderr.trim();
  throw new SloError('prerequisite-missing', `"${[file, ...args].join(' ')}" failed: ${why}`);
}

/**
 * Publishes what `makePackages` made in the folder: aragora-slo last, because it needs the others. What the registry has already at this
 * version is left alone, so a workflow that failed halfway can run again. npm finds the registry and the token in its own configuration.
 * @throws SloError `prerequisite-missing` with npm's words.
 */
export async function publishPackages(made: string, { env, onProgress }: PackagesOptions): Promise<void> {
  const engines = (await readdir(made)).filter((name) => name !== MAIN).sort();
  for (const folder of [...engines, MAIN].map((name) => join(made, name))) {
    const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly version: string;
    };
    if (await isPublished(`${name}@${version}`, env)) {
      onProgress(`${name} ${version} is published already`);
      continue;
    }
    // What passes from one job of a workflow to another loses its mode.
    if (folder !== join(made, MAIN))
      for (const program of await readdir(join(folder, 'bin'))) await chmod(join(folder, 'bin', program), 0o755);
    await said('npm', ['publish', '--access', 'public', '--ignore-scripts'], { env, cwd: folder });
    onProgress(`published ${name} ${version}`);
  }
}

/** npm answers with a code of its own where there is no such package or version. */
async function isPublished(spec: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { exitCode, stdout, stderr } = await runCommand('npm', ['view', spec, 'version', '--json'], { env });
  if (exitCode === 0) return stdout.trim() !== '';
  if (/\bE404\b/.test(stdout + stderr)) return false;
  throw new SloError('prerequisite-missing', `npm can't ask the registry for ${spec}: ${stderr.trim()}`);
}
