/** Findings of one root cause together: what fails because of another is shown under it. */
import type { Finding } from '../lib/core/finding.ts';
import { plural } from '../lib/core/numbers.ts';
import { plain } from '../lib/core/text.ts';

/** Those of `findings` that no other one among them explains. */
export function causesIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => causeOf(finding, findings) === undefined);
}

/** The finding that explains this one, if it is among `findings`. */
export function causeOf({ because, phase }: Finding, findings: readonly Finding[]): Finding | undefined {
  if (because === undefined) return undefined;
  return findings.find((one) => one.id === because && (one.phase === undefined || one.phase === phase));
}

export function followersOf(cause: Finding, findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => causeOf(finding, findings) === cause);
}

/** In the same order, but each cause is followed by those of `findings` that it explains. */
export function nested(findings: readonly Finding[]): readonly Finding[] {
  return causesIn(findings).flatMap((cause) => [cause, ...followersOf(cause, findings)]);
}

/** `follows from: API availability`; null for a finding that stands by itself. */
export function followsText(finding: Finding, findings: readonly Finding[]): string | null {
  const cause = causeOf(finding, findings);
  return cause === undefined ? null : `follows from: ${plain(cause.subject)}`;
}

/** `explains 8 more findings`; null for none. */
export function explainsText(finding: Finding, findings: readonly Finding[]): string | null {
  const { length } = followersOf(finding, findings);
  return length === 0 ? null : `explains ${plural(length, 'more finding')}`;
}
