/** The mutation score: killed / (all − equivalent), of all mutants or of those that are alike. Pure. */
import type { Played } from './play.ts';

export interface Tally {
  /** Without those that leave the tape as it is, or as another does. */
  readonly all: number;
  readonly equivalent: number;
  readonly killed: number;
  /** Noticed, but not where the lie is; or not decided. */
  readonly elsewhere: number;
  readonly undecided: number;
  readonly survived: number;
  /** null without a mutant that somebody should notice. */
  readonly score: number | null;
}

export function tallyOf(played: readonly Played[]): Tally {
  const counted = played.filter(({ fate }) => fate !== 'unchanged' && fate !== 'repeated');
  const judged = counted.filter(({ equivalent }) => equivalent === null);
  const count = (fate: Played['fate']) => judged.filter((one) => one.fate === fate).length;
  const killed = count('killed');
  return {
    all: counted.length,
    equivalent: counted.length - judged.length,
    killed,
    elsewhere: count('elsewhere'),
    undecided: count('undecided'),
    survived: count('survived'),
    score: judged.length === 0 ? null : killed / judged.length,
  };
}

/** In the order in which they came. */
export function tallies(played: readonly Played[], by: (one: Played) => string): readonly (readonly [string, Tally])[] {
  const groups = new Map<string, Played[]>();
  for (const one of played) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups].map(([name, some]) => [name, tallyOf(some)] as const).filter(([, { all }]) => all > 0);
}

export interface SurvivorKind {
  readonly system: string;
  readonly signal: string;
  readonly aspect: string;
  /** Each with the scopes in which it was not noticed. */
  readonly operators: Readonly<Record<string, readonly string[]>>;
  readonly count: number;
}

/** What nobody noticed although somebody should: the kinds with most of them first. */
export function survivorKinds(played: readonly Played[]): SurvivorKind[] {
  const open = played.filter(({ fate, equivalent }) => equivalent === null && isOpen(fate));
  const kinds = new Map<string, Played[]>();
  for (const one of open) {
    const key = `${one.system} ${one.signal} ${one.aspect}`;
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  return [...kinds.values()].map(kindOf).sort((a, b) => b.count - a.count);
}

export function isOpen(fate: Played['fate']): boolean {
  return fate === 'survived' || fate === 'undecided' || fate === 'elsewhere';
}

function kindOf(some: readonly Played[]): SurvivorKind {
  const operators: Record<string, string[]> = {};
  for (const { operator, scope, fate, by } of some) {
    const noted = fate === 'survived' ? scope : `${scope} (${fate}: ${by.slice(0, 2).join(', ')})`;
    operators[operator] = [...(operators[operator] ?? []), noted];
  }
  const [first] = some;
  return {
    system: first?.system ?? '',
    signal: first?.signal ?? '',
    aspect: first?.aspect ?? '',
    operators,
    count: some.length,
  };
}
