/** What the checks of this system share. */
import type { Evidence } from '../../../core/finding.ts';
import type { Source } from '../../../core/source.ts';
import type { Check, CheckInfo } from '../../system.ts';
import type { Places, SentryObserved } from '../observation.ts';

export const PAGE = 'docs/checks/sentry.md';

export interface SentryFacts {
  readonly observed: SentryObserved;
  /** Nothing but the load calls the server. */
  readonly exclusive: boolean;
}

export type SentryCheck = Check<SentryFacts>;

interface Said {
  /** Without the system. */
  readonly id: string;
  readonly subject: string;
  readonly proves: string;
  readonly source: Source;
  /** Anchor on the page. */
  readonly section: string;
  readonly gating?: boolean;
}

export function infoOf({ id, section, gating = true, ...said }: Said): CheckInfo {
  return { ...said, id: `sentry.${id}`, system: 'sentry', gating, needs: ['sentry'], page: `${PAGE}#${section}` };
}

export function reportsOf({ errors, transactions }: SentryObserved): number {
  return errors + transactions.http;
}

/** Why there is nothing to judge. */
export function nothingArrived({ source, envelopes, url }: SentryObserved): string {
  if (source === 'api') return 'the error that was provoked is not listed';
  return envelopes.requests === 0
    ? `nothing arrived: set the server's SENTRY_DSN to ${url}`
    : 'neither an error nor a transaction arrived';
}

/** What was not read may hold anything. */
export function isPartlyRead({ envelopes }: SentryObserved): boolean {
  return envelopes.unread + envelopes.malformed > 0;
}

export function problemsOf({ envelopes }: SentryObserved): Evidence[] {
  return envelopes.problems.map((value) => ({ label: 'problem', value }));
}

export function placesOf({ examples }: Places): Evidence[] {
  return examples.map((value) => ({ label: 'place', value }));
}

export function countsOf(label: string, counts: readonly { readonly name: string; readonly count: number }[]) {
  return counts.map(({ name, count }): Evidence => ({ label, value: `${name}: ${count}` }));
}
