/** What can be wrong with a rule or a panel, and the verdict that follows. */

/**
 * `never`: it can never return data. `wrong`: it can, and does not do what it says. `unsure`: nobody can say it yet, for example because a
 * label value was not seen so far. `note`: worth knowing, and no fault.
 */
export type Effect = 'never' | 'wrong' | 'unsure' | 'note';

export interface Problem {
  readonly effect: Effect;
  /** One sentence without its full stop. */
  readonly reason: string;
  /** What exists and is most like what was named: a metric, a label or a value. */
  readonly nearest?: string;
  /** Where it differs from the line of the rule or panel. */
  readonly line?: number;
}

export type Verdict = 'ok' | 'never' | 'wrong' | 'unsure';

export function verdictOf(problems: readonly Problem[]): Verdict {
  const worst = (['never', 'wrong', 'unsure'] as const).find((effect) => has(problems, effect));
  return worst ?? 'ok';
}

export function has(problems: readonly Problem[], effect: Effect): boolean {
  return problems.some((problem) => problem.effect === effect);
}

/** The same, where they do not decide it: what was worse than `effect` is only that. */
export function softened(problems: readonly Problem[], effect: 'wrong' | 'note', because: string): Problem[] {
  return problems.map((problem) =>
    problem.effect === 'never' || effect === 'note'
      ? { ...problem, effect, reason: `${problem.reason} (${because})` }
      : problem,
  );
}

/** Each reason once, in order of appearance. */
export function once(problems: readonly Problem[]): Problem[] {
  return problems.filter(
    ({ reason, effect }, at) =>
      problems.findIndex((other) => other.reason === reason && other.effect === effect) === at,
  );
}
