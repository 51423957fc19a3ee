/** The figures of a load that follow from the recording, whether the load was watched to its end or only its journal was found later. */
import { leastOf, mostOf } from '../core/extent.ts';
import type { LoadGenerator } from '../core/generators.ts';
import { type Journey, journeyArrivals, journeyDurationSec, type Plan } from '../core/plan.ts';
import type { JourneyLoad, LoadReason, LoadResult, Recording } from '../core/recording.ts';
import { timedPhases } from '../core/timeline.ts';
import type { Recorder } from '../record/index.ts';
import { type PlannedScenario, plannedScenarios } from './engine-plan.ts';

export interface RecordedLoad {
  readonly plan: Plan;
  readonly reason: LoadReason;
  /** Has everything that the generators recorded. */
  readonly recorder: Recorder;
  readonly generators: readonly LoadGenerator[];
}

export function loadFigures({
  plan,
  reason,
  recorder,
  generators,
}: RecordedLoad): Pick<LoadResult, 'journeys' | 'generators'> {
  const { iterations } = recorder.snapshot();
  const recording = recorder.finish();
  const counts = {
    iterations,
    drops: recorder.drops(),
    beginSecond: leastOf(secondsIn(recording)),
    untilSec: offeredSec(reason, recording),
  };
  return { journeys: journeyLoads(plan, counts), generators };
}

function secondsIn({ endpoints }: Recording): number[] {
  return [...endpoints.values()].flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
}

/** Seconds of the plan that were offered: all of them, or those up to the end of a load that did not finish. */
function offeredSec(reason: LoadReason, recording: Recording): number {
  if (reason.kind === 'finished') return Number.POSITIVE_INFINITY;
  const seconds = secondsIn(recording);
  return seconds.length === 0 ? 0 : mostOf(seconds) - leastOf(seconds) + 1;
}

export interface ArrivalCounts {
  /** Completed, by scenario. */
  readonly iterations: Readonly<Record<string, number>>;
  /** Dropped arrivals, by scenario and Unix second. */
  readonly drops: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** The first Unix second of the load. */
  readonly beginSecond: number;
  /** How many seconds of the plan were offered. */
  readonly untilSec: number;
}

/** One entry for each journey of each phase. */
export function journeyLoads(plan: Plan, counts: ArrivalCounts): JourneyLoad[] {
  const { untilSec } = counts;
  const all = plannedScenarios(plan).flatMap((one) => partLoads(one, counts));
  return timedPhases(plan).flatMap(({ name: phase, journeys, startSec }) =>
    journeys.map((journey): JourneyLoad => {
      const its = all.filter((one) => one.phase === phase && one.journey === journey.name);
      const delivered = its.reduce((sum, one) => sum + one.delivered, 0);
      const dropped = its.reduce((sum, one) => sum + one.dropped, 0);
      // k6 may fit one more arrival into a step than rate × duration.
      const due = startSec > 0 && untilSec <= startSec ? 0 : offeredBy(journey, untilSec - startSec);
      return { phase, journey: journey.name, offered: Math.max(due, delivered + dropped), delivered, dropped };
    }),
  );
}

/**
 * What each phase had of a scenario. It is known in which second an arrival was dropped; those of a second in which phases meet are counted in the
 * later one. Arrivals start in their order, and none is under way for longer than some seconds: so those without an end are the last ones.
 */
function partLoads(
  { name, parts, scenario }: PlannedScenario,
  { iterations, drops, beginSecond }: ArrivalCounts,
): Omit<JourneyLoad, 'offered'>[] {
  const droppedIn = parts.map(() => 0);
  for (const [second, count] of drops.get(name) ?? []) {
    const at = parts.findLastIndex(({ startSec }) => Math.floor(startSec) <= second - beginSecond);
    droppedIn[Math.max(0, at)] = (droppedIn[Math.max(0, at)] ?? 0) + count;
  }
  let left = iterations[name] ?? 0;
  return parts.map(({ phase, durationSec }, at) => {
    const dropped = droppedIn[at] ?? 0;
    const room = Math.max(0, Math.round(scenario.ratePerSec * durationSec) - dropped);
    const delivered = at === parts.length - 1 ? left : Math.min(left, room);
    left -= delivered;
    return { phase, journey: scenario.journey, delivered, dropped };
  });
}

/** Arrivals that are due in the first `untilSec` seconds of a journey, ≥ 0; sockets all arrive at once. */
export function offeredBy(journey: Journey, untilSec: number): number {
  if (journey.kind === 'sockets' || untilSec >= journeyDurationSec(journey)) return journeyArrivals(journey);
  let leftSec = untilSec;
  let offered = 0;
  for (const { ratePerSec, durationSec } of journey.steps) {
    offered += ratePerSec * Math.min(durationSec, Math.max(0, leftSec));
    leftSec -= durationSec;
  }
  return Math.round(offered);
}
