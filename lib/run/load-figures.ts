/**
 * Owns the figures of a load that follow from what was recorded, whether the load was watched to its end or its journal found later.
 * Refuses to know what they mean.
 */
import { START_LATENESS } from '../core/endpoint.ts';
import { type Journey, journeyArrivals, journeyDurationSec, type Plan } from '../core/plan.ts';
import type { JourneyLoad, LoadReason, LoadResult, Recording } from '../core/recording.ts';
import type { Recorder } from '../record/index.ts';

export function loadFigures(
  plan: Plan,
  reason: LoadReason,
  recorder: Recorder,
): Pick<LoadResult, 'journeys' | 'startLatenessUs' | 'generatorPeakRssBytes'> {
  const { iterations, dropped, peakRssBytes } = recorder.snapshot();
  const recording = recorder.finish();
  const untilSec = offeredSec(reason, recording);
  return {
    journeys: plan.journeys.map((journey) => journeyLoad(journey, iterations, dropped, untilSec)),
    startLatenessUs: startLateness(recording),
    generatorPeakRssBytes: peakRssBytes,
  };
}

/** Seconds of the plan that were offered: all of them, or those up to the end of a load that did not finish. */
function offeredSec(reason: LoadReason, recording: Recording): number {
  if (reason.kind === 'finished') return Number.POSITIVE_INFINITY;
  const seconds = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
  return seconds.length === 0 ? 0 : Math.max(...seconds) - Math.min(...seconds) + 1;
}

type ByScenario = Readonly<Record<string, number>>;

function journeyLoad(journey: Journey, iterations: ByScenario, dropped: ByScenario, untilSec: number): JourneyLoad {
  const sum = (counts: ByScenario): number =>
    Object.entries(counts).reduce(
      (total, [scenario, count]) => total + (scenario.startsWith(`${journey.name}_`) ? count : 0),
      0,
    );
  const [delivered, droppedArrivals] = [sum(iterations), sum(dropped)];
  // k6 may squeeze one more arrival into a step than rate × duration.
  const offered = Math.max(offeredBy(journey, untilSec), delivered + droppedArrivals);
  return { journey: journey.name, offered, delivered, dropped: droppedArrivals };
}

/** Arrivals that come due in the first `untilSec` seconds of a journey, ≥ 0; sockets come at once. */
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

function startLateness(recording: Recording): LoadResult['startLatenessUs'] {
  const total = recording.endpoints.get(START_LATENESS)?.total;
  const [p50, p99, max] = [total?.percentileUs(50) ?? null, total?.percentileUs(99) ?? null, total?.maxUs ?? null];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}
