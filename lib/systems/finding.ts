/** How a check of a system becomes a finding: a promise that was kept or broken so many times, or missing evidence. */
import type { Evidence, Finding, Status } from '../core/finding.ts';
import { NOTHING_MEASURED } from '../core/finding.ts';
import type { UnavailableObservation } from '../core/observation.ts';
import type { CheckInfo } from './system.ts';

/** The part of a check that its finding repeats. */
export type Frame = Pick<CheckInfo, 'id' | 'subject' | 'system' | 'gating' | 'source' | 'ofDocument'>;

interface Said {
  /** One sentence for a person: what was seen and, when broken, what was expected. */
  readonly summary: string;
  readonly evidence?: readonly Evidence[];
}

/** A finding of any form. What `result` leaves out is as for a check that counts what is wrong and allows nothing. */
export function findingOf(
  { id, subject, gating, system, source, ofDocument }: Frame,
  result: Pick<Finding, 'status' | 'summary'> & Partial<Finding>,
): Finding {
  return {
    ...NOTHING_MEASURED,
    id,
    subject,
    system,
    gating,
    source,
    ...(ofDocument === undefined ? {} : { ofDocument }),
    operator: '==',
    unit: 'count',
    expected: 0,
    allowedShare: null,
    evidence: [],
    ...result,
  };
}

/** A property that one violation refutes, examined `samples` times. Fails when `bad` > 0, passes when `samples` > 0, else `no-data`. */
export function property(check: Frame, seen: Said & { readonly samples: number; readonly bad: number }): Finding {
  const { samples, bad, summary, evidence = [] } = seen;
  if (samples === 0 && bad === 0) return lacking(check, 'no-data', summary, evidence);
  return findingOf(check, {
    // Not `bad > 0`: something that could not be counted (NaN) must not pass.
    status: bad === 0 ? 'pass' : 'fail',
    actual: bad,
    margin: bad === 0 ? 0 : -bad / Math.max(samples, bad),
    samples,
    bad,
    summary,
    evidence,
  });
}

/** One thing that is so or not. */
export function fact(check: Frame, holds: boolean, said: Said): Finding {
  return property(check, { ...said, samples: 1, bad: holds ? 0 : 1 });
}

/** Evidence that is missing (`no-data`), could not be read (`unavailable`), or does not decide (`inconclusive`). */
export function lacking(
  check: Frame,
  status: Exclude<Status, 'pass' | 'fail'>,
  summary: string,
  evidence: readonly Evidence[] = [],
): Finding {
  return findingOf(check, { status, summary, evidence });
}

/** Evidence that would decide if nobody but the load called the server. */
export function openByOthers(check: Frame, summary: string, evidence: readonly Evidence[] = []): Finding {
  return { ...lacking(check, 'inconclusive', summary, evidence), undecidedBy: 'others' };
}

/** Evidence that neither the load nor the set-up was meant to give: `no-data`, and it does not gate. */
export function unasked(check: Frame, summary: string, evidence: readonly Evidence[] = []): Finding {
  return lacking({ ...check, gating: false }, 'no-data', summary, evidence);
}

/** Why evidence could not be read, in the same words for everything that rests on it, so that reports say it once. */
export function whyUnavailable({ reason, hint }: Pick<UnavailableObservation, 'reason' | 'hint'>): string {
  return `${reason}; ${hint}`;
}
