/**
 * Mutants that nobody could notice, with the reason for each kind: no document promises what they change, or two readings of it are right.
 * Reviewed by hand. A mutant that leaves the tape as it is needs no line here.
 */
import { LOGS } from './equivalents/logs.ts';
import { METRICS } from './equivalents/metrics.ts';
import { TRACES } from './equivalents/traces.ts';

export interface Equivalent {
  /** `*` stands for any text; a part that is absent is any. */
  readonly system: string;
  readonly operators: readonly string[];
  readonly signals: readonly string[];
  readonly scope?: string;
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [...METRICS, ...TRACES, ...LOGS];

interface Described {
  readonly system: string;
  readonly operator: string;
  readonly signal: string;
  readonly scope: string;
}

/** Why nobody could notice the mutant; null when somebody should. */
export function equivalence(
  { system, operator, signal, scope }: Described,
  equivalents: readonly Equivalent[] = EQUIVALENTS,
): string | null {
  const found = equivalents.find(
    (one) =>
      one.system === system &&
      one.operators.some((pattern) => matches(pattern, operator)) &&
      one.signals.some((pattern) => matches(pattern, signal)) &&
      matches(one.scope ?? '*', scope),
  );
  return found?.reason ?? null;
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
