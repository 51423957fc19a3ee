/** What a verdict says of a break of what clients feel. */
import type { Finding } from '../../lib/core/finding.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import type { Break } from '../../lib/target/break-felt.ts';

/** Gating findings that fail, or lack their evidence altogether. */
export function trippedOf(verdict: Pick<Verdict, 'findings'>): Finding[] {
  return verdict.findings.filter(({ gating, status }) => gating && status !== 'pass' && status !== 'inconclusive');
}

/** Whether just the finding of the break fails, and for the reason that the catalogue names. */
export function isCaught(broken: Break, tripped: readonly Finding[]): boolean {
  const [only, ...others] = tripped;
  if (only === undefined || others.length > 0) return false;
  return only.id === broken.finding && only.status === 'fail' && isShown(broken, only);
}

/** Whether the finding has the kind of failure that the catalogue names, and none that would blame the server for what it did not do. */
export function isShown({ shows, neverShows }: Break, finding: Finding): boolean {
  const kinds = failureKinds(finding);
  return kinds.includes(shows ?? '') && (neverShows === undefined || !kinds.includes(neverShows));
}

/** The kinds of failure that a finding shows as its evidence, e.g. `status_500 ×10`; '' where nothing failed. */
export function failureKinds({ evidence }: Finding): string {
  return evidence.find(({ label }) => label === 'failures')?.value ?? '';
}
