/**
 * The timeline of a run: phases that follow one another, each with its load, its faults, and the objectives that apply in it. When a phase
 * starts and how long it lasts follows from the journeys before and in it, and is stored nowhere.
 */
import { isNamedBy, type Journey, journeyDurationSec, type Objective, type Phase, type Timeline } from './plan.ts';

/** The name of the only phase of a run that has no others. */
export const ONLY_PHASE = 'load';

/** The timeline of a run without other phases: every objective applies all the time. */
export function onePhase(journeys: readonly Journey[]): readonly [Phase] {
  return [{ name: ONLY_PHASE, journeys, faults: [], expects: 'all' }];
}

/** A phase with its place in the run: seconds since the load began; `endSec` is excluded. */
export interface TimedPhase extends Phase {
  readonly startSec: number;
  readonly endSec: number;
}

export function timedPhases({ phases }: Timeline): TimedPhase[] {
  let startSec = 0;
  return phases.map((phase) => {
    const endSec = startSec + Math.max(0, ...phase.journeys.map(journeyDurationSec));
    const timed = { ...phase, startSec, endSec };
    startSec = endSec;
    return timed;
  });
}

/** Seconds that the whole load is planned to last. */
export function plannedSec(timeline: Timeline): number {
  return timedPhases(timeline).at(-1)?.endSec ?? 0;
}

/** The journeys of all phases, in their order. A journey that several phases have is there several times. */
export function plannedJourneys({ phases }: Timeline): Journey[] {
  return phases.flatMap(({ journeys }) => journeys);
}

/** The objectives that apply in a phase. */
export function expectedIn({ expects }: Phase, objectives: readonly Objective[]): Objective[] {
  return objectives.filter(({ id }) => isNamedBy(expects, id));
}

/** Whether something is broken on purpose in any phase. */
export function hasFaults({ phases }: Timeline): boolean {
  return phases.some(({ faults }) => faults.length > 0);
}

/** The phase, for a person: ` in fault`; '' in a run that has no other phase, and for what is about the whole run. */
export function inPhase({ phases }: Timeline, phase: string | undefined): string {
  return phases.length > 1 && phase !== undefined ? ` in ${phase}` : '';
}
