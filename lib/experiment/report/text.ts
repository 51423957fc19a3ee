/** The answer of an experiment for a terminal: the sentence, and one line for each percentile of each endpoint. */

import { block, columns, fill, hanging, widthOf } from '../../../reports/text/layout.ts';
import type { Painter, Tone } from '../../../reports/text.ts';
import type { DifferenceVerdict } from '../../core/difference.ts';
import { countText, durationText, msText, percentText, signedText } from '../../core/numbers.ts';
import { clip, plain } from '../../core/text.ts';
import type { DifferenceRow, ExperimentFacts } from '../model/facts.ts';

export interface ExperimentTextOptions {
  /** Default: no colour. */
  readonly paint?: Painter;
  /** Columns of the terminal; absent: it is none. */
  readonly width?: number | undefined;
}

export const VERDICT_WORD: Readonly<Record<DifferenceVerdict, string>> = {
  faster: 'faster',
  same: 'same',
  slower: 'slower',
  'cannot-tell': "can't tell",
};
const TONE: Readonly<Record<DifferenceVerdict, Tone>> = {
  faster: 'good',
  same: 'good',
  slower: 'bad',
  'cannot-tell': 'doubt',
};

/** Ends in a line break. */
export function renderExperimentText(facts: ExperimentFacts, options: ExperimentTextOptions = {}): string {
  const paint: Painter = options.paint ?? ((_tone, text) => text);
  const width = widthOf(options.width);
  const word = VERDICT_WORD[facts.verdict].toUpperCase();
  const [first = '', ...rest] = block(plain(facts.headline), width, `${word}  `, hanging(word.length + 2, width));
  const rows = columns(facts.rows.map((row) => [VERDICT_WORD[row.verdict].toUpperCase(), ...cellsOf(row)]));
  const parts = [
    [
      paint(TONE[facts.verdict], paint('strong', word)) + first.slice(word.length),
      ...rest,
      ...fill(aboutOf(facts), width, ' · ').map((line) => paint('faint', line)),
    ],
    rows.map((cells, at) => {
      const verdict = facts.rows[at]?.verdict ?? 'cannot-tell';
      return cells
        .map((cell, column) => (column === 0 ? paint(TONE[verdict], cell) : cell))
        .join('  ')
        .trimEnd();
    }),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What was compared, in short pieces. */
export function aboutOf(facts: ExperimentFacts): string[] {
  const aside = facts.pairs.filter(({ setAside }) => setAside !== null).length;
  const { a, b } = facts.totals;
  return [
    `A ${clip(plain(facts.aUrl), 60)}`,
    `B ${clip(plain(facts.bUrl), 60)}`,
    `${plain(facts.profile)} in blocks of ${facts.blockSec} s, seed ${facts.seed}`,
    durationText((facts.endedAtMs - facts.startedAtMs) / 1000),
    `${facts.pairs.length} pairs${aside === 0 ? '' : `, ${aside} set aside`}`,
    `failed or dropped: A ${countText(a.failed + a.dropped)} of ${countText(a.samples)}, B ${countText(b.failed + b.dropped)} of ${countText(b.samples)}`,
    `smallest difference that matters: ${percentText(facts.smallest.share)} or ${msText(facts.smallest.ms)}`,
  ];
}

/** Endpoint and percentile, A, B, their difference, its interval. */
export function cellsOf({ endpoint, percentile, aMs, bMs, differenceMs, interval }: DifferenceRow): string[] {
  const ms = (value: number | null): string => (value === null ? 'failed' : msText(value));
  return [
    `${endpoint} p${percentile}`,
    `A ${ms(aMs)}`,
    `B ${ms(bMs)}`,
    differenceMs === null ? '' : signed(differenceMs),
    interval === null ? '' : `[${signed(interval.lowerMs)}, ${signed(interval.upperMs)}]`,
  ];
}

function signed(ms: number): string {
  return signedText(ms, msText(ms));
}
