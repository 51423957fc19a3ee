/** Short forms in which a check declares what it bounds. */
import { type Aspect, type Bound, SIDES, type Side, type Witness } from '../core/coverage.ts';

/** Of the signal that the check is about. */
export type OwnBound = Omit<Bound, 'signal'>;

const bound =
  (sides: readonly Side[]) =>
  (witness: Witness, ...aspects: readonly Aspect[]): OwnBound[] =>
    aspects.map((aspect) => ({ aspect, sides, witness }));

export const both = bound(SIDES);
export const below = bound(['below']);
export const above = bound(['above']);

/** What `bounds` say, of each of these signals. */
export function boundsOf(
  signals: Bound['signal'] | readonly string[],
  ...bounds: readonly (readonly OwnBound[])[]
): Bound[] {
  if (isList(signals)) return namedBounds(signals, ...bounds);
  return bounds.flat().map((own) => ({ signal: signals, ...own }));
}

export function namedBounds(
  signals: readonly string[],
  ...bounds: readonly (readonly OwnBound[])[]
): (OwnBound & { readonly signal: string })[] {
  return signals.flatMap((signal) => bounds.flat().map((own) => ({ signal, ...own })));
}

function isList(signals: Bound['signal'] | readonly string[]): signals is readonly string[] {
  return Array.isArray(signals);
}
