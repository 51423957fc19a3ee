import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clip,
  distinctFrom,
  formatClock,
  formatCount,
  formatDuration,
  formatMs,
  formatShare,
  plain,
  significant,
} from './format.ts';

describe('numbers for a person', () => {
  it.each([
    ['a count has thousands separated', formatCount(4812), '4,812'],
    ['three significant digits, no trailing zeros', significant(4.2034), '4.2'],
    ['whole numbers keep their digits', significant(1234.5), '1,235'],
    ['zero is zero', significant(0), '0'],
    ['a negative number has a true minus', significant(-12.34), '−12.3'],
    ['below a second in ms', formatMs(612.3), '612 ms'],
    ['from a second on in s', formatMs(2000), '2 s'],
    ['a microsecond is still seen', formatMs(0.001), '0.001 ms'],
    ['a share in per cent', formatShare(0.0587), '5.9 %'],
    ['near all of it, what is missing decides the digits', formatShare(0.99853), '99.85 %'],
    ['almost all is never all', formatShare(0.9999999), '99.99999 %'],
    ['almost nothing is never nothing', formatShare(1e-7), '0.00001 %'],
    ['all', formatShare(1), '100 %'],
    ['a minute', formatDuration(60), '60 s'],
    ['an hour and a half', formatDuration(5400), '1 h 30 min'],
    ['a moment in the run', formatClock(75), '1:15'],
    ['a moment after an hour', formatClock(3675), '1:01:15'],
    ['cut to length', clip('abcdef', 4), 'abc…'],
  ])('%s', (_sentence, shown, expected) => {
    expect(shown).toBe(expected);
  });

  it('never reads as the limit when it is not the limit', () => {
    expect(distinctFrom(500.04, 500, formatMs, 3)).toBe('500.04 ms');
    expect(distinctFrom(500, 500, formatMs, 3)).toBe('500 ms');
    expect(distinctFrom(0.0501, 0.05, formatShare, 2)).toBe('5.01 %');
  });
});

describe('foreign strings', () => {
  it('a line break becomes a space and an escape sequence loses its escape', () => {
    expect(plain('a\r\nb\u001b[31m\u202ec')).toBe('a b�[31m�c');
  });

  it('whatever comes in, no control character and no lone surrogate comes out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      }),
      { seed: 3 },
    );
  });
});
