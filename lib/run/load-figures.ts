/** The figures of a load that follow from the recording, whether the load was watched to its end or only its journal was found later. */
import type { LoadGenerator } from '../core/generators.ts';
import { type Journey, journeyArrivals, journeyDurationSec, type Plan } from '../core/plan.ts';
import type { JourneyLoad, LoadReason, LoadResult, Recording } from '../core/recording.ts';
import { timedPhases } from '../core/timeline.ts';
import type { Recorder } from '../record/index.ts';
import { plannedScenarios } from './engine-plan.ts';

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
  const { iterations, dropped } = recorder.snapshot();
  const counts = { iterations, dropped, untilSec: offeredSec(reason, recorder.finish()) };
  return { journeys: journeyLoads(plan, counts), generators };
}

/** Seconds of the plan that were offered: all of them, or those up to the end of a load that did not finish. */
function offeredSec(reason: LoadReason, recording: Recording): number {
  if (reason.kind === 'finished') return Number.POSITIVE_INFINITY;
  const seconds = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
  return seconds.length === 0 ? 0 : Math.max(...seconds) - Math.min(...seconds) + 1;
}

type ByScenario = Readonly<Record<string, number>>;

export interface ArrivalCounts {
  readonly iterations: ByScenario;
  readonly dropped: ByScenario;
  /** How many seconds of the plan were offered. */
  readonly untilSec: number;
}

/** One entry for each journey of each phase. */
export function journeyLoads(plan: Plan, { iterations, dropped, untilSec }: ArrivalCounts): JourneyLoad[] {
  const scenarios = plannedScenarios(plan);
  return timedPhases(plan).flatMap(({ name: phase, journeys, startSec }) =>
    journeys.map((journey): JourneyLoad => {
      const names = scenarios.filter((one) => one.phase === phase && one.scenario.journey === journey.name);
      const sum = (counts: ByScenario): number => names.reduce((total, { name }) => total + (counts[name] ?? 0), 0);
      const [delivered, droppedArrivals] = [sum(iterations), sum(dropped)];
      // k6 may fit one more arrival into a step than rate × duration.
      const due = startSec > 0 && untilSec <= startSec ? 0 : offeredBy(journey, untilSec - startSec);
      const offered = Math.max(due, delivered + droppedArrivals);
      return { phase, journey: journey.name, offered, delivered, dropped: droppedArrivals };
    }),
  );
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
