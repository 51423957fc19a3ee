/** Mistakes in the documents themselves: no server can mend them, so reports show them apart from what the server failed. */
import type { Finding } from '../lib/core/finding.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plain } from '../lib/core/text.ts';
import { sourceText } from './describe.ts';
import { ordered } from './summary.ts';

/** Of the document, found in this run. */
export function isMistake({ ofDocument, status }: Finding): boolean {
  return ofDocument === true && status === 'fail';
}

export function documentMistakes({ verdict }: RunFacts): readonly Finding[] {
  return ordered(verdict.findings.filter(isMistake));
}

/** The facts without them. */
export function withoutMistakes(facts: RunFacts): RunFacts {
  const { verdict } = facts;
  return { ...facts, verdict: { ...verdict, findings: verdict.findings.filter((finding) => !isMistake(finding)) } };
}

/** `Key Prometheus Queries: the document's query is not PromQL: …`. */
export function mistakeText(finding: Finding): string {
  const evidence = finding.evidence.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return plain(`${sourceText(finding)}: ${finding.summary}${evidence === '' ? '' : ` (${evidence})`}`);
}
