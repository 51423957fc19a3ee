/**
 * What a team's acceptances do to findings: they are shown, do not gate until their date, and are flagged when the failure no longer
 * occurs. No acceptance makes a pass. The day of the run decides, not today.
 */
import type { Acceptance, Finding, Status } from '../core/finding.ts';
import type { AcceptedDeviation } from '../core/plan.ts';

const DAY_MS = 86_400_000;

/** @param atMs when the run was made, Unix ms. An entry whose id has no finding does nothing. */
export function withAcceptances(
  findings: readonly Finding[],
  accepted: readonly AcceptedDeviation[],
  atMs: number,
): Finding[] {
  const byId = new Map(accepted.map((deviation) => [deviation.finding, deviation]));
  return findings.map((finding) => {
    const deviation = byId.get(finding.id);
    const state = deviation === undefined ? undefined : stateOf(finding.status, deviation, atMs);
    if (deviation === undefined || state === undefined) return finding;
    const { reason, expires } = deviation;
    return {
      ...finding,
      gating: finding.gating && state !== 'accepted',
      acceptance: { state, reason, expires },
    };
  });
}

/** undefined where the acceptance has no effect: what could not be read is not a known deviation. */
function stateOf(status: Status, { expires }: AcceptedDeviation, atMs: number): Acceptance['state'] | undefined {
  if (status === 'unavailable') return undefined;
  if (status === 'pass') return 'no-longer-occurs';
  return atMs >= Date.parse(expires) + DAY_MS ? 'expired' : 'accepted';
}
