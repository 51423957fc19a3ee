/** Which arrival rate a capacity search tries next, and its answer, as functions of the steps so far. Pure: no clock, no disk, no randomness. */
import type { CapacityAnswer, SearchBounds, StepResult, Stopped, Tried } from './facts.ts';

export type NextStep =
  /** `longer`: the factor on the usual length, for a rate at which a step was undecided. */
  | { readonly kind: 'try'; readonly ratePerSec: number; readonly longer: number }
  | { readonly kind: 'done'; readonly answer: CapacityAnswer };

/** The factor by which the rate grows, or shrinks, until a rate that holds has one above it that does not. */
const GROWTH = 2;
/** Each end of the answer must be seen this often with the same result. Near the limit, one step in twenty is wrong. */
const SEEN = 2;
export const LONGER = 2;

/**
 * Doubles the rate until it does not hold (or halves it until it does). Then halves the interval on a logarithmic scale down to the
 * resolution. Then offers both ends again, until each was seen twice with the same result. An end with a different result makes the search
 * go on from there.
 *
 * @param stepSec how long a whole step at a rate takes, in seconds
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

/** The answer that the steps so far give. `stopped`: why there are no more steps, when the search was not done. */
export function answerOf(tried: readonly Tried[], stopped?: Stopped): CapacityAnswer {
  const { holds, not } = endsOf(tried);
  const breaksPerSec = endsOf(tried.filter(({ result }) => result === 'holds' || result === 'breaks')).not?.ratePerSec;
  if (holds === null) {
    if (stopped !== undefined || not === null) return { kind: 'not-known', why: stopped ?? 'undecided' };
    if (not.cause === 'breaks') return { kind: 'below', breaksPerSec: not.ratePerSec };
    return { kind: 'not-known', why: not.cause === 'unfit' ? 'generator' : 'undecided' };
  }
  const holdsPerSec = holds.ratePerSec;
  if (stopped === undefined && not?.cause === 'breaks')
    return { kind: 'found', holdsPerSec, breaksPerSec: not.ratePerSec };
  const bound = not === null ? 'max-rate' : not.cause === 'unfit' ? 'generator' : 'undecided';
  return { kind: 'at-least', holdsPerSec, breaksPerSec: breaksPerSec ?? null, why: stopped ?? bound };
}

/** All steps at one rate together. */
interface Standing {
  readonly ratePerSec: number;
  /** `open`: as many results for it as against it. */
  readonly state: 'holds' | 'not' | 'open';
  /** Steps on the winning side. */
  readonly seen: number;
  /** The result that counts most clearly against it. */
  readonly cause: Exclude<StepResult, 'holds'>;
}

interface Ends {
  /** The highest rate that holds below the lowest that does not; null without one. */
  readonly holds: Standing | null;
  readonly not: Standing | null;
  /** A rate between them that was tried, but is not decided. */
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

/** Results that are undecided, or the generator's fault, count against a rate only when they happen again. */
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

/** Three significant digits: finer than any resolution, and easy to read. */
function tidy(ratePerSec: number): number {
  return Number(ratePerSec.toPrecision(3));
}
