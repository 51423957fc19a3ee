/**
 * Owns how a telemetry check becomes a finding: a promise kept or broken so many times, evidence that lacks.
 * Refuses to know what is checked.
 */
import type { Evidence, Finding, Status } from '../core/finding.ts';
import { NOTHING_MEASURED } from '../core/finding.ts';
import type { Unavailable } from '../core/observation.ts';
import type { Source } from '../core/source.ts';

/** What a finding is about, whatever comes out. */
export interface Check {
  /** Stable, dotted, e.g. `metrics.requests_total.present`. */
  readonly id: string;
  /** Short words for a person. */
  readonly subject: string;
  readonly gating: boolean;
  readonly source: Source;
}

interface Said {
  /** One sentence for a person: what was seen and, when broken, what was expected. */
  readonly summary: string;
  readonly evidence?: readonly Evidence[];
}

/** A property that one violation refutes, looked at `samples` times. Fails when `bad` > 0, passes when `samples` > 0, else `no-data`. */
export function property(check: Check, seen: Said & { readonly samples: number; readonly bad: number }): Finding {
  const { samples, bad } = seen;
  if (samples === 0 && bad === 0) return lacking(check, 'no-data', seen.summary, seen.evidence);
  return {
    ...NOTHING_MEASURED,
    ...frame(check),
    expected: 0,
    // Not `bad > 0`: what could not be counted (NaN) is no pass.
    status: bad === 0 ? 'pass' : 'fail',
    actual: bad,
    margin: bad === 0 ? 0 : -bad / Math.max(samples, bad),
    samples,
    bad,
    summary: seen.summary,
    evidence: seen.evidence ?? [],
  };
}

/** One thing that is so or not. */
export function fact(check: Check, holds: boolean, said: Said): Finding {
  return property(check, { ...said, samples: 1, bad: holds ? 0 : 1 });
}

/** Why evidence could not be had, in the same words for all that rests on it, so that reports tell it once. */
export function whyUnavailable({ reason, hint }: Pick<Unavailable<string>, 'reason' | 'hint'>): string {
  return `${reason}; ${hint}`;
}

/** Evidence that is missing (`no-data`), could not be had (`unavailable`), or does not decide (`inconclusive`). */
export function lacking(
  check: Check,
  status: Exclude<Status, 'pass' | 'fail'>,
  summary: string,
  evidence: readonly Evidence[] = [],
): Finding {
  return { ...NOTHING_MEASURED, ...frame(check), expected: 0, status, summary, evidence };
}

function frame({ id, subject, gating, source }: Check) {
  return { id, subject, gating, source, operator: '==', unit: 'count', allowedShare: null } as const;
}
