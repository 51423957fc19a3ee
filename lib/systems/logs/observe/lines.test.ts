import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, type LogLine } from './lines.ts';

function split(chunks: readonly (string | Uint8Array)[], maxBytes?: number): LogLine[] {
  const lines: LogLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), maxBytes);
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}
const texts = (chunks: readonly string[]) => split(chunks).map(({ text }) => text);

describe('lines', () => {
  test.each([
    ['of one chunk', ['a\nb\n'], ['a', 'b']],
    ['over chunks', ['a', 'a\nb', 'b\n'], ['aa', 'bb']],
    ['with the line end of Windows', ['a\r\nb\r', '\n'], ['a', 'b']],
    ['without a last newline', ['a\nb'], ['a', 'b']],
    ['that are blank are left out', ['\n \n\ta\n\r\n'], ['\ta']],
    ['of nothing', [''], []],
  ])('%s', (_, chunks, expected) => {
    expect(texts(chunks)).toEqual(expected);
  });

  test('are the same however they are cut into chunks', () => {
    const document = fc.array(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(document, fc.array(fc.nat(40)), (lines, cuts) => {
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(bytes.subarray(from));
        // The splitter must have copied, because a reader uses its memory again.
        const seen: string[] = [];
        const splitter = new LineSplitter(({ text }) => seen.push(text));
        for (const chunk of chunks) {
          const shared = Buffer.from(chunk);
          splitter.push(shared);
          shared.fill(0);
        }
        expect(seen).toEqual(lines.filter((line) => line.trim() !== ''));
      }),
      { seed: 1 },
    );
  });

  test('that are too long are cut, and the next one is whole', () => {
    expect(split(['12345', '67890\nabc\n'], 6)).toEqual([
      { text: '123456', cut: true, validUtf8: true },
      { text: 'abc', cut: false, validUtf8: true },
    ]);
  });

  test('tell of bytes that are not UTF-8', () => {
    expect(split([Uint8Array.of(0x7b, 0xff, 0x7d, 0x0a)])).toEqual([
      { text: '{\ufffd}', cut: false, validUtf8: false },
    ]);
  });
});
