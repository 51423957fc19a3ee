/** Puts together the facts of a capacity search, when it is done or so far. */

import type { Objective, Plan } from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { CapacityAnswer, CapacityFacts, CapacityStep, SearchBounds } from './model/facts.ts';
import { headlineOf } from './model/headline.ts';
import { kneesOf } from './model/knee.ts';
import { type LoadShape, ownPerSec } from './model/shape.ts';

/** What is searched, and at which server. */
export interface Searched {
  readonly shape: LoadShape;
  readonly objectives: readonly Objective[];
  readonly bounds: SearchBounds;
  /** The highest rate is limited by the generator's virtual users, and is less than was asked for. */
  readonly shortOfUsers: boolean;
  readonly target: Plan['target'];
  readonly seed: number;
  readonly startedAtMs: number;
}

export function capacityFacts(
  searched: Searched,
  steps: readonly CapacityStep[],
  searchAnswer: CapacityAnswer,
): CapacityFacts {
  const { shape, objectives, bounds, shortOfUsers, target, seed, startedAtMs } = searched;
  const own = ownPerSec(shape);
  const answer = shortOfUsers ? ofUsers(searchAnswer) : searchAnswer;
  return {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs,
    endedAtMs: Date.now(),
    target,
    shape: shape.name,
    shares: Object.fromEntries([...shape.ratesPerSec].map(([journey, rate]) => [journey, rate / own])),
    seed,
    bounds,
    answer,
    headline: headlineOf(answer, steps),
    knees: kneesOf(steps),
    steps,
    limits: objectives.flatMap((objective) =>
      objective.kind === 'latency'
        ? [{ endpoint: objective.endpoint, percentile: objective.percentile, limitMs: objective.limitMs }]
        : [],
    ),
  };
}

/** The highest rate that was tried is not the one that the user asked for. */
function ofUsers(answer: CapacityAnswer): CapacityAnswer {
  return answer.kind === 'at-least' && answer.why === 'max-rate' ? { ...answer, why: 'virtual-users' } : answer;
}
