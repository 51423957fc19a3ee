/** Numbers that can't be, whatever happened. Pure. A field that is absent or no number decides nothing. */

/** Rounded shares may be a little more than 1. */
const MOST_SHARE = 1.001;

type Fields = Readonly<Record<string, unknown>>;

/** Aragora gives how sure a consensus is as a share. */
const SHARES = ['confidence', 'consensus_confidence'] as const;
/** How many, or which one. */
const COUNTS = ['rounds', 'rounds_used', 'round'] as const;
const SECONDS = ['duration', 'duration_seconds'] as const;

/** Whether one of the numbers that have a meaning for clients is out of its range. */
export function hasImpossibleValue(fields: Fields): boolean {
  return (
    isAny(fields, SHARES, (value) => !(value >= 0 && value <= MOST_SHARE)) ||
    isAny(fields, COUNTS, (value) => !(value >= 0 && Number.isInteger(value))) ||
    isAny(fields, SECONDS, (value) => !(value >= 0))
  );
}

function isAny(fields: Fields, names: readonly string[], isWrong: (value: number) => boolean): boolean {
  return names.some((name) => {
    const value = fields[name];
    return typeof value === 'number' && isWrong(value);
  });
}
