/** A build of the engine that fails says why, and what it changes in k6 fits exactly or is refused. */
import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complaint, EngineSite, VENDORED } from '../support/engine-site.ts';

let site: EngineSite;
beforeEach(async () => {
  site = await EngineSite.make();
});
afterEach(() => site.remove());

describe('a build', () => {
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
    await site.fake(
      'go',
      `case $1 in version) echo go version go1.21.13;; env) echo auto;; *) /bin/cat >&2 <<'END'
${said}
END
exit 1;; esac`,
    );
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2, message });
    expect(await readFile(/ is in (.*\.log);/.exec(error.hint ?? '')?.[1] ?? '', 'utf8')).toContain(said);
    expect(await site.cachedFiles()).toEqual([]);
  });

  it("that fails shows Go's last lines, keeps them all, and leaves nothing else", async () => {
    await site.fakeGo('for i in 1 2 3; do echo net/http >&2; done; echo "main.go:3:1: syntax error" >&2; exit 1');
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toBe("the load engine can't be built; Go says:\nmain.go:3:1: syntax error");
    const log = /all of it is in (.*\.log);/.exec(error.hint ?? '')?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toContain('net/http\nnet/http');
    expect(await site.cachedFiles()).toEqual([]);
    await site.fakeGo();
    expect((await site.ensure()).source).toBe('hdr');
  });

  it('mends what k6 gets wrong before it compiles it', async () => {
    await site.fakeGo(`/bin/cat vendor/k6/socket.go > "${site.folder}/compiled"`);
    await site.mend({ sha256: createHash('sha256').update(VENDORED).digest('hex') });
    expect((await site.ensure()).source).toBe('hdr');
    expect(await readFile(join(site.folder, 'compiled'), 'utf8')).toBe('one\nthree\ntwo\nmore\nfour\n');
    expect(await site.cachedFiles()).toHaveLength(1);
  });

  it('of a k6 that the mend was not made for is refused', async () => {
    await site.fakeGo();
    await site.mend({ sha256: '0'.repeat(64) });
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain("k6/socket.go can't be patched: expected SHA-256 0000");
    expect(error.hint).toContain('still needs it (it drops frames)');
    expect(await site.cachedFiles()).toEqual([]);
  });

  it('whose lines are not there once is refused', async () => {
    await site.fakeGo();
    const sha256 = createHash('sha256').update(VENDORED).digest('hex');
    await site.mend({ sha256, more: [{ old: ['five'], new: [] }] });
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toBe(`k6/socket.go can't be patched: it does not have once "five"`);
    expect(await site.cachedFiles()).toEqual([]);
  });

  it.each([
    ['a file stands where the folder should be', () => writeFile(site.cache, '')],
    ['it can not be looked into', () => symlink(site.cache, site.cache)],
  ])('in a cache that can not be written says so: %s', async (_, spoil) => {
    await site.fakeGo();
    await spoil();
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({
      code: 'storage',
      exitCode: 2,
      hint: 'set ARAGORA_SLO_CACHE to a directory that can',
    });
  });
});
