/** What every check of the judge may read: the facts of a run or of one phase of it, and what follows from them. */
import type { Endpoint } from '../core/endpoint.ts';
import { type Journey, journeyArrivals, type Plan } from '../core/plan.ts';
import type { Recording } from '../core/recording.ts';
import { confidenceOf, type JudgeInput } from '../core/run.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { CONFIDENCE } from '../stats/share.ts';
import { type GeneratorFitness, generatorFitness } from './generator.ts';

export interface Context extends JudgeInput {
  readonly generator: GeneratorFitness;
  /** One-sided confidence of each bound: of the look at which the load was ended, or of the end. */
  readonly confidence: number;
  /** The run has several phases, also in the context of one of them. */
  readonly isPhased: boolean;
  /** Arrivals that were due and left neither a sample nor a drop, by endpoint. Only a finished run can have them. */
  unanswered(endpoint: Endpoint): number;
}

export function contextOf(input: JudgeInput): Context {
  return {
    ...input,
    generator: generatorFitness(input.load.generators),
    // For a look that the plan does not know, `load.completed` keeps the run from conforming.
    confidence: confidenceOf(input) ?? CONFIDENCE,
    isPhased: input.plan.phases.length > 1,
    unanswered: (endpoint) => unansweredBy(input, endpoint),
  };
}

function unansweredBy({ plan, load, recording }: JudgeInput, endpoint: Endpoint): number {
  if (load.reason.kind !== 'finished') return 0;
  const owed = plannedJourneys(plan).map((journey) => owedBy(journey, endpoint));
  const due = owed.reduce((sum, { samples }) => sum + samples, 0);
  const tolerated = owed.reduce((sum, { tolerance }) => sum + tolerance, 0);
  const seconds = recording.endpoints.get(endpoint)?.seconds ?? [];
  const seen = seconds.reduce((sum, second) => sum + second.count + second.dropped, 0);
  const missing = due - seen - excused(plan, recording, endpoint);
  return missing > tolerated ? missing : 0;
}

/** Samples that could not come, as another sample of the same arrival says. What went wrong has its own findings. */
function excused(plan: Plan, recording: Recording, endpoint: Endpoint): number {
  return plannedJourneys(plan)
    .flatMap((journey) => journey.endpoints.find(({ name }) => name === endpoint)?.owed ?? [])
    .reduce((sum, owed) => {
      if (owed.by !== 'arrival' || owed.unless === undefined) return sum;
      const { endpoint: other, outcome } = owed.unless;
      const seconds = recording.endpoints.get(other)?.seconds ?? [];
      return sum + seconds.reduce((all, { failed }) => all + (failed[outcome] ?? 0), 0);
    }, 0);
}

const NOTHING = { samples: 0, tolerance: 0 } as const;

/** A step's length is in whole seconds, but its rate need not be a whole number: the last arrival may fall on either side of the end. */
export function owedBy(journey: Journey, endpoint: Endpoint): { samples: number; tolerance: number } {
  const owed = journey.endpoints.find(({ name }) => name === endpoint)?.owed.by ?? 'nobody';
  if (owed === 'nobody') return NOTHING;
  if (journey.kind === 'sockets') return { samples: journey.sockets * journey.durationSec, tolerance: journey.sockets };
  return { samples: journeyArrivals(journey), tolerance: journey.steps.length };
}
