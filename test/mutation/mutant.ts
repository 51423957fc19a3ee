/** What a mutant is: one change of one signal on a tape of true evidence. Operators make them; none is written by hand. */
import type { Tape } from '../proofs/tape.ts';

export const ASPECTS = ['exists', 'count', 'value', 'time', 'labels', 'relation', 'content'] as const;
/** What of the signal is no longer true. */
export type Aspect = (typeof ASPECTS)[number];

export const MUTATED_SYSTEMS = ['metrics', 'traces', 'logs'] as const;
export type MutatedSystem = (typeof MUTATED_SYSTEMS)[number];

export interface Mutant {
  /** Unique: system, signal, operator and scope. */
  readonly id: string;
  readonly system: MutatedSystem;
  /** For example `double` or `parent-lost`. */
  readonly operator: string;
  /** For example `aragora_requests_total`, `db.query table` or `level`. */
  readonly signal: string;
  /** The part of the signal that ids of findings name, for example `requests_total` or `db.query`. */
  readonly family: string;
  readonly aspect: Aspect;
  /** Which part of the signal: all of it, a window of time, the values of one label. */
  readonly scope: string;
  readonly apply: (tape: Tape) => Tape;
}

export type MutantParts = Omit<Mutant, 'id'>;

export function mutantOf(parts: MutantParts): Mutant {
  return { ...parts, id: idOf(parts) };
}

export function idOf({ system, signal, operator, scope }: Record<'system' | 'signal' | 'operator' | 'scope', string>) {
  return [system, signal, operator, scope].join(' | ');
}

/** Part of the load's time, as shares of it. Evidence from before and after the load counts to the first and the last part. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export const WINDOWS: readonly Window[] = [
  { name: 'first half', from: 0, to: 0.5 },
  { name: 'last third', from: 2 / 3, to: 1 },
];

export const ALL = 'all';

export function isIn(window: Window, atMs: number, { startedAtMs, endedAtMs }: Tape['measured']['load']): boolean {
  const share = (atMs - startedAtMs) / Math.max(1, endedAtMs - startedAtMs);
  return (share >= window.from || window.from === 0) && (share < window.to || window.to === 1);
}

/** Fewer are no part of the load, but the harness's own requests. */
const FEW = 10;

/** The values that are there often, once each. */
export function frequent(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].flatMap(([value, count]) => (count < FEW ? [] : [value])).sort();
}
