/** The lines for findings: one or two for each problem, one for each group of passes. */
import type { Finding, Status } from '../../lib/core/finding.ts';
import { countText } from '../../lib/core/numbers.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { plain } from '../../lib/core/text.ts';
import { inPhase } from '../../lib/core/timeline.ts';
import { followersOf } from '../causes.ts';
import {
  actualText,
  badWord,
  boundsText,
  deviationText,
  limitText,
  promiseText,
  sourceText,
  ungatedText,
  whyText,
} from '../describe.ts';
import { objectiveOf, STATUS_WORD } from '../summary.ts';
import { systemOf } from '../telemetry.ts';
import { block, cellsFor, clipWords, fill, hanging, isRoomy } from './layout.ts';

export type Tone = 'good' | 'bad' | 'doubt' | 'strong' | 'faint';
/** Puts a tone on text, or returns it unchanged. */
export type Painter = (tone: Tone, text: string) => string;

/** How a list of findings is written. */
export interface ListStyle {
  /** Every finding that may be listed, so that a cause can name those that it explains. */
  readonly all: readonly Finding[];
  readonly paint: Painter;
  readonly width: number;
}

export const STATUS_TONE = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'doubt',
  'no-data': 'doubt',
  unavailable: 'doubt',
} as const satisfies Record<Status, Tone>;

/**
 * `FAIL debates p95  limit 500 ms  measured 612 ms (+22 %)  n=4,812  [5.9 %, 7.3 %] over  source: Latency SLO` and similar lines, each with
 * its reason.
 */
export function troubleLines(findings: readonly Finding[], { all, paint, width }: ListStyle): string[] {
  const rows = cellsFor(findings.map(troubleCells), width);
  const label = labelLength(findings);
  const indent = hanging(label, width);
  return findings.flatMap((finding, index) => {
    const word = STATUS_WORD[finding.status].toUpperCase();
    const lines = labelled(word, label, rows[index] ?? [], width);
    const [first = '', ...rest] = lines;
    const following = findings[index + 1];
    const followers = followersOf(finding, all);
    const sharesWhy =
      following?.status === finding.status && whyText(following) === whyText(finding) && followers.length === 0;
    const why = sharesWhy ? [] : block(whyText(finding), width, indent, indent);
    return [
      paint(STATUS_TONE[finding.status], word) + first.slice(word.length),
      ...rest,
      ...why.map((line) => paint('faint', line)),
      ...explainedLines(followers, width, indent).map((line) => paint('faint', line)),
    ];
  });
}

/** How much room the words of the statuses need, with a space after them. */
export function labelLength(findings: readonly Finding[]): number {
  return Math.max(0, ...findings.map(({ status }) => STATUS_WORD[status].length)) + 1;
}

/** A word and the pieces after it: below each other where there is room for that, else as they come. */
export function labelled(word: string, label: number, pieces: readonly string[], width: number): string[] {
  const indent = hanging(label, width);
  const head = label === indent.length ? word.padEnd(label) : `${word} `;
  if (head.length === indent.length) {
    const [first = '', ...rest] = fill(pieces, width - indent.length);
    return [head + first, ...rest.map((line) => indent + line)];
  }
  const [subject = '', ...others] = pieces;
  const begun = block(subject, width, head, indent);
  return [...begun, ...fill(others, width - indent.length).map((line) => indent + line)];
}

/** `explains 8 more: health p95 · health p99 · and 6 more`; [] for none. */
export function explainedLines(followers: readonly Finding[], width: number, indent: string): string[] {
  if (followers.length === 0) return [];
  const begin = `explains ${countText(followers.length)} more: `;
  return namesLines(subjectsOf(followers), { width, indent, begin });
}

export function subjectsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ subject }) => clipWords(plain(subject), 40));
}

export interface NamesStyle {
  readonly width: number;
  readonly indent: string;
  /** Before the first name; absent: nothing. */
  readonly begin?: string;
}

/** After `begin` as many names as fit into the line, and how many more there are; where none fits, the first in lines of its own. */
export function namesLines(names: readonly string[], { width, indent, begin = '' }: NamesStyle): string[] {
  const room = width - indent.length - begin.length;
  const joined = names.join(' · ');
  if (joined.length <= room) return [indent + begin + joined];
  const rest = (shown: number): string => ` · and ${countText(names.length - shown)} more`;
  const fits = (shown: number): boolean => names.slice(0, shown).join(' · ').length + rest(shown).length <= room;
  const shown = Math.max(1, ...names.map((_, at) => (fits(at) ? at : 1)));
  const text = begin + names.slice(0, shown).join(' · ') + (shown < names.length ? rest(shown) : '');
  return block(text, width, indent, indent);
}

function troubleCells(finding: Finding): string[] {
  const deviation = deviationText(finding);
  const interval = boundsText(finding);
  const ungated = ungatedText(finding);
  return [
    clipWords(plain(finding.subject), 44),
    promiseText(finding),
    `measured ${actualText(finding)}${deviation === null ? '' : ` (${deviation})`}`,
    `n=${countText(finding.samples)}`,
    interval === null ? '' : `${interval} ${badWord(finding)}`,
    `source: ${clipWords(sourceText(finding), 48)}${ungated === null ? '' : ` (${ungated})`}`,
  ];
}

/**
 * One line for each endpoint (and phase, where there are several) with its percentiles side by side, then the shares and whatever else
 * passed. Telemetry checks are counted.
 */
export function passLines(facts: RunFacts, findings: readonly Finding[], paint: Painter, width: number): string[] {
  const percentiles = new Map<string, [number, string][]>();
  const others: string[] = [];
  const systems = new Map<string, number>();
  for (const finding of findings) {
    const system = systemOf(finding);
    if (system !== null) {
      systems.set(system, (systems.get(system) ?? 0) + 1);
      continue;
    }
    const objective = objectiveOf(facts, finding);
    if (objective?.kind === 'latency') {
      const cell = `p${objective.percentile} ${actualText(finding)} ${limitText(finding)}`;
      const name = objective.endpoint + inPhase(facts.plan, finding.phase);
      percentiles.set(name, [...(percentiles.get(name) ?? []), [objective.percentile, cell]]);
    } else {
      const values = finding.operator === '==' ? '' : ` ${actualText(finding)} ${limitText(finding)}`;
      others.push(clipWords(plain(finding.subject), 44) + values);
    }
  }
  const ranks = [...new Set([...percentiles.values()].flat().map(([percentile]) => percentile))].sort((a, b) => a - b);
  const rows = [...percentiles].map(([name, cells]) => [
    name,
    ...ranks.map((rank) => cells.find(([percentile]) => percentile === rank)?.[1] ?? ''),
  ]);
  const counted = [...systems].map(
    ([system, count]) => `${system} ${countText(count)} ${count === 1 ? 'check' : 'checks'}`,
  );
  return [
    ...cellsFor(rows, width).map((row) => passed(row, '  ', { width, each: false })),
    ...[others, counted].map((row) => passed(row, ' · ', { width, each: isRoomy(width) })),
  ]
    .flat()
    .map((line) => (line.startsWith(PASS) ? paint(STATUS_TONE.pass, PASS) + line.slice(PASS.length) : line));
}

const PASS = STATUS_WORD.pass.toUpperCase();

/** @param style `each`: the word stands in each line, not only in the first. */
function passed(pieces: readonly string[], separator: string, style: { width: number; each: boolean }): string[] {
  const { width, each } = style;
  const lines = fill(pieces, width - PASS.length - 1, separator);
  return lines.map((line, at) => (at === 0 || each ? `${PASS} ${line}` : hanging(PASS.length + 1, width) + line));
}
