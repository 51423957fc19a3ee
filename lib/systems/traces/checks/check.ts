/**
 * Owns the form of a check on traces and of what it answers. Refuses to know any promise.
 */
import type { Evidence, Finding, Status } from '../../../core/finding.ts';
import { NOTHING_MEASURED } from '../../../core/finding.ts';
import type { Source } from '../../../core/source.ts';
import type { TracesView } from './view.ts';

export type CheckResult = Pick<Finding, 'status' | 'summary'> & Partial<Finding>;

export interface TraceCheck {
  readonly id: string;
  readonly subject: string;
  readonly source: Source;
  readonly judge: (view: TracesView) => CheckResult;
}

/** Not one bad sample among `samples`; the caller has made sure that there are some. */
export function noneBad(input: {
  samples: number;
  bad: number;
  good: string;
  broken: string;
  evidence?: readonly Evidence[];
}): CheckResult {
  const { samples, bad, good, broken, evidence = [] } = input;
  return {
    status: bad === 0 ? 'pass' : 'fail',
    summary: bad === 0 ? good : broken,
    actual: bad,
    margin: bad === 0 ? 0 : -bad / Math.max(1, samples),
    samples,
    bad,
    evidence,
  };
}

/** Nothing to judge. `gating: false` where the load was not meant to bring it about. */
export function lacking(
  summary: string,
  { status = 'no-data', gating = true }: { status?: Exclude<Status, 'pass' | 'fail'>; gating?: boolean } = {},
): CheckResult {
  return { status, summary, gating };
}

/** [] for no examples. */
export function examples(label: string, values: readonly string[]): Evidence[] {
  return values.length === 0 ? [] : [{ label, value: values.slice(0, 3).join(', ') }];
}

export function findingOf({ id, subject, source }: Omit<TraceCheck, 'judge'>, result: CheckResult): Finding {
  return {
    ...NOTHING_MEASURED,
    id,
    subject,
    source,
    gating: true,
    operator: '==',
    unit: 'count',
    expected: 0,
    allowedShare: null,
    evidence: [],
    ...result,
  };
}
