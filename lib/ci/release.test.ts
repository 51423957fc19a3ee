import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ExpectedCall, type FakeGithub, fakeGithub } from '../../test/support/fake-github.ts';
import { releaseIn } from './release.ts';
import { main } from './release-main.ts';

const CHANGELOG =
  '# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 (2026-11-28)\n\n### Added\n\n- this\n\n## 1.2.2\n\n- before\n';
const REPO = '/repos/o/r';

let github: FakeGithub | undefined;
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-release-'));
afterEach(async () => {
  await github?.stop();
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

function root(version: string, changelog = CHANGELOG): URL {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(dir, 'CHANGELOG.md'), changelog);
  return pathToFileURL(`${dir}/`);
}

/** Runs the program against a GitHub that expects exactly these calls. */
async function ran(step: string, calls: readonly ExpectedCall[], version = '1.2.3') {
  github = await fakeGithub(calls);
  const said = vi.spyOn(console, 'log').mockReturnValue();
  const folder = root(version);
  const output = join(dir, 'output');
  writeFileSync(output, '');
  const exitCode = await main([step], { ...github.env, GITHUB_OUTPUT: output, GITHUB_SHA: 'abc' }, folder);
  expect(github.problems()).toEqual([]);
  return { exitCode, said: said.mock.calls.flat().join('\n'), output: readFileSync(output, 'utf8') };
}

const tag = (name: string, status: number): ExpectedCall => ({
  call: `GET ${REPO}/git/ref/tags/${name}`,
  status,
  answer: status === 200 ? { ref: `refs/tags/${name}` } : { message: 'Not Found' },
});
const release: ExpectedCall = {
  call: `POST ${REPO}/releases`,
  body: { tag_name: 'v1.2.3', target_commitish: 'abc', name: 'v1.2.3', body: '### Added\n\n- this' },
  status: 201,
};

describe('the notes', () => {
  test('are the section of the version, without its heading', () => {
    expect(releaseIn(root('1.2.3'))).toEqual({ version: '1.2.3', notes: '### Added\n\n- this' });
    expect(releaseIn(root('1.2.2')).notes).toBe('- before');
  });

  test.each([
    ['1.2', /a version to release is X\.Y\.Z/],
    ['1.2.3-rc.1', /a version to release is X\.Y\.Z/],
    ['1.2.4', /no section "## 1\.2\.4"/],
  ])('of %s are an error', (version, says) => {
    expect(() => releaseIn(root(version))).toThrow(says);
  });

  test('of an empty section are an error', () => {
    expect(() => releaseIn(root('1.0.0', '## 1.0.0\n\n## 0.9.0\n\n- x\n'))).toThrow(/or an empty one/);
  });
});

test('this version has notes, and package-lock.json names the same version', () => {
  const { version } = releaseIn();
  const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
  expect(JSON.parse(lock)).toMatchObject({ version, packages: { '': { version } } });
});

describe('plan', () => {
  test('answers a version that has no tag', async () => {
    expect(await ran('plan', [tag('v1.2.3', 404)])).toMatchObject({ exitCode: 0, output: 'version=1.2.3\n' });
  });

  test('answers nothing for a version that has one', async () => {
    expect(await ran('plan', [tag('v1.2.3', 200)])).toMatchObject({ exitCode: 0, output: 'version=\n' });
  });

  test('fails before any call when the version has no notes', async () => {
    const { exitCode, said, output } = await ran('plan', [], '9.9.9');
    expect(exitCode).toBe(2);
    expect(said).toMatch(/^::error title=aragora-slo::CHANGELOG\.md has no section "## 9\.9\.9"/);
    expect(output).toBe('');
  });
});

describe('publish', () => {
  test('moves the major tag, then makes the release', async () => {
    const moved = { call: `PATCH ${REPO}/git/refs/tags/v1`, body: { sha: 'abc', force: true } };
    const { exitCode, said } = await ran('publish', [tag('v1.2.3', 404), tag('v1', 200), moved, release]);
    expect(exitCode).toBe(0);
    expect(said).toBe('released v1.2.3');
  });

  test('makes the major tag with the first release', async () => {
    const made = { call: `POST ${REPO}/git/refs`, body: { ref: 'refs/tags/v1', sha: 'abc' }, status: 201 };
    expect(await ran('publish', [tag('v1.2.3', 404), tag('v1', 404), made, release])).toMatchObject({ exitCode: 0 });
  });

  test('of a version that has a tag does nothing', async () => {
    expect(await ran('publish', [tag('v1.2.3', 200)])).toMatchObject({ exitCode: 0 });
  });

  test('that GitHub refuses fails, and names the permission', async () => {
    const moved = {
      call: `PATCH ${REPO}/git/refs/tags/v1`,
      status: 403,
      answer: { message: 'Resource not accessible' },
    };
    const { exitCode, said } = await ran('publish', [tag('v1.2.3', 404), tag('v1', 200), moved]);
    expect(exitCode).toBe(2);
    expect(said).toMatch(/GitHub answers 403 to PATCH .*: Resource not accessible \(.*permissions: contents: write\)/);
  });
});

test.each([[[]], [['tag']], [['plan', 'x']]])('%j is wrong usage', async (argv) => {
  vi.spyOn(console, 'log').mockReturnValue();
  expect(await main(argv, {})).toBe(2);
});
