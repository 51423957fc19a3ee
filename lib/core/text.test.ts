import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, plain, plainLines } from './text.ts';

describe('foreign strings', () => {
  it('is cut to a length', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
  });

  it('a line break becomes a space and an escape sequence loses its escape', () => {
    expect(plain('a\r\nb\u001b[31m\u202ec')).toBe('a b�[31m�c');
  });

  it('of lines is safe in each of them', () => {
    expect(plainLines('a\n  b\rc\n\u009b2Jd\u0007')).toBe('a\n  b c\n�2Jd�');
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
