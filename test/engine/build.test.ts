/** The build of the engine: once for all, for this machine, and ended with all that it started. */
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUILD_FLAGS } from '../../lib/engine/build.ts';
import { sourceHash } from '../../lib/engine/cache.ts';
import { enginePath } from '../../lib/engine/ensure.ts';
import { complaint, EngineSite, OUR_K6 } from '../support/engine-site.ts';

let site: EngineSite;
beforeEach(async () => {
  site = await EngineSite.make();
});
afterEach(() => site.remove());

describe('a build', () => {
  it('happens once for two who ask at the same time, and never again', async () => {
    // The build waits until both have come, however long one of them takes.
    const both = join(site.folder, 'both');
    await site.fakeGo(
      `printf "%s\\n" "$*" >> "${site.folder}/builds"; while [ ! -e "${both}" ]; do /bin/sleep 0.05; done`,
    );
    const asked = Promise.all([site.ensure(), site.ensure()]);
    const meeting = until(() => site.progress.some((line) => line.includes('waiting for another process')));
    await Promise.all([asked, meeting.then(() => writeFile(both, ''))]);
    const [first, second] = await asked;
    expect(first).toEqual({
      path: await enginePath({ ARAGORA_SLO_CACHE: site.cache }, site.moduleDir),
      version: 'v2.2.0',
      source: 'hdr',
    });
    expect(second).toEqual(first);
    expect(await site.ensure()).toEqual(first);
    expect((await readFile(join(site.folder, 'builds'), 'utf8')).trim().split('\n')).toHaveLength(1);
    expect(site.progress.filter((line) => line.includes('waiting for another process'))).toHaveLength(1);
    expect(site.progress.filter((line) => /built the load engine in \d+ s/.test(line))).toHaveLength(1);
    expect(await site.cachedFiles()).toHaveLength(1);
  });

  it('happens again for other sources, and not for other tests', async () => {
    const before = await sourceHash(site.moduleDir, BUILD_FLAGS);
    await writeFile(join(site.moduleDir, 'main_test.go'), 'package main\n');
    expect(await sourceHash(site.moduleDir, BUILD_FLAGS)).toBe(before);
    await writeFile(join(site.moduleDir, 'main.go'), 'package main // changed\n');
    expect(await sourceHash(site.moduleDir, BUILD_FLAGS)).not.toBe(before);
  });

  it.each([
    ['go1.21.13', 'auto'],
    ['go1.21.13', 'path'],
    ['go1.21.13', 'go1.26.8'],
    ['go1.21.13', 'go1.22.0+auto'],
    ['go1.25.0', 'local'],
  ])('is made by %s with GOTOOLCHAIN=%s', async (version, GOTOOLCHAIN) => {
    await site.fakeGo(undefined, version);
    expect((await site.ensure({ GOTOOLCHAIN })).source).toBe('hdr');
  });

  it('is of the vendored sources whatever GOFLAGS says, and of a package that is read-only', async () => {
    for (const name of await readdir(site.moduleDir)) await chmod(join(site.moduleDir, name), 0o444);
    await chmod(site.moduleDir, 0o555);
    await site.fakeGo(`printf "%s\\n" "$args" > "${site.folder}/builds"; /bin/ls -l go.mod > "${site.folder}/staged"`);
    expect((await site.ensure({ GOFLAGS: '-mod=mod' })).source).toBe('hdr');
    expect(await readFile(join(site.folder, 'builds'), 'utf8')).toContain('-mod=vendor');
    expect(await readFile(join(site.folder, 'staged'), 'utf8')).toMatch(/^-rw/);
    await chmod(site.moduleDir, 0o755);
  });

  it("is for this machine, whatever the user's Go is configured to build", async () => {
    const print = JSON.stringify(OUR_K6);
    await writeFile(join(site.moduleDir, 'go.mod'), 'module fake\n\ngo 1.21\n');
    await writeFile(
      join(site.moduleDir, 'main.go'),
      `package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString(${print}) }\n`,
    );
    const other = process.platform === 'linux' ? 'windows' : 'linux';
    const config = join(site.folder, 'go-env');
    await writeFile(config, `GOOS=${other}\nGOARCH=riscv64\nGOAMD64=v4\nGOFLAGS=-race -mod=mod\n`);
    const real = { ...process.env, GOENV: config, GOARCH: 'riscv64', ARAGORA_SLO_CACHE: site.cache };
    expect((await site.ensure(real)).source).toBe('hdr');
  }, 120_000);

  it('takes over the lock of a process that died', async () => {
    await site.fakeGo();
    const lock = `${await enginePath({ ARAGORA_SLO_CACHE: site.cache }, site.moduleDir)}.lock`;
    await mkdir(lock, { recursive: true });
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(lock, anHourAgo, anHourAgo);
    expect((await site.ensure()).source).toBe('hdr');
  });

  it('ends with all its children when it is interrupted, and so does the wait for one', async () => {
    await site.fakeGo(`echo started >&2; /bin/sleep 300 & echo $! > "${site.folder}/child"; wait`);
    const [building, waiting] = [new AbortController(), new AbortController()];
    const first = complaint(site.ensure({}, building.signal));
    await until(() =>
      readFile(join(site.folder, 'child'), 'utf8').then(
        (text) => text.trim() !== '',
        () => false,
      ),
    );
    const second = complaint(site.ensure({}, waiting.signal));
    await until(() => site.progress.some((line) => line.includes('waiting for another process')));
    waiting.abort();
    expect(await second).toMatchObject({ code: 'interrupted', exitCode: 130 });
    building.abort();
    expect(await first).toMatchObject({ code: 'interrupted', exitCode: 130 });
    const child = Number(await readFile(join(site.folder, 'child'), 'utf8'));
    await until(() => !isRunning(child));
    expect(await site.cachedFiles()).toEqual([]);
  });
});

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
