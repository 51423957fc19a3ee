/** Operators on numbers, for whatever has a row of them: a series over its scrapes, an attribute over its spans, a field over its lines. */
import type { Uniform } from '../../lib/target/random.ts';

export interface Row {
  readonly values: readonly number[];
  /** A row of the same length, of another label or of the neighbour; the row itself where there is none. */
  readonly neighbour: readonly number[];
  readonly random: Uniform;
}

type Change = (row: Row) => readonly number[];

const NOISE = 0.2;

function each(change: (value: number) => number): Change {
  return ({ values }) => values.map((value) => keptWhole(value, change(value)));
}

/** A count stays a whole number, so that the lie is not seen from its form alone. */
function keptWhole(before: number, after: number): number {
  return Number.isInteger(before) && Number.isFinite(after) ? Math.trunc(after) : after;
}

export const NUMBER_OPERATORS: Readonly<Record<string, Change>> = {
  zero: each(() => 0),
  sign: each((value) => -value),
  double: each((value) => value * 2),
  half: each((value) => value / 2),
  thousandfold: each((value) => value * 1000),
  thousandth: each((value) => value / 1000),
  constant: ({ values }) => values.map(() => values[0] ?? 0),
  nan: ({ values }) => values.map(() => Number.NaN),
  lag: ({ values }) => values.map((value, index) => values[index - 1] ?? value),
  noise: ({ values, random }) =>
    values.map((value) => keptWhole(value, Math.round(1e6 * value * (1 + NOISE * (2 * random() - 1))) / 1e6)),
  swap: ({ neighbour }) => neighbour,
  /** Nothing until the end, and there all of it. */
  'held-back': ({ values }) => values.map((value, index) => (index < values.length - 1 ? (values[0] ?? value) : value)),
};

/** The same, done to how much each value is above the one before; all of it, or the increments that `isIn` picks. */
export function onIncrements(change: Change, isIn: (index: number) => boolean): Change {
  return ({ values, neighbour, random }) => {
    const picked = values.map((_, index) => index).filter((index) => index > 0 && isIn(index));
    const of = (row: readonly number[]) => picked.map((index) => (row[index] ?? 0) - (row[index - 1] ?? 0));
    const own = of(values);
    // What was held back comes at once, so it is all that is missing.
    const changed = new Map(
      change({ values: own, neighbour: of(neighbour), random }).map((by, at) => [picked[at], by]),
    );
    let at = values[0] ?? 0;
    return values.map((value, index) => {
      if (index > 0) at += changed.get(index) ?? value - (values[index - 1] ?? value);
      return Math.round(at * 1e9) / 1e9;
    });
  };
}

/** Increments that are held back come together, in the last place. */
export const heldBackIncrements: Change = ({ values }) =>
  values.map((_, index) => (index < values.length - 1 ? 0 : values.reduce((sum, value) => sum + value, 0)));
