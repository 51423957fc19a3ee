/** Which engine is taken: the one that is named, the one that was built before, or a stock k6 where none can be built. */
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, complaint, EngineSite, OUR_K6, STOCK_K6 } from '../support/engine-site.ts';

const OTHER_HDR = `k6 v2.2.0 (commit/abc, go1.26.8, linux/amd64)
Extensions:
  github.com/someone/xk6-output-hdr v0.1.0, hdr [output]
`;

let site: EngineSite;
beforeEach(async () => {
  site = await EngineSite.make();
});
afterEach(() => site.remove());

describe('an engine named by ARAGORA_SLO_K6', () => {
  it.each([
    ['ours is read through hdr', answers(OUR_K6), { version: 'v2.2.0', source: 'hdr' }],
    ['a stock k6 is read through json', answers(STOCK_K6), { version: 'v2.3.1', source: 'json' }],
    ['an hdr output of somebody else is not ours', answers(OTHER_HDR), { version: 'v2.2.0', source: 'json' }],
  ])('%s', async (_, script, expected) => {
    const path = await site.fake('some-k6', script);
    expect(await site.ensure({ ARAGORA_SLO_K6: path })).toEqual({ path, ...expected });
  });

  it('is refused when the system will not start it', async () => {
    const path = await site.fake('some-k6', answers(OUR_K6));
    const error = await complaint(site.ensure({ ARAGORA_SLO_K6: path, LARGE: 'x'.repeat(4 * 1024 * 1024) }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain('could not be started: its arguments or its environment are too large');
  });

  it.each([
    ['is no k6', 'echo v20.20.2', 'expected a k6 that answers "k6 version", got "v20.20.2"'],
    ['fails', 'echo broken >&2; exit 3', 'got "broken"'],
    ['says nothing', 'exit 0', 'got nothing'],
    ['is too old', answers('k6 v1.4.0 (go1.24.0, linux/amd64)\n'), 'expected k6 v2 or newer, got v1.4.0'],
  ])('is refused when it %s', async (_, script, message) => {
    const error = await complaint(site.ensure({ ARAGORA_SLO_K6: await site.fake('some-k6', script) }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.message).toContain(`ARAGORA_SLO_K6 is "${join(site.bin, 'some-k6')}"`);
  });

  it('is refused when it does not exist', async () => {
    expect((await complaint(site.ensure({ ARAGORA_SLO_K6: '/no/such/k6' }))).message).toContain(
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
    await site.fakeGo();
    const { path } = await site.ensure();
    await expect(site.ensure()).resolves.toMatchObject({ path });
    await damage(path);
    const error = await complaint(site.ensure());
    expect(error).toMatchObject({ code: 'prerequisite-missing', hint: 'delete it; it is built again' });
    expect(error.message).toMatch(
      /^the cached load engine ".*" is damaged: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/,
    );
    await rm(path);
    await site.fakeGo(': another compiler');
    await expect(site.ensure()).resolves.toMatchObject({ path });
  });

  it('is the same when only its time is another one, and when nobody knows its checksum', async () => {
    await site.fakeGo();
    const { path } = await site.ensure();
    await utimes(path, 1, 1);
    await expect(site.ensure()).resolves.toMatchObject({ path });
    await writeFile(`${path}.sha256`, '{"sha');
    await expect(site.ensure()).resolves.toMatchObject({ path });
  });
});

describe('without a usable Go', () => {
  it('a stock k6 on PATH is taken', async () => {
    const path = await site.fake('k6', answers(STOCK_K6));
    expect(await site.ensure()).toEqual({ path, version: 'v2.3.1', source: 'json' });
    expect(site.progress.join()).toContain('Go is not on PATH: using');
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
    if (version !== undefined) await site.fakeGo('', version);
    const error = await complaint(site.ensure({ GOTOOLCHAIN }));
    expect(error).toMatchObject({ code: 'prerequisite-missing', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(remedy);
    expect(error.hint).toMatch(/, or install k6 v2 .* ARAGORA_SLO_K6/);
  });
});
