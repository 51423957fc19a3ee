import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findConfig, whyForeign } from './find.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-find-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a config file that is only found', () => {
  test('is not run when everybody can write to it, however far above', () => {
    const script = join(dir, 'aragora-slo.config.mjs');
    writeFileSync(script, 'export default {};');
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    chmodSync(script, 0o666);
    expect(() => findConfig(join(dir, 'a/b'))).toThrow(
      `the config file ${script} was found and not run, because everybody can write to it`,
    );
    chmodSync(script, 0o664);
    expect(findConfig(join(dir, 'a/b'))).toBe(script);
  });

  test('is read when it is data, whoever can write to it', () => {
    const data = join(dir, 'a/aragora-slo.config.json');
    writeFileSync(data, '{}');
    chmodSync(data, 0o666);
    expect(findConfig(join(dir, 'a/b'))).toBe(data);
  });

  test.each<[string, { uid: number; mode: number }, number | undefined, string | undefined]>([
    ['of the same user', { uid: 1000, mode: 0o644 }, 1000, undefined],
    ['of root', { uid: 0, mode: 0o644 }, 1000, undefined],
    ['of another user', { uid: 1001, mode: 0o600 }, 1000, 'it belongs to another user (1001)'],
    ['of another user, seen by root', { uid: 1001, mode: 0o600 }, 0, 'it belongs to another user (1001)'],
    ['where there are no owners', { uid: 0, mode: 0o666 }, undefined, undefined],
  ])('%s', (_, file, ownUid, why) => {
    expect(whyForeign(file, ownUid)).toBe(why);
  });
});
