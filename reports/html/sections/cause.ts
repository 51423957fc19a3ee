/** How a finding is tied to others: what explains it, or what it explains. */
import type { Finding } from '../../../lib/core/finding.ts';
import { plural } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { causeOf, followersOf } from '../../causes.ts';
import { ordered } from '../../summary.ts';
import { type Html, html } from '../html.ts';
import { findingAnchor, statusBadge } from '../parts.ts';

/** null for a finding that stands by itself. */
export function causeNote(finding: Finding, facts: RunFacts): Html | null {
  const all = facts.verdict.findings;
  const cause = causeOf(finding, all);
  if (cause !== undefined) return html`<p class="because">Follows from ${findingLink(cause, facts)}</p>`;
  const followers = ordered(followersOf(finding, all));
  if (followers.length === 0) return null;
  return html`<details class="explains"><summary>Explains ${plural(followers.length, 'more finding')}<span class="unseen"> than ${finding.subject}</span></summary><ul>${followers.map((one) => html`<li>${statusBadge(one.status)} ${findingLink(one, facts)}</li>`)}</ul></details>`;
}

/** In a run of several phases an id names several rows. */
export function findingLink({ id, subject, phase }: Finding, { plan }: RunFacts): Html {
  const inPhase = plan.phases.length > 1 && phase !== undefined ? `-${phase}` : '';
  return html`<a href="#${findingAnchor(id + inPhase)}">${subject}</a>`;
}

export function isFollower(finding: Finding, { verdict }: RunFacts): boolean {
  return causeOf(finding, verdict.findings) !== undefined;
}
