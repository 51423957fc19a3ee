/** The engine of a platform's npm package: found beside the package that asks, and refused where it is not what belongs to it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packagedEngine, packagedPath } from './packaged.ts';
import { goPlatform, HOST, PACKAGED, packageOf, platformName } from './platform.ts';

const SOURCES = '0123456789abcdef';
const BYTES = 'an engine';
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

let folder: string;
let moduleDir: string;
let installed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slo-packaged-'));
  moduleDir = join(folder, 'node_modules/aragora-slo/engine');
  installed = join(folder, 'node_modules', packageOf(HOST));
  await mkdir(moduleDir, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(engine: unknown, bytes: string | null = BYTES): Promise<void> {
  await mkdir(join(installed, 'bin'), { recursive: true });
  await writeFile(join(installed, 'package.json'), JSON.stringify({ version: '1.2.3', engine }));
  if (bytes !== null) await writeFile(packagedPath(installed, HOST), bytes);
}

test('without a package for this platform there is none', async () => {
  expect(await packagedEngine(moduleDir, SOURCES)).toBeUndefined();
});

test('the one that was built from the same sources is taken, however often it is asked for', async () => {
  await install({ sources: SOURCES, sha256: SHA256 });
  expect(await packagedEngine(moduleDir, SOURCES)).toBe(packagedPath(installed, HOST));
  expect(await packagedEngine(moduleDir, SOURCES)).toBe(packagedPath(installed, HOST));
});

test.each([
  ['of other sources', { sources: 'fedcba9876543210', sha256: SHA256 }, 'got fedcba9876543210'],
  ['of no sources', undefined, 'got nothing'],
])('one %s is refused', async (_, engine, got) => {
  await install(engine);
  await expect(packagedEngine(moduleDir, SOURCES)).rejects.toMatchObject({
    code: 'prerequisite-missing',
    message: `the load engine of ${packageOf(HOST)} 1.2.3 is of another version: expected one from the sources ${SOURCES}, ${got}`,
    hint: 'install aragora-slo again; its packages have one version',
  });
});

test('one that is damaged is refused, also after it was good', async () => {
  await install({ sources: SOURCES, sha256: SHA256 });
  await packagedEngine(moduleDir, SOURCES);
  await writeFile(packagedPath(installed, HOST), `${BYTES}!`);
  await expect(packagedEngine(moduleDir, SOURCES)).rejects.toThrow(/is damaged: expected SHA-256 \w{64}, got \w{64}$/);
});

test('one whose file is gone is refused', async () => {
  await install({ sources: SOURCES, sha256: SHA256 }, null);
  await expect(packagedEngine(moduleDir, SOURCES)).rejects.toThrow(/1\.2\.3 can't be read: /);
});

test('platforms have the names of Node, and Go is asked by its own', () => {
  expect(
    PACKAGED.map((platform) => [platformName(platform), ...Object.values(goPlatform(platform))].join(' ')),
  ).toEqual([
    'linux-x64 linux amd64',
    'linux-arm64 linux arm64',
    'darwin-x64 darwin amd64',
    'darwin-arm64 darwin arm64',
    'win32-x64 windows amd64',
  ]);
});
