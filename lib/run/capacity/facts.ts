/** Owns the facts of a search for capacity, whole or so far. Refuses to know how a step is run, and where they are written. */
import { headlineOf } from '../../capacity/headline.ts';
import { kneesOf } from '../../capacity/knee.ts';
import { type LoadShape, ownPerSec } from '../../capacity/shape.ts';
import type { CapacityAnswer, CapacityFacts, CapacityStep, SearchBounds } from '../../core/capacity.ts';
import type { Objective, Plan } from '../../core/plan.ts';
import { SCHEMA_VERSION } from '../../core/schema-version.ts';

/** What is searched, and where. */
export interface Searched {
  readonly shape: LoadShape;
  readonly objectives: readonly Objective[];
  readonly bounds: SearchBounds;
  /** Why the generator offers less than was asked for; null where it does not. */
  readonly generatorLimit: string | null;
  readonly target: Plan['target'];
  readonly seed: number;
  readonly startedAtMs: number;
}

export function capacityFacts(
  searched: Searched,
  steps: readonly CapacityStep[],
  searchAnswer: CapacityAnswer,
): CapacityFacts {
  const { shape, objectives, bounds, generatorLimit, target, seed, startedAtMs } = searched;
  const own = ownPerSec(shape);
  const answer = generatorLimit === null ? searchAnswer : ofGenerator(searchAnswer);
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
    headline: headlineOf(answer, steps, generatorLimit),
    knees: kneesOf(steps),
    steps,
    limits: objectives.flatMap((objective) =>
      objective.kind === 'latency'
        ? [{ endpoint: objective.endpoint, percentile: objective.percentile, limitMs: objective.limitMs }]
        : [],
    ),
  };
}

/** The highest rate was not the one asked for, but the highest that the generator offers. */
function ofGenerator(answer: CapacityAnswer): CapacityAnswer {
  return answer.kind === 'at-least' && answer.why === 'max-rate' ? { ...answer, why: 'generator' } : answer;
}
