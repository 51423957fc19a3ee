import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-make-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('makes what is missing, and says from where on', () => {
  expect(makeFolder(join(dir, 'a/b/c'))).toBe(join(dir, 'a'));
  expect(existsSync(join(dir, 'a/b/c'))).toBe(true);
  expect(makeFolder(join(dir, 'a/b'))).toBeUndefined();
});

test('throws where a file is in the way', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(() => makeFolder(join(dir, 'file/a/b'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

test.runIf(existsSync('/proc/self'))('throws where nothing can be made, instead of trying for ever', () => {
  expect(() => makeFolder('/proc/aragora-slo/run')).toThrow('no folder can be made in /proc');
});
