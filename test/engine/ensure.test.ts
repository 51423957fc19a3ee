import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SloError } from '../../lib/core/error.ts';
import { BUILD_FLAGS } from '../../lib/engine/build.ts';
import { sourceHash } from '../../lib/engine/cache.ts';
import { enginePath, ensureEngine } from '../../lib/engine/ensure.ts';

const OUR_K6 = `k6 v2.2.0 (go1.26.8, linux/amd64)
Extensions:
  aragora.dev/slo/engine/hdr.New , hdr [output]
`;
const OTHER_HDR = `k6 v2.2.0 (commit/abc, go1.26.8, linux/amd64)
Extensions:
  github.com/someone/xk6-output-hdr v0.1.0, hdr [output]
`;
const STOCK_K6 = 'k6 v2.3.1 (commit/abc, go1.26.8, linux/amd64)\n';

let folder: string;
let bin: string;
let moduleDir: string;
let cache: string;
let progress: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slo-engine-'));
  [bin, moduleDir, cache] = [join(folder, 'bin'), join(folder, 'module'), join(folder, 'cache')];
  await mkdir(bin);
  await mkdir(moduleDir);
  await writeFile(join(moduleDir, 'go.mod'), 'module fake\n\ngo 1.25.0\n\ntoolchain go1.25.12\n');
  await writeFile(join(moduleDir, 'main.go'), 'package main\n');
  await writeFile(join(moduleDir, 'mends.json'), '[]');
  progress = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A fake program for the test: a shell script in the only folder on PATH besides the system's shell tools. */
async function fake(name: string, script: string): Promise<string> {
  const path = join(bin, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const answers = (text: string) => `/bin/cat <<'END'\n${text}END`;

const VENDORED = 'one\\ntwo\\nthree\\nfour\\n';

/**
 * A fake go. `go version` prints `version`; `go env GOTOOLCHAIN` prints what the environment says, else auto; `go mod vendor` makes
 * `VENDORED`; `go build … -o FILE .` runs `build`, which by default writes a fake k6 with our output.
 */
function fakeGo(build = `printf "%s\\n" "$*" >> "${folder}/builds"`, version = 'go1.26.8'): Promise<string> {
  return fake(
    'go',
    `if [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit; fi
if [ "$2" = GOHOSTOS ]; then printf 'linux\\namd64\\n'; exit; fi
if [ "$1" = env ]; then echo "\${GOTOOLCHAIN:-auto}"; exit; fi
if [ "$1" = mod ]; then /bin/mkdir -p vendor/k6 && printf '${VENDORED}' > vendor/k6/socket.go; exit; fi
args="$*"
while [ "$1" != -o ]; do shift; done
${build}
/bin/cat > "$2" <<'SCRIPT'
#!/bin/sh
${answers(OUR_K6)}
SCRIPT
/bin/chmod 755 "$2"`,
  );
}

function ensure(env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) {
  return ensureEngine({
    onProgress: (line) => progress.push(line),
    env: { PATH: bin, ARAGORA_SLO_CACHE: cache, ...env },
    moduleDir,
    signal,
  });
}

async function complaint(promise: Promise<unknown>): Promise<SloError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SloError)) throw new Error(`expected a SloError, got ${String(error)}`);
  return error;
}

function mend(fields: { readonly sha256: string; readonly more?: readonly object[] }): Promise<void> {
  const edits = [{ old: ['two', 'three'], new: ['three', 'two', 'more'] }, ...(fields.more ?? [])];
  const mends = [{ why: 'it drops frames', file: 'k6/socket.go', edits, sha256: fields.sha256 }];
  return writeFile(join(moduleDir, 'mends.json'), JSON.stringify(mends));
}

const cachedFiles = async () => (await readdir(cache)).filter((name) => !/\.(log|sha256)$/.test(name));

describe('an engine named by ARAGORA_SLO_K6', () => {
  it.each([
    ['ours is read through hdr', answers(OUR_K6), { version: 'v2.2.0', source: 'hdr' }],
    ['a stock k6 is read through json', answers(STOCK_K6), { version: 'v2.3.1', source: 'json' }],
    ['an hdr output of somebody else is not ours', answers(OTHER_HDR), { version: 'v2.2.0', source: 'json' }],
  ])('%s', async (_, script, expected) => {
    const path = await fake('some-k6', script);
    expect(await ensure({ ARAGORA_SLO_K6: path })).toEqual({ path, ...expected });
  });

  it('is refused when the system will not start it', async () => {
    const path = await fake('some-k6', answers(OUR_K6));
    const error = await complaint(ensure({ ARAGORA_SLO_K6: path, LARGE: 'x'.repeat(4 * 1024 * 1024) }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain('could not be started: its arguments or its environment are too large');
  });

  it.each([
    ['is no k6', 'echo v20.20.2', 'expected a k6 that answers "k6 version", got "v20.20.2"'],
    ['fails', 'echo broken >&2; exit 3', 'got "broken"'],
    ['says nothing', 'exit 0', 'got nothing'],
    ['is too old', answers('k6 v1.4.0 (go1.24.0, linux/amd64)\n'), 'expected k6 v2 or newer, got v1.4.0'],
  ])('is refused when it %s', async (_, script, message) => {
    const error = await complaint(ensure({ ARAGORA_SLO_K6: await fake('some-k6', script) }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.message).toContain(`ARAGORA_SLO_K6 is "${join(bin, 'some-k6')}"`);
  });

  it('is refused when it does not exist', async () => {
    expect((await complaint(ensure({ ARAGORA_SLO_K6: '/no/such/k6' }))).message).toContain(
      '"/no/such/k6" could not be started: it is not there',
    );
  });
});

describe('the cached engine', () => {
  async function damage(path: string): Promise<void> {
    const content = await readFile(path, 'utf8');
    // Also where nobody sees it: in what the program never runs.
    await writeFile(path, `${content}# one byte more\n`);
  }

  it('is refused when it is not what was built any more, and is built again when it was deleted', async () => {
    await fakeGo();
    const { path } = await ensure();
    await expect(ensure()).resolves.toMatchObject({ path });
    await damage(path);
    const error = await complaint(ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', hint: 'delete it; it is built again' });
    expect(error.message).toMatch(
      /^the cached load engine ".*" is damaged: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/,
    );
    await rm(path);
    await fakeGo(': another compiler');
    await expect(ensure()).resolves.toMatchObject({ path });
  });

  it('is the same when only its time is another one, and when nobody knows its checksum', async () => {
    await fakeGo();
    const { path } = await ensure();
    await utimes(path, 1, 1);
    await expect(ensure()).resolves.toMatchObject({ path });
    await writeFile(`${path}.sha256`, '{"sha');
    await expect(ensure()).resolves.toMatchObject({ path });
  });
});

describe('a build', () => {
  it('happens once for two who ask at the same time, and never again', async () => {
    // The build waits until both have come, however long one of them takes.
    const both = join(folder, 'both');
    await fakeGo(`printf "%s\\n" "$*" >> "${folder}/builds"; while [ ! -e "${both}" ]; do /bin/sleep 0.05; done`);
    const asked = Promise.all([ensure(), ensure()]);
    const meeting = until(() => progress.some((line) => line.includes('waiting for another process')));
    await Promise.all([asked, meeting.then(() => writeFile(both, ''))]);
    const [first, second] = await asked;
    expect(first).toEqual({
      path: await enginePath({ ARAGORA_SLO_CACHE: cache }, moduleDir),
      version: 'v2.2.0',
      source: 'hdr',
    });
    expect(second).toEqual(first);
    expect(await ensure()).toEqual(first);
    expect((await readFile(join(folder, 'builds'), 'utf8')).trim().split('\n')).toHaveLength(1);
    expect(progress.filter((line) => line.includes('waiting for another process'))).toHaveLength(1);
    expect(progress.filter((line) => /built the load engine in \d+ s/.test(line))).toHaveLength(1);
    expect(await cachedFiles()).toHaveLength(1);
  });

  it('happens again for other sources, and not for other tests', async () => {
    const before = await sourceHash(moduleDir, BUILD_FLAGS);
    await writeFile(join(moduleDir, 'main_test.go'), 'package main\n');
    expect(await sourceHash(moduleDir, BUILD_FLAGS)).toBe(before);
    await writeFile(join(moduleDir, 'main.go'), 'package main // changed\n');
    expect(await sourceHash(moduleDir, BUILD_FLAGS)).not.toBe(before);
  });

  it.each([
    ['go1.21.13', 'auto'],
    ['go1.21.13', 'path'],
    ['go1.21.13', 'go1.26.8'],
    ['go1.21.13', 'go1.22.0+auto'],
    ['go1.25.0', 'local'],
  ])('is made by %s with GOTOOLCHAIN=%s', async (version, GOTOOLCHAIN) => {
    await fakeGo(undefined, version);
    expect((await ensure({ GOTOOLCHAIN })).source).toBe('hdr');
  });

  it('is of the vendored sources whatever GOFLAGS says, and of a package that is read-only', async () => {
    for (const name of await readdir(moduleDir)) await chmod(join(moduleDir, name), 0o444);
    await chmod(moduleDir, 0o555);
    await fakeGo(`printf "%s\\n" "$args" > "${folder}/builds"; /bin/ls -l go.mod > "${folder}/staged"`);
    expect((await ensure({ GOFLAGS: '-mod=mod' })).source).toBe('hdr');
    expect(await readFile(join(folder, 'builds'), 'utf8')).toContain('-mod=vendor');
    expect(await readFile(join(folder, 'staged'), 'utf8')).toMatch(/^-rw/);
    await chmod(moduleDir, 0o755);
  });

  it("is for this machine, whatever the user's Go is configured to build", async () => {
    const print = JSON.stringify(OUR_K6);
    await writeFile(join(moduleDir, 'go.mod'), 'module fake\n\ngo 1.21\n');
    await writeFile(
      join(moduleDir, 'main.go'),
      `package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString(${print}) }\n`,
    );
    const other = process.platform === 'linux' ? 'windows' : 'linux';
    const config = join(folder, 'go-env');
    await writeFile(config, `GOOS=${other}\nGOARCH=riscv64\nGOAMD64=v4\nGOFLAGS=-race -mod=mod\n`);
    const real = { ...process.env, GOENV: config, GOARCH: 'riscv64', ARAGORA_SLO_CACHE: cache };
    expect((await ensure(real)).source).toBe('hdr');
  }, 120_000);

  it.each([
    [
      'a toolchain over the network',
      `go: download go1.25.12: golang.org/toolchain@v0.0.1-go1.25.12.linux-amd64: Get "https://proxy/golang.org/t.zip": dial tcp: lookup proxy: no such host`,
      "the load engine can't be built: Go can't fetch https://proxy/golang.org/t.zip: dial tcp: lookup proxy: no such host",
    ],
    [
      'many modules over the network',
      ['a', 'b', 'c']
        .map((name) => `go: fake imports\n\t${name}: ${name}@v1: Get "http://proxy/${name}.zip": dial tcp: i/o timeout`)
        .join('\n'),
      "the load engine can't be built: Go can't fetch http://proxy/a.zip: dial tcp: i/o timeout",
    ],
    [
      'a module from a proxy that answers',
      'go: k6@v2.2.0: reading https://proxy/k6.zip: 502 Bad Gateway',
      "the load engine can't be built: Go can't fetch https://proxy/k6.zip: 502 Bad Gateway",
    ],
    [
      'a toolchain without a proxy',
      'go: downloading go1.25.12 (linux/amd64)\ngo: download go1.25.12 for linux/amd64: toolchain not available',
      "the load engine can't be built; Go says:\ngo: download go1.25.12 for linux/amd64: toolchain not available",
    ],
  ])('for which Go can not fetch %s says so', async (_, said, message) => {
    await fake(
      'go',
      `case $1 in version) echo go version go1.21.13;; env) echo auto;; *) /bin/cat >&2 <<'END'
${said}
END
exit 1;; esac`,
    );
    const error = await complaint(ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2, message });
    expect(await readFile(/ is in (.*\.log);/.exec(error.hint ?? '')?.[1] ?? '', 'utf8')).toContain(said);
    expect(await cachedFiles()).toEqual([]);
  });

  it("that fails shows Go's last lines, keeps them all, and leaves nothing else", async () => {
    await fakeGo('for i in 1 2 3; do echo net/http >&2; done; echo "main.go:3:1: syntax error" >&2; exit 1');
    const error = await complaint(ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toBe("the load engine can't be built; Go says:\nmain.go:3:1: syntax error");
    const log = /all of it is in (.*\.log);/.exec(error.hint ?? '')?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toContain('net/http\nnet/http');
    expect(await cachedFiles()).toEqual([]);
    await fakeGo();
    expect((await ensure()).source).toBe('hdr');
  });

  it('mends what k6 gets wrong before it compiles it', async () => {
    await fakeGo(`/bin/cat vendor/k6/socket.go > "${folder}/compiled"`);
    await mend({ sha256: createHash('sha256').update('one\ntwo\nthree\nfour\n').digest('hex') });
    expect((await ensure()).source).toBe('hdr');
    expect(await readFile(join(folder, 'compiled'), 'utf8')).toBe('one\nthree\ntwo\nmore\nfour\n');
    expect(await cachedFiles()).toHaveLength(1);
  });

  it('of a k6 that the mend was not made for is refused', async () => {
    await fakeGo();
    await mend({ sha256: '0'.repeat(64) });
    const error = await complaint(ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain("k6/socket.go can't be patched: expected SHA-256 0000");
    expect(error.hint).toContain('still needs it (it drops frames)');
    expect(await cachedFiles()).toEqual([]);
  });

  it('whose lines are not there once is refused', async () => {
    await fakeGo();
    const sha256 = createHash('sha256').update('one\ntwo\nthree\nfour\n').digest('hex');
    await mend({ sha256, more: [{ old: ['five'], new: [] }] });
    const error = await complaint(ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toBe(`k6/socket.go can't be patched: it does not have once "five"`);
    expect(await cachedFiles()).toEqual([]);
  });

  it('takes over the lock of a process that died', async () => {
    await fakeGo();
    const lock = `${await enginePath({ ARAGORA_SLO_CACHE: cache }, moduleDir)}.lock`;
    await mkdir(lock, { recursive: true });
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(lock, anHourAgo, anHourAgo);
    expect((await ensure()).source).toBe('hdr');
  });

  it('ends with all its children when it is interrupted, and so does the wait for one', async () => {
    await fakeGo(`echo started >&2; /bin/sleep 300 & echo $! > "${folder}/child"; wait`);
    const [building, waiting] = [new AbortController(), new AbortController()];
    const first = complaint(ensure({}, building.signal));
    await until(() =>
      readFile(join(folder, 'child'), 'utf8').then(
        (text) => text.trim() !== '',
        () => false,
      ),
    );
    const second = complaint(ensure({}, waiting.signal));
    await until(() => progress.some((line) => line.includes('waiting for another process')));
    waiting.abort();
    expect(await second).toMatchObject({ code: 'interrupted', exitCode: 130 });
    building.abort();
    expect(await first).toMatchObject({ code: 'interrupted', exitCode: 130 });
    const child = Number(await readFile(join(folder, 'child'), 'utf8'));
    await until(() => !isRunning(child));
    expect(await cachedFiles()).toEqual([]);
  });

  it.each([
    ['a file stands where the folder should be', () => writeFile(cache, '')],
    ['it can not be looked into', () => symlink(cache, cache)],
  ])('in a cache that can not be written says so: %s', async (_, spoil) => {
    await fakeGo();
    await spoil();
    const error = await complaint(ensure());
    expect(error).toMatchObject({
      code: 'storage',
      exitCode: 2,
      hint: 'set ARAGORA_SLO_CACHE to a directory that can',
    });
  });
});

describe('without a usable Go', () => {
  it('a stock k6 on PATH is taken', async () => {
    const path = await fake('k6', answers(STOCK_K6));
    expect(await ensure()).toEqual({ path, version: 'v2.3.1', source: 'json' });
    expect(progress.join()).toContain('Go is not on PATH: using');
  });

  it.each([
    ['there is none', undefined, 'auto', 'Go is not on PATH, and no k6 is on PATH', 'install Go 1.21 or newer'],
    [
      'it is too old',
      'go1.20.14',
      'auto',
      'Go is go1.20.14, too old: 1.21 or newer is needed, and no k6 is on PATH',
      'install Go 1.21 or newer',
    ],
    [
      'it may fetch no newer one',
      'go1.21.13',
      'local',
      'Go is go1.21.13, and GOTOOLCHAIN=local keeps it from fetching the 1.25.0 that the load engine asks for',
      'set GOTOOLCHAIN=auto, or install Go 1.25.0 or newer',
    ],
    [
      'it has to be another one',
      'go1.26.8',
      'go1.22.0',
      'Go is go1.26.8, and GOTOOLCHAIN=go1.22.0 keeps it from fetching the 1.25.0 that the load engine asks for',
      'set GOTOOLCHAIN=auto, or install Go 1.25.0 or newer',
    ],
  ])('nor a k6, all ways out are named: %s', async (_, version, GOTOOLCHAIN, message, remedy) => {
    if (version !== undefined) await fakeGo('', version);
    const error = await complaint(ensure({ GOTOOLCHAIN }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(remedy);
    expect(error.hint).toMatch(/, or install k6 v2 .* ARAGORA_SLO_K6/);
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
