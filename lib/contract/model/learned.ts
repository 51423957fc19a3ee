/** What was learned of one name: what it stands for, and the evidence on which that rests. */
import { plural } from '../../core/numbers.ts';
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

/** More lines than these would hide the one that is right. */
export const SHOWN = 3;

/** Of several names that fit, none is sure. Those that share most words with the documented one come first. */
export function certainIfAlone<Own>(fitting: readonly Learned<Own>[], nameOf: (own: Own) => string): Learned<Own>[] {
  const [alone, ...others] = fitting;
  if (alone === undefined || others.length === 0) return [...fitting];
  const shared = ({ documented, own }: Learned<Own>): number => wordsShared(nameOf(own), documented);
  const few = [...fitting].sort((a, b) => shared(b) - shared(a)).slice(0, SHOWN);
  return few.map((one) => ({
    ...one,
    isSure: false,
    evidence: [...one.evidence, `not sure, because ${plural(others.length, 'other name')} would fit as well`],
  }));
}

/** How many words two names have in common, besides the name of the product. */
export function wordsShared(name: string, other: string): number {
  const words = new Set(other.split(/[_.-]/));
  words.delete('aragora');
  return name.split(/[_.-]/).filter((word) => words.has(word)).length;
}

/** One name can't be two documented ones: then neither is sure. */
export function oncePerName<Own>(
  learned: readonly Learned<Own>[],
  nameOf: (own: Own) => string,
  isSame: (documented: string, other: string) => boolean,
): Learned<Own>[] {
  const sure = learned.filter(({ isSure }) => isSure);
  return learned.map((one) => {
    const other = sure.find(
      ({ documented, own }) =>
        documented !== one.documented && nameOf(own) === nameOf(one.own) && !isSame(documented, one.documented),
    );
    if (!one.isSure || other === undefined) return one;
    return { ...one, isSure: false, evidence: [...one.evidence, `not sure, because it may be ${other.documented}`] };
  });
}
