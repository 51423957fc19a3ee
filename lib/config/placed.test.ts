import { expect, test } from 'vitest';
import { entryOf, textAt, valueAt } from '../core/placed.ts';
import { placedDocuments } from './placed.ts';

const read = (text: string) => placedDocuments('f.yml', text);

test('each value has its line, and a block of text that of its first line', () => {
  const [document] = read('a: 1\nb:\n- c: |\n    x\n    y\n  d: 5m\n');
  const item = valueAt(document, 'b');
  expect(item).toMatchObject({ kind: 'list', line: 3, items: [{ line: 3 }] });
  const [first] = item?.kind === 'list' ? item.items : [];
  expect(entryOf(first, 'c')).toMatchObject({ line: 3, value: { value: 'x\ny\n', line: 3, textLine: 4 } });
  expect(entryOf(first, 'd')).toMatchObject({ line: 6, value: { text: '5m' } });
});

test('JSON with tabs is read', () => {
  expect(textAt(read('{\n\t"a": [\n\t\t{"b": null}\n\t],\n\t"c": "d"\n}')[0], 'c')).toBe('d');
});

test('an alias is what it stands for', () => {
  expect(textAt(valueAt(read('a: &x {b: c}\nd: *x\n')[0], 'd'), 'b')).toBe('c');
});

test('empty documents are left out', () => {
  expect(read('---\n---\n# nothing\n')).toEqual([]);
});

test.each([
  ['a: [', /^f\.yml:1: it is not valid YAML: /],
  ['a: 1\nb: *x\n', /^f\.yml:2: it is not valid YAML: /],
  ['a: 1\na: 2\n', /^f\.yml:2: it is not valid YAML: .*unique/],
  [
    `a0: &a0 [1]\n${Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`).join('\n')}\n`,
    /more than 1000 aliases/,
  ],
])('%j is refused', (text, reason) => {
  expect(() => read(text)).toThrow(reason);
});
