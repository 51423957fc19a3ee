/** A build whose program is missing says which one, and what for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { cached } from './cache.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-cache-'));
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

const made = (command: readonly [string, ...string[]]) => {
  vi.stubEnv('ARAGORA_SLO_CACHE', dir);
  const [file, ...args] = command;
  const make = async (_: string, run: (file: string, args: readonly string[]) => Promise<string>) =>
    void (await run(file, args));
  return cached({ name: 'thing-v1', madeFrom: command, usually: 'a moment', make }, { onProgress: () => {} });
};

test.each([
  ['go', /install Go 1\.21 or newer/],
  ['mvn', /^install "mvn", or add its folder to PATH$/],
])('without %s on PATH', async (program, hint) => {
  vi.stubEnv('PATH', '');
  await expect(made([program, 'version'])).rejects.toMatchObject({
    code: 'prerequisite-missing',
    message: `"${program}" is needed to make thing-v1, once, and no folder of PATH has it`,
    hint: expect.stringMatching(hint),
  });
});

test('without nice a build runs all the same', async () => {
  vi.stubEnv('PATH', '');
  expect(await made([process.execPath, '-e', ''])).toMatch(/thing-v1-[0-9a-f]{16}$/);
});

test('a step that fails is named with what it said', async () => {
  const failing = made([process.execPath, '-e', 'console.error("no luck"); process.exit(3)']);
  await expect(failing).rejects.toMatchObject({ message: expect.stringMatching(/ failed:\nno luck$/) });
});
