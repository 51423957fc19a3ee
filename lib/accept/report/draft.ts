/**
 * Drafts a file of acceptances from what fails in a run, with what was seen beside each entry. No entry has a reason, so the draft is refused
 * until a person has confirmed it.
 */
import { acceptanceText, furtherText, promiseText } from '../../../reports/describe.ts';
import { namingPhases } from '../../../reports/summary.ts';
import type { Cause } from '../../core/cause.ts';
import { unreachable } from '../../core/error.ts';
import { type Finding, OF_LOAD } from '../../core/finding.ts';
import { plural } from '../../core/numbers.ts';
import type { RunFacts } from '../../core/run.ts';
import { clip, plain } from '../../core/text.ts';
import type { Verdict } from '../../core/verdict.ts';
import { acceptableOf, type Group } from '../model/groups.ts';

export interface Draft {
  /** YAML, ending in a line break. */
  readonly text: string;
  /** How many entries have no reason yet. */
  readonly unexplained: number;
}

/** @param lastDay of new entries, UTC, `YYYY-MM-DD`. */
export function draftOf(run: RunFacts, lastDay: string): Draft {
  const { plan, verdict } = namingPhases(run);
  const { groups, leftOut, gone, unexplained } = acceptableOf(verdict);
  const head = [
    `Known deviations, drafted from the run ${plan.runId} against ${plan.target.httpUrl}.`,
    `It said: ${verdict.outcome}, ${verdict.headline}.`,
    ...(groups.length === 0 ? ['Nothing that gates fails, so there is nothing to accept.'] : HOW_TO),
  ];
  const why = leftOut.map((one) => `${one.id}: ${one.status}, ${one.summary} (${whyNot(one)})`);
  const names = gone.map(({ id }) => id);
  const lines = [
    ...head.map((line) => comment('', line)),
    '',
    groups.length === 0 ? 'accepted: []' : 'accepted:',
    ...groups.flatMap((group) => ['', ...groupLines(group, verdict, lastDay)]),
    ...section('Not accepted, because nothing is proven against the server:', why),
    ...section('No longer needed, because it no longer occurs:', names),
  ];
  return { text: `${lines.join('\n')}\n`, unexplained };
}

const HOW_TO = [
  'A draft accepts nothing. For each entry write why it is accepted, and check its last day. Remove the entries that you do not accept.',
  'A file in which one entry has no reason is refused. "judge RUN --accept FILE" shows what the run would say with it.',
  'Of what is undecided because of an entry nothing is proven, so it still gates. To accept such a finding too, remove the "# " before its "- {".',
];

function groupLines({ key, ids, undecided }: Group, { causes, findings }: Verdict, lastDay: string): string[] {
  const cause = causes.find(({ id }) => id === key);
  const openIn = (id: string): Finding[] => findings.filter((one) => one.id === id && one.status !== 'pass');
  return [
    ...(cause === undefined ? [] : causeLines(cause)),
    ...ids.flatMap((id) => entryLines(openIn(id), lastDay)),
    ...undecidedLines(undecided, lastDay),
  ];
}

function causeLines({ summary, evidence, advice }: Cause): string[] {
  return [
    comment('  ', `Cause: ${summary}.`),
    ...evidence.map(({ label, value }) => comment('    ', `${label}: ${value}`)),
    comment('  ', `Instead of accepting what follows from it: ${advice}.`),
  ];
}

function undecidedLines(undecided: readonly Finding[], lastDay: string): string[] {
  if (undecided.length === 0) return [];
  return [
    comment('  ', `Undecided because of it, so not accepted: ${plural(undecided.length, 'finding')}.`),
    ...undecided.flatMap((one) => [
      comment('    ', `${one.subject}: ${one.status}, ${one.summary}`),
      `  # - { finding: ${scalar(one.id)}, reason: , expires: ${lastDay} }`,
    ]),
  ];
}

/** @param seen one finding, in each phase in which it does not pass. */
function entryLines(seen: readonly Finding[], lastDay: string): string[] {
  const [first] = seen;
  if (first === undefined) return [];
  const { id } = first;
  const kept = seen.find(({ acceptance }) => acceptance?.state === 'accepted')?.acceptance;
  return [
    ...seen.flatMap(seenLines),
    `  - finding: ${scalar(id)}`,
    kept === undefined ? '    reason:' : `    reason: ${JSON.stringify(kept.reason)}`,
    `    expires: ${kept?.expires ?? lastDay}`,
  ];
}

/** A log line in the evidence may be long, and a field may be missing in each: the report has all. */
const MOST_EVIDENCE = 3;
const MOST_CHARS = 240;
/** Evidence with this label names all places, and not only the first. */
const PROMISED = 'promised in';

function seenLines(finding: Finding): string[] {
  const { subject, status, summary, unit, source, evidence } = finding;
  const limit = unit === 'count' ? '' : `${promiseText(finding)}, `;
  const expired = finding.acceptance?.state === 'expired' ? acceptanceText(finding) : null;
  return [
    comment('  ', `${subject}: ${status === 'fail' ? '' : `${status}, `}${limit}${summary}`),
    ...evidence
      .slice(0, MOST_EVIDENCE)
      .map(({ label, value }) => comment('    ', clip(`${label}: ${value}`, MOST_CHARS))),
    ...(evidence.some(({ label }) => label === PROMISED)
      ? []
      : [comment('    ', `${PROMISED}: ${source.document}, ${source.section}`)]),
    ...(expired === null ? [] : [comment('    ', expired)]),
  ];
}

/** What a reader may look for in vain. */
function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', comment('', title), ...items.map((item) => comment('  ', item))];
}

function whyNot(finding: Finding): string {
  if (finding.system === OF_LOAD) return 'it is about the load, not about the server: run it again';
  switch (finding.status) {
    case 'unavailable':
      return 'evidence that could not be read is no known deviation';
    case 'no-data':
      return 'there was nothing to judge';
    case 'inconclusive':
    case 'fail':
    case 'pass':
      return furtherText(finding) ?? 'a longer run may decide it';
    default:
      return unreachable(finding.status);
  }
}

function comment(indent: string, text: string): string {
  return `${indent}# ${plain(text)}`;
}

/** YAML reads an ordinary id as a text; any other one is quoted. */
function scalar(id: string): string {
  return /^[a-z][\w-]*(\.[\w-]+)+$/i.test(id) ? id : JSON.stringify(id);
}
