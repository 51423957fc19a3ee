/**
 * The rates that a search can try: from the lowest that does not make a step too long, up to what was asked for or what the generator can
 * offer.
 */
import { SloError } from '../core/error.ts';
import type { Objective } from '../core/plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { makePlan } from '../run/plan.ts';
import type { SearchBounds } from './model/facts.ts';
import { LONGER } from './model/search.ts';
import { type LoadShape, lowestPerSec, MOST_VUS, measuredSec, ownPerSec, profileAt } from './model/shape.ts';

/** The longest step; the rate that needs it is the lowest. */
const LONGEST_SEC = 300;

export interface AskedBounds {
  /** HTTP arrivals a second. */
  readonly maxRate: number;
  readonly maxMinutes: number;
  /** Share (0–1), see `SearchBounds`. */
  readonly resolution: number;
  /** How many generators share each load; absent: one. */
  readonly runners?: number | undefined;
}

/**
 * `shortOfUsers`: the highest rate is limited by the generator's virtual users, and is less than was asked for.
 * @throws SloError `usage` where no step, even a longer one, could have the samples that its objectives need.
 */
export function boundsOf(
  shape: LoadShape,
  objectives: readonly Objective[],
  { maxRate, maxMinutes, resolution, runners = 1 }: AskedBounds,
): { readonly bounds: SearchBounds; readonly shortOfUsers: boolean } {
  const own = ownPerSec(shape);
  // The number of users grows with the rate, except for a few of each journey that are always there. At a rate far away it matters little that
  // they are a whole number for each engine.
  const far = own * 1000;
  const [always, atFar] = [usersAt(shape, own * 1e-6, runners), usersAt(shape, far, runners)];
  const highest = Math.floor((far * (MOST_VUS * runners - always)) / (atFar - always));
  const maxPerSec = Math.min(maxRate, highest);
  refuseTooLow(shape, objectives, maxPerSec);
  const minPerSec = lowestPerSec(shape, objectives, LONGEST_SEC, maxPerSec);
  const startPerSec = Math.min(maxPerSec, Math.max(minPerSec, own));
  return {
    bounds: { startPerSec, minPerSec, maxPerSec, resolution, maxSec: maxMinutes * 60 },
    shortOfUsers: highest < maxRate,
  };
}

/** Seconds for which a step at `ratePerSec` is measured, unless it is made longer. */
export function usualSec(shape: LoadShape, objectives: readonly Objective[], ratePerSec: number): number {
  return Math.min(LONGEST_SEC, measuredSec(shape, objectives, ratePerSec));
}

function refuseTooLow(shape: LoadShape, objectives: readonly Objective[], maxPerSec: number): void {
  const neededSec = measuredSec(shape, objectives, maxPerSec);
  const longestSec = LONGEST_SEC * LONGER;
  // Half of `measuredSec` is reserve.
  if (neededSec / 2 <= longestSec) return;
  throw new SloError(
    'usage',
    `at ${maxPerSec} arrivals a second no step of ${longestSec} s could decide every objective`,
    { hint: `a step would take ${neededSec} s: name a higher --max-rate, or fewer objectives with --slo` },
  );
}

/** Virtual users, and sockets. */
function usersAt(shape: LoadShape, ratePerSec: number, runners: number): number {
  const target = { httpUrl: '', wsUrl: '', embedded: false };
  const profile = profileAt(shape, ratePerSec, 1, []);
  const nothing = { runId: '', contract: 'documented', objectives: [], seed: 0, target, command: '' } as const;
  const plan = makePlan({ ...nothing, profile, runners });
  return plannedJourneys(plan).reduce(
    (sum, journey) => sum + (journey.kind === 'sockets' ? journey.sockets : journey.vus),
    0,
  );
}
