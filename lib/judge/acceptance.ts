/**
 * Owns what a team's accepted deviations do to findings: shown, not gating until their date, flagged when they no longer occur.
 * Refuses to turn any finding into a pass, and to know today: a run is judged by the day on which it was made.
 */
import type { Acceptance, Finding, Status } from '../core/finding.ts';
import type { AcceptedDeviation } from '../core/plan.ts';

const DAY_MS = 86_400_000;

/** @param atMs when the run was made, Unix ms. An entry without a finding of its id does nothing. */
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

/** undefined where the acceptance says nothing: what could not be looked at is no known deviation. */
function stateOf(status: Status, { expires }: AcceptedDeviation, atMs: number): Acceptance['state'] | undefined {
  if (status === 'unavailable') return undefined;
  if (status === 'pass') return 'no-longer-occurs';
  return atMs >= Date.parse(expires) + DAY_MS ? 'expired' : 'accepted';
}
