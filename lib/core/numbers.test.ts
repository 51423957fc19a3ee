import { describe, expect, it } from 'vitest';
import {
  clockText,
  countText,
  digitsText,
  distinctFrom,
  durationText,
  intervalText,
  msText,
  percentText,
  plural,
  relativeText,
  signedText,
} from './numbers.ts';

describe('numbers for a person', () => {
  it.each([
    ['a count has thousands separated', countText(4812), '4,812'],
    ['three significant digits, no trailing zeros', digitsText(4.2034), '4.2'],
    ['whole numbers keep their digits', digitsText(1234.5), '1,235'],
    ['zero is zero', digitsText(0), '0'],
    ['a negative number has a true minus', digitsText(-12.34), '−12.3'],
    ['below a second in ms', msText(612.3), '612 ms'],
    ['from a second on in s', msText(2000), '2 s'],
    ['a microsecond is still seen', msText(0.001), '0.001 ms'],
    ['a share in per cent', percentText(0.0587), '5.9 %'],
    ['near all of it, what is missing decides the digits', percentText(0.99853), '99.85 %'],
    ['almost all is never all', percentText(0.9999999), '99.99999 %'],
    ['almost nothing is never nothing', percentText(1e-7), '0.00001 %'],
    ['all', percentText(1), '100 %'],
    ['a minute', durationText(60), '60 s'],
    ['an hour and a half', durationText(5400), '1 h 30 min'],
    ['a moment in the run', clockText(75), '1:15'],
    ['a moment after an hour', clockText(3675), '1:01:15'],
    ['one of a kind', plural(1, 'sample'), '1 sample'],
    ['several', plural(4812, 'sample'), '4,812 samples'],
    ['a growth', relativeText(0.2222), '+22 %'],
    ['a fall', relativeText(-0.764), '−76 %'],
    ['no change', relativeText(0), '0 %'],
    ['a difference', signedText(12, msText(12)), '+12 ms'],
  ])('%s', (_sentence, shown, expected) => {
    expect(shown).toBe(expected);
  });

  it.each([
    ['with two digits', { lower: 0.0587, upper: 0.0731 }, 0.05, '[5.9 %, 7.3 %]'],
    [
      'with more where it takes them to differ from what is allowed',
      { lower: 0.0501, upper: 0.06 },
      0.05,
      '[5.01 %, 6 %]',
    ],
    ['with a tiny lower bound as nothing', { lower: 3.5e-11, upper: 0.1 }, 0.5, '[0 %, 10 %]'],
    ['with a tiny upper bound as it is', { lower: 0, upper: 3.5e-7 }, 0.5, '[0 %, 0.000035 %]'],
    [
      'with a tiny lower bound as it is where even less is allowed',
      { lower: 5e-7, upper: 0.1 },
      1e-7,
      '[0.00005 %, 10 %]',
    ],
    ['where nothing says what is allowed', { lower: 0.1, upper: 0.2 }, null, '[10 %, 20 %]'],
  ])('bounds of a share are written %s', (_sentence, interval, allowed, expected) => {
    expect(intervalText(interval, allowed)).toBe(expected);
  });

  it('never reads as the limit when it is not the limit', () => {
    expect(distinctFrom(500.04, 500, msText, 3)).toBe('500.04 ms');
    expect(distinctFrom(500, 500, msText, 3)).toBe('500 ms');
    expect(distinctFrom(0.0501, 0.05, percentText, 2)).toBe('5.01 %');
  });
});
