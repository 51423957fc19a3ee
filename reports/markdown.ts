/** The verdict as GitHub-flavoured Markdown, for a step summary or a comment. Foreign strings can only be text. */
import type { Finding } from '../lib/core/finding.ts';
import { loadEndText } from '../lib/core/load-end.ts';
import { countText, digitsText, durationText, instantText, percentText, plural } from '../lib/core/numbers.ts';
import type { RunFacts } from '../lib/core/run.ts';
import type { Outcome } from '../lib/core/verdict.ts';
import { headlineBesideCauses } from './cause-words.ts';
import { causeOf, explainsText, followsText, nested } from './causes.ts';
import { coverageText, openAspectText, openByReason } from './coverage.ts';
import {
  acceptanceText,
  actualText,
  badWord,
  boundsText,
  deviationText,
  limitText,
  sourceText,
  ungatedText,
  whyText,
} from './describe.ts';
import { documentMistakes, mistakeText, withoutMistakes } from './documents.ts';
import { causeList } from './markdown/causes.ts';
import { code, fence, list, table, text } from './markdown/markup.ts';
import { STATUS_SIGN, telemetrySections } from './markdown/telemetry.ts';
import {
  boundsConfidence,
  budgetSubject,
  failureRows,
  namingPhases,
  OUTCOME_WORD,
  STATUS_WORD,
  tallyText,
  totalSamples,
} from './summary.ts';
import { ownFindings } from './telemetry.ts';

const OUTCOME_SIGN: Readonly<Record<Outcome, string>> = {
  conforms: '✅',
  breaches: '❌',
  inconclusive: '❔',
  interrupted: '⏹️',
};
const MOST_FAILURES = 20;

/** Outcome, objectives with the failing ones first, telemetry, checklists, error budget, failures, blind spots, how to run it again. */
export function renderMarkdown(run: RunFacts): string {
  const named = namingPhases(run);
  const facts = withoutMistakes(named);
  const { verdict, plan, load } = facts;
  const reason = loadEndText(load.reason, plan);
  const sections = [
    `## ${OUTCOME_SIGN[verdict.outcome]} ${OUTCOME_WORD[verdict.outcome]}`,
    `**${text(headlineBesideCauses(verdict))}**`,
    causeList(verdict),
    [
      `${text(plan.profile)} against ${code(plan.target.httpUrl)}`,
      instantText(load.startedAtMs),
      durationText((load.endedAtMs - load.startedAtMs) / 1000),
      `${countText(totalSamples(facts))} samples`,
      tallyText(verdict.findings),
      ...(reason === null ? [] : [text(reason)]),
    ].join(' · '),
    table(
      ['Status', 'Objective', 'Limit', 'Measured', 'Samples', `Bad share, ${boundsConfidence(facts)} bounds`, 'Source'],
      nested(ownFindings(facts)).map((finding) => findingCells(finding, facts.verdict.findings)),
    ),
    ...telemetrySections(facts),
    coverageSection(facts),
    table(['Error budget', 'Target', 'Minutes a month', 'Burn rate', 'Used by this run'], budgetRows(facts)),
    table(['Failure', 'Endpoint', 'Count', 'Share'], failureCells(facts)),
    list('Mistakes in the documents', documentMistakes(named).map(mistakeText)),
    list('Too short to see', [...verdict.blindSpots]),
    list('Before the load', [...(plan.notes ?? [])]),
    list('Evidence that could not be read', unavailable(facts)),
    `<details><summary>Run it again</summary>\n\n${fence(plan.command)}\n\n</details>`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function findingCells(finding: Finding, all: readonly Finding[]): string[] {
  const deviation = deviationText(finding);
  const interval = boundsText(finding);
  const said = finding.status === 'pass' ? acceptanceText(finding) : whyText(finding);
  const why = [said, followsText(finding, all), explainsText(finding, all)].filter((words) => words).join('; ');
  const ungated = ungatedText(finding);
  return [
    `${STATUS_SIGN[finding.status]} ${STATUS_WORD[finding.status]}${ungated === null ? '' : ` (${ungated})`}`,
    `${causeOf(finding, all) === undefined ? '' : '↳ '}${text(finding.subject)}` +
      (why === '' ? '' : `<br>${text(why)}`),
    limitText(finding),
    actualText(finding) + (deviation === null ? '' : ` (${deviation})`),
    countText(finding.samples),
    interval === null ? '–' : `${interval} ${badWord(finding)}`,
    text(sourceText(finding)),
  ];
}

function coverageSection({ verdict: { coverage } }: RunFacts): string {
  if (coverage === null) return '';
  const rows = openByReason(coverage).map(([reason, open]) => [
    open.map(openAspectText).map(text).join('<br>'),
    text(reason),
  ]);
  const all = table(['Not bounded', 'Why'], rows);
  return `### Evidence\n\n${coverageText(coverage)}.${all === '' ? '' : `\n\n<details><summary>${countText(coverage.open.length)} not</summary>\n\n${all}\n\n</details>`}`;
}

function budgetRows(facts: RunFacts): string[][] {
  return facts.verdict.errorBudgets.map((budget) => [
    text(budgetSubject(facts, budget)),
    percentText(budget.target, 4),
    digitsText(budget.monthlyBudgetMin),
    budget.burnRate === null ? 'no data' : digitsText(budget.burnRate, 2),
    budget.usedShare === null ? 'no data' : percentText(budget.usedShare),
  ]);
}

function failureCells(facts: RunFacts): string[][] {
  const rows = failureRows(facts);
  const shown = rows
    .slice(0, MOST_FAILURES)
    .map((row) => [text(row.kind), row.endpoint, countText(row.count), percentText(row.share)]);
  return rows.length <= MOST_FAILURES
    ? shown
    : [...shown, [`and ${plural(rows.length - MOST_FAILURES, 'more kind')}`, '', '', '']];
}

function unavailable(facts: RunFacts): string[] {
  return facts.observations.flatMap((one) =>
    one.status === 'unavailable' ? [`${one.kind}: ${one.reason}; ${one.hint}`] : [],
  );
}
