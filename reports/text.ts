/**
 * The verdict for a terminal: the outcome first, then each problem on its own line, then what passed in groups. Readable without colour;
 * the caller passes a painter.
 */
import type { Tick } from '../lib/core/checklist.ts';
import type { Coverage } from '../lib/core/coverage.ts';
import type { Finding } from '../lib/core/finding.ts';
import { mostCpuShare, mostLateness } from '../lib/core/generators.ts';
import { loadEndText } from '../lib/core/load-end.ts';
import { countText, digitsText, durationText, percentText, usText } from '../lib/core/numbers.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import type { ErrorBudget, Outcome, Verdict } from '../lib/core/verdict.ts';
import { headlineBesideCauses } from './cause-words.ts';
import { causesIn, followersOf } from './causes.ts';
import { coverageText } from './coverage.ts';
import { acceptanceText } from './describe.ts';
import { documentMistakes, mistakeText, withoutMistakes } from './documents.ts';
import {
  budgetSubject,
  listed,
  loadTotals,
  namingPhases,
  OUTCOME_WORD,
  ordered,
  tallyText,
  totalSamples,
} from './summary.ts';
import { checklistsByDocument, itemText, systemOf } from './telemetry.ts';
import { causeLines } from './text/causes.ts';
import { checkLines, groupLines, isGrouped } from './text/checks.ts';
import { type ListStyle, type Painter, passLines, type Tone, troubleLines } from './text/findings.ts';
import { block, columns, fill, hanging, isRoomy, widthOf } from './text/layout.ts';

export type { Painter, Tone } from './text/findings.ts';

export interface TextOptions {
  /** Default: no colour. */
  readonly paint?: Painter;
  /** Columns of the terminal; absent: it is none. */
  readonly width?: number | undefined;
  /** Where the HTML report is; left out when absent. */
  readonly reportPath?: string;
}

const OUTCOME_TONE = {
  conforms: 'good',
  breaches: 'bad',
  inconclusive: 'doubt',
  interrupted: 'doubt',
} as const satisfies Record<Outcome, Tone>;

/** The whole verdict, ending in a line break. Foreign strings are made harmless for a terminal. */
export function renderText(run: RunFacts, options: TextOptions = {}): string {
  const named = namingPhases(run);
  const facts = withoutMistakes(named);
  const paint: Painter = options.paint ?? ((_tone, text) => text);
  const width = widthOf(options.width);
  const all = ordered(listed(facts));
  const findings = causesIn(all);
  const parts = [
    outcomeLines(facts, paint, width),
    causeLines(facts.verdict, { paint, width }),
    ...troubleParts(findings, { all, paint, width }),
    groupLines(
      findings.filter((finding) => isGroupedIn(finding, all)),
      paint,
      width,
    ),
    passLines(
      facts,
      findings.filter((finding) => finding.status === 'pass'),
      paint,
      width,
    ),
    noteLines(facts, { paint, width, reportPath: options.reportPath, mistakes: documentMistakes(named) }),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Only the outcome and its reason: the first lines of the whole verdict. */
export function renderOutcome(verdict: Pick<Verdict, 'outcome' | 'headline'>, options: TextOptions = {}): string {
  const word = OUTCOME_WORD[verdict.outcome].toUpperCase();
  const paint: Painter = options.paint ?? ((_tone, text) => text);
  const width = widthOf(options.width);
  const [first = '', ...rest] = block(plain(verdict.headline), width, `${word}  `, hanging(word.length + 2, width));
  return [paint(OUTCOME_TONE[verdict.outcome], paint('strong', word)) + first.slice(word.length), ...rest].join('\n');
}

function outcomeLines(facts: RunFacts, paint: Painter, width: number): string[] {
  const { plan, verdict, load } = facts;
  const about = [
    `${plain(plan.profile)} against ${plain(plan.target.httpUrl)}`,
    durationText((load.endedAtMs - load.startedAtMs) / 1000),
    `${countText(totalSamples(facts))} samples`,
    tallyText(verdict.findings),
  ];
  const { outcome } = verdict;
  const said = renderOutcome({ outcome, headline: headlineBesideCauses(verdict) }, { paint, width });
  return [said, ...fill(about, width, ' · ').map((line) => paint('faint', line))];
}

/** A cause names what it explains, so it has lines of its own. */
function isGroupedIn(finding: Finding, all: readonly Finding[]): boolean {
  return isGrouped(finding) && followersOf(finding, all).length === 0;
}

/** What is not well line by line, objectives and the telemetry's checks apart: first those that have the worst. */
function troubleParts(findings: readonly Finding[], style: ListStyle): string[][] {
  const troubled = findings.filter((finding) => finding.status !== 'pass' && !isGroupedIn(finding, style.all));
  const own = troubled.filter((finding) => systemOf(finding) === null);
  const checks = troubled.filter((finding) => systemOf(finding) !== null);
  const parts = [troubleLines(own, style), checkLines(checks, style)];
  return troubled[0] !== undefined && troubled[0] === checks[0] && own[0]?.status !== 'fail' ? parts.reverse() : parts;
}

interface Notes extends Pick<ListStyle, 'paint' | 'width'> {
  readonly reportPath: string | undefined;
  /** Of the documents. */
  readonly mistakes: readonly Finding[];
}

/** Everything else as `label  text`: error budgets, blind spots, evidence that could not be read, checklists, the load, the report. */
function noteLines(facts: RunFacts, { paint, width, reportPath, mistakes }: Notes): string[] {
  const notes: (readonly [label: string, text: string])[] = [
    ...facts.verdict.errorBudgets.map((budget) => ['error budget', budgetText(facts, budget)] as const),
    ...facts.verdict.blindSpots.map((sentence) => ['blind spot', plain(sentence)] as const),
    ...facts.observations.flatMap((one) =>
      one.status === 'unavailable' ? [['unavailable', plain(`${one.kind}: ${one.reason}; ${one.hint}`)] as const] : [],
    ),
    ...(facts.plan.notes ?? []).map((note) => ['note', plain(note)] as const),
    ...mistakes.map((finding) => ['document', mistakeText(finding)] as const),
    ...checklistNotes(facts),
    ...(facts.verdict.coverage === null ? [] : [['evidence', evidenceText(facts.verdict.coverage)] as const]),
    ...facts.verdict.findings.flatMap((finding) => {
      const text = finding.status === 'pass' ? acceptanceText(finding) : null;
      return text === null ? [] : [['deviation', `${plain(finding.id)} ${text}`] as const];
    }),
    ['load', loadText(facts)],
    ...(reportPath === undefined ? [] : [['report', plain(reportPath)] as const]),
  ];
  const labels = columns(notes.map(([label], index) => [label === notes[index - 1]?.[0] ? '' : label])).flat();
  return notes.flatMap(([, text], index) => {
    const label = isRoomy(width) ? (labels[index] ?? '') : (notes[index]?.[0] ?? '');
    const lines = block(text, width, `${label}  `, hanging(label.length + 2, width));
    return lines.map((line, at) => (at === 0 ? paint('faint', label) + line.slice(label.length) : line));
  });
}

/** What is open is in the report. */
function evidenceText(coverage: Coverage): string {
  const { length } = coverage.open;
  return length === 0 ? coverageText(coverage) : `${coverageText(coverage)}; ${countText(length)} not`;
}

/** One line for each document: how many items are ticked, and which are not. */
function checklistNotes({ verdict }: RunFacts): (readonly [label: string, text: string])[] {
  return checklistsByDocument(verdict.checklist).map(([document, items]) => {
    const named = (tick: Tick): string[] => items.filter((item) => item.tick === tick).map(itemText);
    const [crossed, open, apart] = [named('crossed'), named('no-evidence'), named('not-connected')];
    const parts = [
      `${plain(document)}: ${named('ticked').length} of ${items.length} ticked`,
      ...(crossed.length === 0 ? [] : [`crossed: ${crossed.join(', ')}`]),
      ...(open.length === 0 ? [] : [`no evidence: ${open.join(', ')}`]),
      ...(apart.length === 0 ? [] : [`not connected: ${apart.join(', ')}`]),
    ];
    return ['checklist', parts.join('; ')] as const;
  });
}

function budgetText(facts: RunFacts, budget: ErrorBudget): string {
  const name = `${plain(budgetSubject(facts, budget))} ${percentText(budget.target, 4)}`;
  const month = `${name}: ${digitsText(budget.monthlyBudgetMin)} min a month`;
  if (budget.burnRate === null) return `${month}; no data to say how fast it burns`;
  const used = budget.usedShare === null ? '' : `, this run used ${percentText(budget.usedShare)} of it`;
  return `${month}; burn rate ${digitsText(budget.burnRate, 2)}${used}`;
}

function loadText({ load, plan }: RunFacts): string {
  const { offered, delivered, dropped } = loadTotals(load);
  const { generators } = load;
  const [cpu, late] = [mostCpuShare(generators), mostLateness(generators)];
  const name = generators.length > 1 ? `CPU of ${generators.length} generators` : 'generator CPU';
  const reason = loadEndText(load.reason, plan);
  return [
    ...(reason === null ? [] : [plain(reason)]),
    `${countText(offered)} offered, ${countText(delivered)} delivered, ${countText(dropped)} dropped`,
    `${name} ${cpu === null ? 'unknown' : percentText(cpu)}`,
    late === null ? 'start lateness unknown' : `start lateness ${usText(late.p99)} at p99, ${usText(late.max)} at most`,
  ].join('; ');
}
