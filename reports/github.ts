/**
 * The verdict as GitHub workflow commands, which become annotations. For a job's standard output. A foreign string can't end a command or
 * begin another.
 */
import type { Finding } from '../lib/core/finding.ts';
import { countText } from '../lib/core/numbers.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import { adviceText, causeEvidence, explainsCount } from './cause-words.ts';
import { causesIn, explainsText } from './causes.ts';
import { actualText, badWord, boundsText, deviationText, promiseText, sourceText, whyText } from './describe.ts';
import { documentMistakes, mistakeText, withoutMistakes } from './documents.ts';
import { namingPhases, OUTCOME_WORD, ordered, STATUS_WORD } from './summary.ts';
import { isIdle, systemOf } from './telemetry.ts';

/** GitHub shows ten of each level for a step. */
const MOST_ANNOTATIONS = 10;

type Level = 'error' | 'warning' | 'notice';

/**
 * One command on each line: the outcome, its causes, then what is not well and not explained by another finding, worst first. What gates is an `error`, what does not a `warning`. Checks of
 * telemetry that nobody connected are left out.
 */
export function renderGithubAnnotations(run: RunFacts): string {
  const named = namingPhases(run);
  const facts = withoutMistakes(named);
  const { verdict } = facts;
  const level: Level = verdict.outcome === 'conforms' ? 'notice' : 'error';
  const all = ordered(verdict.findings);
  const troubled = causesIn(all).filter((finding) => finding.status !== 'pass');
  const commands = [
    annotation(level, `aragora-slo: ${OUTCOME_WORD[verdict.outcome]}`, verdict.headline),
    ...verdict.causes.map((cause) =>
      annotation(
        level,
        'Cause',
        [cause.summary, ...causeEvidence(cause), explainsCount(cause), adviceText(cause)].join('; '),
      ),
    ),
    ...limited(
      troubled.filter((finding) => finding.gating),
      { level: 'error', all, most: MOST_ANNOTATIONS - 1 - verdict.causes.length },
    ),
    ...limited(
      troubled.filter((finding) => !finding.gating && !(isIdle(finding) && systemOf(finding) !== null)),
      { level: 'warning', all, most: MOST_ANNOTATIONS - 1 },
    ),
    ...documentMistakes(named).map((finding) => annotation('notice', 'Mistake in a document', mistakeText(finding))),
  ];
  return `${commands.join('\n')}\n`;
}

/**
 * The same text for a job's output, with nothing that a runner takes for a command. It reads `::` at the start of a line, also after
 * blanks, and `##[` anywhere. A server's words may contain both, and a broken line may begin with them.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*)::/gm, '$1: :').replaceAll('##[', '# #[');
}

interface Listing {
  readonly level: Level;
  /** With those that others explain. */
  readonly all: readonly Finding[];
  readonly most: number;
}

function limited(findings: readonly Finding[], { level, all, most }: Listing): string[] {
  const shown = findings.slice(0, findings.length > most ? most - 1 : most);
  const commands = shown.map((finding) =>
    annotation(level, `${STATUS_WORD[finding.status]}: ${finding.subject}`, message(finding, all)),
  );
  const rest = findings.slice(shown.length).map((finding) => finding.subject);
  return rest.length === 0
    ? commands
    : [...commands, annotation(level, `and ${countText(rest.length)} more`, rest.join(', '))];
}

function message(finding: Finding, all: readonly Finding[]): string {
  const deviation = deviationText(finding);
  const interval = boundsText(finding);
  const parts = [
    promiseText(finding),
    `measured ${actualText(finding)}${deviation === null ? '' : ` (${deviation})`}`,
    `n=${countText(finding.samples)}`,
    ...(interval === null ? [] : [`${interval} ${badWord(finding)}`]),
    `source: ${sourceText(finding)}`,
  ];
  return [parts.join('  '), whyText(finding), explainsText(finding, all) ?? '']
    .filter((words) => words !== '')
    .join('  ');
}

/** One workflow command, which becomes an annotation. */
export function annotation(level: Level, title: string, text: string): string {
  return `::${level} title=${escapeProperty(plain(title))}::${escapeData(plain(text))}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
