/** What was learned of one name: what it stands for, and the evidence on which that rests. */
import type { OwnMetric, OwnSpan } from '../../core/own-names.ts';

export interface Learned<Own> {
  readonly documented: string;
  readonly own: Own;
  /** Whether the evidence shows it, and shows no other. What is not sure is never used. */
  readonly isSure: boolean;
  /** What the run shows, or why it shows too little; one sentence each. */
  readonly evidence: readonly string[];
}

export interface LearnedNames {
  readonly metrics: readonly Learned<OwnMetric>[];
  readonly spans: readonly Learned<OwnSpan>[];
  readonly logs: readonly Learned<string>[];
  /** What is documented, has no name in the contract that the release shows, and may be called anything or be nowhere. */
  readonly unknown: readonly { readonly documented: string; readonly why: string }[];
}

/** Of several names that fit, none is sure. */
export function certainIfAlone<Own>(fitting: readonly Learned<Own>[], nameOf: (own: Own) => string): Learned<Own>[] {
  if (fitting.length < 2) return [...fitting];
  const names = fitting.map(({ own }) => nameOf(own));
  return fitting.map((one) => {
    const others = names.filter((name) => name !== nameOf(one.own)).join(', ');
    return { ...one, isSure: false, evidence: [...one.evidence, `as well as this one fits ${others}`] };
  });
}
