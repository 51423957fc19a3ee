/**
 * A release, rehearsed: its packages are made, published to a real registry, and installed from it on a machine without Go and compilers. That
 * machine is imitated by a PATH with Node, npm and a shell alone.
 */
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePackages, publishPackages } from '../../lib/ci/packages.ts';
import { packagedPath } from '../../lib/engine/packaged.ts';
import { HOST, packageOf } from '../../lib/engine/platform.ts';
import type { Backend } from '../../lib/stack/process.ts';
import { launchVerdaccio } from '../backends/verdaccio.ts';
import { cleanUp, file, inheritedEnv, tempDir } from '../cli/support/cli.ts';
import { healthProfile, lenientObjectives } from '../cli/support/profiles.ts';

const FIRST = '0.9.0';
const SECOND = '0.9.1';

let registry: Backend;
let env: NodeJS.ProcessEnv;
let prefix: string;
let bare: NodeJS.ProcessEnv;
const made: Record<string, string> = {};
const progress: string[] = [];
const onProgress = (line: string): void => void progress.push(line);

beforeAll(async () => {
  registry = await launchVerdaccio();
  // npm publishes nothing without a token, even to a registry that asks for none.
  const npmrc = file(
    tempDir(),
    'npmrc',
    `registry=${registry.url}/\n//${new URL(registry.url).host}/:_authToken=any\n`,
  );
  env = { ...inheritedEnv(), npm_config_userconfig: npmrc, npm_config_registry: `${registry.url}/` };
  prefix = tempDir();
  bare = { HOME: tempDir(), PATH: nodeAlone(), npm_config_userconfig: npmrc, NO_COLOR: '1' };
  for (const version of [FIRST, SECOND]) {
    const folder = join(tempDir(), 'packages');
    await makePackages(folder, [HOST], { env, onProgress, version });
    made[version] = folder;
  }
  await publishPackages(made[FIRST] ?? '', { env, onProgress });
  await install(FIRST);
});
afterAll(async () => {
  await registry.stop();
  cleanUp();
});

/** A folder with Node, npm and a shell: no Go, no compiler. */
function nodeAlone(): string {
  const folder = tempDir();
  const npm = join(dirname(process.execPath), 'npm');
  const programs = { node: process.execPath, npm, sh: '/bin/sh', env: '/usr/bin/env' };
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(folder, name));
  return folder;
}

async function install(version: string): Promise<void> {
  const args = ['install', '--global', '--prefix', prefix, `aragora-slo@${version}`];
  await execa('npm', args, { env: bare, extendEnv: false });
}

function slo(...args: string[]) {
  const program = join(prefix, 'bin/aragora-slo');
  return execa(program, args, { env: bare, extendEnv: false, reject: false, cwd: prefix });
}

/** A load of two seconds, which the embedded target passes. */
function load() {
  return slo('run', '--profile', healthProfile(2, ['lenient.1']), '--slo', lenientObjectives(), '--no-telemetry');
}

function engineFolder(): string {
  const below = join('lib/node_modules/aragora-slo/node_modules', packageOf(HOST));
  return join(prefix, below);
}

describe('a release', () => {
  test('has an engine for this platform, with its licence and where its source is', async () => {
    const folder = engineFolder();
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: FIRST, license: 'AGPL-3.0-only', os: [HOST.system], cpu: [HOST.arch] });
    const licences = readFileSync(join(folder, 'LICENCES.txt'), 'utf8');
    expect(licences).toMatch(/^go\.k6\.io\/k6\/v2 v\S+\n\n[# ]*GNU AFFERO GENERAL PUBLIC LICENSE/m);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('Its complete source is the folder `engine/`');
  });

  test('runs where there is no Go', async () => {
    const doctor = await slo('doctor');
    expect(doctor.stdout).toContain(`✓ load engine  ${packagedPath(engineFolder(), HOST)}`);
    expect(doctor.stdout).toContain('· Go           not there: Go is not on PATH');
    const { stdout, stderr, exitCode } = await load();
    expect(stdout, stderr).toMatch(/^CONFORMS/);
    expect(exitCode).toBe(0);
    expect(existsSync(join(bare['HOME'] ?? '', '.cache/aragora-slo'))).toBe(false);
  });

  test('is not published twice', async () => {
    const before = progress.length;
    await publishPackages(made[FIRST] ?? '', { env, onProgress });
    expect(progress.slice(before)).toEqual([
      `${packageOf(HOST)} ${FIRST} is published already`,
      `aragora-slo ${FIRST} is published already`,
    ]);
  });

  test('is upgraded with its engine', async () => {
    await publishPackages(made[SECOND] ?? '', { env, onProgress });
    await install('latest');
    expect((await slo('--version')).stdout).toContain(SECOND);
    const manifest = JSON.parse(readFileSync(join(engineFolder(), 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: SECOND });
    expect((await load()).exitCode).toBe(0);
  });

  test('refuses an engine that is damaged, and one of another version', async () => {
    const engine = packagedPath(engineFolder(), HOST);
    const bytes = readFileSync(engine);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(engine, bytes);
    chmodSync(engine, 0o755);
    const damaged = await load();
    expect(damaged.stderr).toMatch(
      /the load engine of \S+ 0\.9\.1 ".*" is damaged: expected SHA-256 \w{64}, got \w{64}/,
    );
    expect(damaged.stderr).toContain('install aragora-slo again');
    expect(damaged.exitCode).toBe(2);

    const path = join(engineFolder(), 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, engine: { ...manifest.engine, sources: '0123456789abcdef' } }));
    const other = await load();
    expect(other.stderr).toMatch(/is of another version: expected one from the sources \w{16}, got 0123456789abcdef/);
    expect(other.exitCode).toBe(2);
  });
});
