import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('takes a link to a folder, and says what is wrong with one to nowhere', () => {
  symlinkSync(join(dir, 'a'), join(dir, 'link'));
  expect(makeFolder(join(dir, 'link'))).toBeUndefined();
  symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
  expect(() => makeFolder(join(dir, 'dangling'))).toThrow('it is a link to a place that does not exist');
});

test.runIf(existsSync('/proc/self'))('throws where nothing can be made, instead of trying for ever', () => {
  expect(() => makeFolder('/proc/aragora-slo/run')).toThrow('no folder can be made in /proc');
});
