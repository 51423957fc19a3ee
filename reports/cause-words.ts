/** How the causes of a verdict read, in every report. */
import type { Cause } from '../lib/core/cause.ts';
import { plural } from '../lib/core/numbers.ts';
import { plain } from '../lib/core/text.ts';
import type { Verdict } from '../lib/core/verdict.ts';

/** The headline without the first cause, for a report that shows the causes beside it. */
export function headlineBesideCauses({ headline, causes: [first] }: Pick<Verdict, 'headline' | 'causes'>): string {
  const begin = first === undefined ? '' : `${first.summary}; `;
  return headline.startsWith(begin) ? headline.slice(begin.length) : headline;
}

/** What shows it, each with its label. */
export function causeEvidence({ evidence }: Cause): string[] {
  return evidence.map(({ label, value }) => plain(`${label}: ${value}`));
}

/** Short words for the findings that it explains, in their order. */
export function explainedSubjects({ explains }: Cause, { findings }: Pick<Verdict, 'findings'>): string[] {
  return explains.map((id) => plain(findings.find((finding) => finding.id === id)?.subject ?? id));
}

/** `explains 12 findings`. */
export function explainsCount({ explains }: Cause): string {
  return `explains ${plural(explains.length, 'finding')}`;
}

export function adviceText({ advice }: Cause): string {
  return `to do: ${plain(advice)}`;
}
