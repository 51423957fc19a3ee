/** The one issue of the nightly run: opened when a run is not green, updated while it stays so, closed when a run conforms. */
import { SloError, unreachable } from '../core/error.ts';
import type { Github, Issue } from './github.ts';
import { inCode } from './outputs.ts';
import type { ReportedOutcome, RunVerdict } from './verdict.ts';

/** The issue is found by this label, so nothing else must have it. */
export const LABEL = 'aragora-slo-nightly';
/** GitHub accepts 65,536 characters. */
const MOST_CHARS = 60_000;

/**
 * Opens, updates or closes the issue. Only `conforms` closes it: inconclusive is not a pass. If several are open, the oldest is kept.
 * @param runUrl the page of the workflow's run.
 * @returns one line that says what was done.
 * @throws SloError when GitHub refuses, and when an issue could not be given its label: the next night would not find it.
 */
export async function keepIssue(verdict: RunVerdict, github: Github, runUrl: string): Promise<string> {
  const [issue, ...others] = await github.openIssues(LABEL);
  if (verdict.outcome === 'conforms') {
    const open = issue === undefined ? [] : [issue, ...others];
    for (const { number } of open) await close(github, number, `Conforms again: ${runUrl}`);
    return open.length === 0 ? 'conforms, and no issue is open' : `conforms: closed ${named(open)}`;
  }
  const [title, body] = [titleOf(verdict.outcome), bodyOf(verdict, runUrl)];
  for (const { number } of others) await close(github, number, `Continued in #${issue?.number}.`);
  if (issue === undefined) {
    const created = await github.create({ title, body, label: LABEL });
    if (created.labels.includes(LABEL)) return `${verdict.outcome}: opened #${created.number}`;
    throw new SloError('prerequisite-missing', `issue #${created.number} was opened without its label "${LABEL}"`, {
      hint: 'give it the label by hand, and the job permissions: issues: write',
    });
  }
  await github.edit(issue.number, { title, body });
  // The body is rewritten every night. A comment notifies people, so there is one only when something changed.
  if (issue.title !== title) await github.comment(issue.number, `Now: ${wordsOf(verdict.outcome)}. ${runUrl}`);
  return `${verdict.outcome}: updated #${issue.number}`;
}

async function close(github: Github, number: number, comment: string): Promise<void> {
  await github.comment(number, comment);
  await github.edit(number, { state: 'closed' });
}

function named(issues: readonly Issue[]): string {
  return issues.map(({ number }) => `#${number}`).join(', ');
}

function titleOf(outcome: ReportedOutcome): string {
  return `aragora-slo nightly: ${wordsOf(outcome)}`;
}

function wordsOf(outcome: ReportedOutcome): string {
  switch (outcome) {
    case 'conforms':
      return 'conforms';
    case 'breaches':
      return 'breaches';
    case 'inconclusive':
      return 'inconclusive, which is no pass';
    case 'interrupted':
      return 'interrupted';
    case 'error':
      return 'came to no verdict';
    default:
      return unreachable(outcome);
  }
}

function bodyOf({ outcome, headline, report }: RunVerdict, runUrl: string): string {
  const top = `The latest nightly run: ${wordsOf(outcome)}. ${runUrl}\n\nThis is updated each night, and closed by the first run that conforms.\n`;
  const why = outcome === 'error' || report === '' ? inCode(headline) : '';
  const whole = [top, why, report].filter((part) => part !== '').join('\n');
  if (whole.length <= MOST_CHARS) return whole;
  const cut = whole.slice(0, whole.lastIndexOf('\n', MOST_CHARS));
  return `${cut}\n\nThe rest is in the run's artifact.\n`;
}
