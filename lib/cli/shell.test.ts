/** What commands say fits the terminal: no line is longer, and no word is cut. */
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { everyCheck, listText } from '../commands/checks.ts';
import { fitText, NOT_ASKED } from '../preflight/contract.ts';
import { say, tell, tellPainted } from './shell.ts';

const WIDTHS = [40, 60, 80, 200];

const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
const tooLong = (text: string, width: number): string[] => text.split('\n').filter((line) => [...line].length > width);

afterEach(() => {
  vi.restoreAllMocks();
  for (const stream of [process.stdout, process.stderr]) Reflect.deleteProperty(stream, 'columns');
});

/** What a terminal of that width gets. */
function shown(width: number | undefined, act: () => void): string {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    Object.defineProperty(stream, 'columns', { value: width, configurable: true });
  for (const name of ['log', 'error'] as const) vi.spyOn(console, name).mockImplementation((text) => lines.push(text));
  act();
  // A CI may ask for colours.
  return stripVTControlCharacters(lines.join('\n'));
}

const FIT = {
  contract: 'documented',
  there: ['a'],
  missing: ['aragora_debates_completed_total', 'b', 'c', 'd', 'e'],
} as const;
/** As init and doctor say it of a server. */
const SAID = [
  `· ${NOT_ASKED}`,
  `✓ ${fitText(FIT)}`,
  '✗ path /api/debates/{id}/convergence: it asks for a token: set ARAGORA_API_TOKEN',
];

describe.each(WIDTHS)('%i columns', (width) => {
  test.each([
    ['init', tellPainted],
    ['doctor', say],
    ['a draft', tell],
  ] as const)('%s fits', (_, act) => {
    for (const line of SAID) {
      const text = shown(width, () => act(line));
      expect(tooLong(text, width)).toEqual([]);
      expect(words(text)).toEqual(words(line));
    }
  });

  test('the list of checks fits', () => {
    const checks = everyCheck();
    const text = shown(width, () => say(listText(checks, width)));
    expect(tooLong(text, width)).toEqual([]);
    expect(new Set(words(text))).toEqual(new Set(words(stripVTControlCharacters(listText(checks, undefined)))));
  });
});

test('what is no terminal gets every line whole', () => {
  for (const line of SAID) expect(shown(undefined, () => tellPainted(line))).toBe(line);
});
