/**
 * Owns which arrival rate a search for capacity tries next, and what its steps amount to: a function of the steps so far.
 * Refuses to know how a step is run and why it holds. Pure: no clock, no disk, no randomness.
 */
import type { CapacityAnswer, SearchBounds, StepResult, Stopped, Tried } from './facts.ts';

export type NextStep =
  /** `longer`: the factor on the usual length, for a rate at which a step was undecided. */
  | { readonly kind: 'try'; readonly ratePerSec: number; readonly longer: number }
  | { readonly kind: 'done'; readonly answer: CapacityAnswer };

/** Growth, and shrinking, until a rate that holds has one above it that does not. */
const GROWTH = 2;
/** How often each end of the answer must have been seen the same way: near the limit one step errs once in twenty. */
const SEEN = 2;
export const LONGER = 2;

/**
 * Grows the rate twofold until it does not hold (or shrinks it until it does), halves the interval on a logarithmic scale down to the
 * resolution, then offers both ends again until each was seen twice the same way. An end that turns over sends the search on from there.
 *
 * @param stepSec how long a step at a rate takes in all, seconds
 */
export function nextStep(
  tried: readonly Tried[],
  bounds: SearchBounds,
  stepSec: (ratePerSec: number) => number,
): NextStep {
  const ratePerSec = rateToTry(endsOf(tried), bounds);
  if (ratePerSec === null) return { kind: 'done', answer: answerOf(tried) };
  const before = tried.filter((step) => step.ratePerSec === ratePerSec);
  const longer = before.some(({ result }) => result === 'undecided') ? LONGER : 1;
  const spentSec = tried.reduce((sum, { tookSec }) => sum + tookSec, 0);
  if (spentSec + longer * stepSec(ratePerSec) > bounds.maxSec) {
    return { kind: 'done', answer: answerOf(tried, 'time') };
  }
  return { kind: 'try', ratePerSec, longer };
}

/** What the steps so far amount to. `stopped`: why there are no more of them, when the search was not done. */
export function answerOf(tried: readonly Tried[], stopped?: Stopped): CapacityAnswer {
  const { holds, not } = endsOf(tried);
  const breaksPerSec = endsOf(tried.filter(({ result }) => result === 'holds' || result === 'breaks')).not?.ratePerSec;
  if (holds === null) {
    if (stopped !== undefined || not === null) return { kind: 'untold', why: stopped ?? 'undecided' };
    if (not.cause === 'breaks') return { kind: 'below', breaksPerSec: not.ratePerSec };
    return { kind: 'untold', why: not.cause === 'unfit' ? 'generator' : 'undecided' };
  }
  const holdsPerSec = holds.ratePerSec;
  if (stopped === undefined && not?.cause === 'breaks')
    return { kind: 'found', holdsPerSec, breaksPerSec: not.ratePerSec };
  const bound = not === null ? 'max-rate' : not.cause === 'unfit' ? 'generator' : 'undecided';
  return { kind: 'at-least', holdsPerSec, breaksPerSec: breaksPerSec ?? null, why: stopped ?? bound };
}

/** All steps at one rate, taken together. */
interface Standing {
  readonly ratePerSec: number;
  /** `open`: as much speaks for it as against it. */
  readonly state: 'holds' | 'not' | 'open';
  /** Steps on the winning side. */
  readonly seen: number;
  /** What speaks against it most plainly. */
  readonly cause: Exclude<StepResult, 'holds'>;
}

interface Ends {
  /** The highest rate that holds below the lowest that does not; null without one. */
  readonly holds: Standing | null;
  readonly not: Standing | null;
  /** A rate between them about which nothing is known yet, though it was tried. */
  readonly open: Standing | null;
}

function endsOf(tried: readonly Tried[]): Ends {
  const rates = [...new Set(tried.map(({ ratePerSec }) => ratePerSec))].sort((a, b) => a - b);
  const standings = rates.map((ratePerSec) => standingOf(ratePerSec, tried));
  const not = standings.find(({ state }) => state === 'not') ?? null;
  const below = standings.filter(({ ratePerSec }) => not === null || ratePerSec < not.ratePerSec);
  const holds = below.findLast(({ state }) => state === 'holds') ?? null;
  const open = below.find(({ state, ratePerSec }) => state === 'open' && ratePerSec > (holds?.ratePerSec ?? 0)) ?? null;
  return { holds, not, open };
}

/** What is undecided, or the generator's fault, speaks against a rate only when it comes again. */
function standingOf(ratePerSec: number, tried: readonly Tried[]): Standing {
  const results = tried.filter((step) => step.ratePerSec === ratePerSec).map(({ result }) => result);
  const count = (wanted: StepResult): number => results.filter((result) => result === wanted).length;
  const [holds, breaks] = [count('holds'), count('breaks')];
  const against = breaks + Math.max(0, count('undecided') + count('unfit') - 1);
  const state = holds > against ? 'holds' : against > holds ? 'not' : 'open';
  const vague = count('unfit') > 0 ? 'unfit' : 'undecided';
  return { ratePerSec, state, seen: Math.max(holds, against), cause: breaks > 0 ? 'breaks' : vague };
}

/** null: nothing is left to try. */
function rateToTry({ holds, not, open }: Ends, bounds: SearchBounds): number | null {
  const { startPerSec, minPerSec, maxPerSec, resolution } = bounds;
  if (open !== null) return open.ratePerSec;
  if (holds === null && not === null) return startPerSec;
  if (not === null) {
    const highest = holds?.ratePerSec ?? startPerSec;
    return highest >= maxPerSec ? again(holds) : Math.min(maxPerSec, tidy(highest * GROWTH));
  }
  if (holds === null) {
    return not.ratePerSec <= minPerSec ? again(not) : Math.max(minPerSec, tidy(not.ratePerSec / GROWTH));
  }
  const between = tidy(Math.sqrt(holds.ratePerSec * not.ratePerSec));
  const isFine = not.ratePerSec / holds.ratePerSec <= 1 + resolution;
  if (!isFine && between > holds.ratePerSec && between < not.ratePerSec) return between;
  return again(holds) ?? again(not);
}

/** null once it was seen often enough. */
function again(end: Standing | null): number | null {
  return end === null || end.seen >= SEEN ? null : end.ratePerSec;
}

/** Three significant digits: finer than any resolution, and what a person reads. */
function tidy(ratePerSec: number): number {
  return Number(ratePerSec.toPrecision(3));
}
