/** The lines for findings: one or two for each problem, one for each group of passes. */
import type { Finding, Status } from '../../lib/core/finding.ts';
import { countText } from '../../lib/core/numbers.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { clip, plain } from '../../lib/core/text.ts';
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
import { block, columns, fill } from './layout.ts';

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
  const rows = columns(findings.map(troubleCells));
  const indent = ' '.repeat(Math.max(0, ...findings.map((finding) => STATUS_WORD[finding.status].length)) + 1);
  return findings.flatMap((finding, index) => {
    const word = STATUS_WORD[finding.status].toUpperCase();
    const [first = '', ...rest] = fill(rows[index] ?? [], width - indent.length);
    const following = findings[index + 1];
    const followers = followersOf(finding, all);
    const sharesWhy =
      following?.status === finding.status && whyText(following) === whyText(finding) && followers.length === 0;
    const why = sharesWhy ? [] : block(whyText(finding), width, indent, indent);
    return [
      `${paint(STATUS_TONE[finding.status], word)}${indent.slice(word.length)}${first}`,
      ...rest.map((line) => indent + line),
      ...why.map((line) => paint('faint', line)),
      ...explainedLine(followers, width - indent.length).map((line) => indent + paint('faint', line)),
    ];
  });
}

/** `explains 8 more: health p95 · health p99 · and 6 more`; [] for none. */
export function explainedLine(followers: readonly Finding[], width: number): string[] {
  if (followers.length === 0) return [];
  const begin = `explains ${countText(followers.length)} more: `;
  return [begin + namesText(followers, width - begin.length)];
}

/** One line: as many names as fit, and how many more there are. */
export function namesText(group: readonly Finding[], width: number): string {
  return listText(
    group.map(({ subject }) => clip(plain(subject), 40)),
    width,
  );
}

/** The same of any words. */
export function listText(names: readonly string[], width: number): string {
  const [all = '', ...more] = fill(names, width, ' · ');
  if (more.length === 0) return all;
  const [shown = ''] = fill(names, width - ' · and 999 more'.length, ' · ');
  return `${shown} · and ${countText(names.length - shown.split(' · ').length)} more`;
}

function troubleCells(finding: Finding): string[] {
  const deviation = deviationText(finding);
  const interval = boundsText(finding);
  const ungated = ungatedText(finding);
  return [
    clip(plain(finding.subject), 32),
    promiseText(finding),
    `measured ${actualText(finding)}${deviation === null ? '' : ` (${deviation})`}`,
    `n=${countText(finding.samples)}`,
    interval === null ? '' : `${interval} ${badWord(finding)}`,
    `source: ${clip(sourceText(finding), 48)}${ungated === null ? '' : ` (${ungated})`}`,
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
      others.push(clip(plain(finding.subject), 40) + values);
    }
  }
  const ranks = [...new Set([...percentiles.values()].flat().map(([percentile]) => percentile))].sort((a, b) => a - b);
  const rows = [...percentiles].map(([name, cells]) => [
    name,
    ...ranks.map((rank) => cells.find(([percentile]) => percentile === rank)?.[1] ?? ''),
  ]);
  const word = STATUS_WORD.pass.toUpperCase();
  const room = width - word.length - 1;
  const counted = [...systems].map(
    ([system, count]) => `${system} ${countText(count)} ${count === 1 ? 'check' : 'checks'}`,
  );
  const lines = [
    ...columns(rows).flatMap((row) => fill(row, room)),
    ...fill(others, room, ' · '),
    ...fill(counted, room, ' · '),
  ];
  return lines.map((line) => `${paint(STATUS_TONE.pass, word)} ${line}`);
}
