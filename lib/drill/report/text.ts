/** A drill for a terminal: the outcome, one line for what happened to each alert, and every finding that did not pass. Pure. */
import { OUTCOME_WORD, STATUS_WORD } from '../../../reports/summary.ts';
import { STATUS_TONE } from '../../../reports/text/findings.ts';
import { block, widthOf } from '../../../reports/text/layout.ts';
import type { Painter, Tone } from '../../../reports/text.ts';
import type { Finding } from '../../core/finding.ts';
import { durationText, plural } from '../../core/numbers.ts';
import { plain } from '../../core/text.ts';
import type { Outcome } from '../../core/verdict.ts';
import type { Story } from '../../systems/alerts/model/story.ts';

export interface DrillReport {
  readonly outcome: Outcome;
  readonly stories: readonly Story[];
  readonly findings: readonly Finding[];
  /** How long it took, real time. */
  readonly tookSec: number;
  readonly dir: string;
}

export interface DrillTextOptions {
  readonly paint: Painter;
  /** Columns of the terminal; absent: it is none. */
  readonly width?: number | undefined;
}

const INDENT = '  ';
const OUTCOME_TONE = {
  conforms: 'good',
  breaches: 'bad',
  inconclusive: 'doubt',
  interrupted: 'doubt',
} as const satisfies Record<Outcome, Tone>;

const ENDED = {
  fired: { word: 'FIRED ', tone: 'good' },
  silent: { word: 'SILENT', tone: 'bad' },
  open: { word: 'OPEN  ', tone: 'doubt' },
} as const satisfies Record<Story['ended'], { readonly word: string; readonly tone: Tone }>;

export function drillText(report: DrillReport, { paint, width: columns }: DrillTextOptions): string {
  const width = widthOf(columns);
  const { outcome, findings, stories, tookSec, dir } = report;
  const word = OUTCOME_WORD[outcome].toUpperCase();
  const passed = findings.filter(({ status }) => status === 'pass').length;
  const counted = `${passed} of ${plural(findings.length, 'finding')} passed in ${durationText(tookSec)}`;
  const [first = '', ...more] = block(counted, width, `${word}  `, INDENT);
  const head = [paint(OUTCOME_TONE[outcome], paint('strong', word)) + first.slice(word.length), ...more].join('\n');
  const lines = stories.flatMap((story) => storyLines(story, paint, width));
  const rest = findings.filter(({ status, because }) => status !== 'pass' && because === undefined);
  const troubles = rest.flatMap((finding) => troubleLines(finding, paint, width));
  const kept = block(`everything that was seen is in ${plain(dir)}`, width, '', INDENT);
  const last = kept.map((line) => paint('faint', line)).join('\n');
  return [head, lines.join('\n'), troubles.join('\n'), last].filter((part) => part !== '').join('\n\n');
}

function storyLines(story: Story, paint: Painter, width: number): string[] {
  const { rule, fault, clockRate } = story;
  const { word, tone } = ENDED[story.ended];
  const rate = clockRate === 1 ? '' : ` (clock ×${clockRate})`;
  const steps = stepsOf(story)
    .map((step) => ` → ${step}`)
    .join('');
  const [first = '', ...more] = block(`${rule.name}  ${fault}${steps}${rate}`, width, `${word} `, INDENT);
  return [paint(tone, word) + first.slice(word.length), ...more];
}

function stepsOf({ pendingSec, firingSec, deliveredSec, receiver, resolvedSec }: Story): string[] {
  const steps = [
    ['pending', pendingSec],
    ['firing', firingSec],
    [receiver, deliveredSec],
    ['resolved', resolvedSec],
  ] as const;
  return steps.flatMap(([what, sec]) => (sec === null ? [] : [`${what} ${Math.round(sec)} s`]));
}

function troubleLines({ id, status, summary }: Finding, paint: Painter, width: number): string[] {
  const word = STATUS_WORD[status].toUpperCase();
  const [first = '', ...more] = block(`${id}  ${plain(summary)}`, width, `${word} `, INDENT);
  return [paint(STATUS_TONE[status], word) + first.slice(word.length), ...more];
}
