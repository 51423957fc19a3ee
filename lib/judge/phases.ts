/**
 * The run cut into its phases: each is judged by its own seconds, journeys and objectives. A run of one phase is not cut at all.
 */
import type { Endpoint } from '../core/endpoint.ts';
import type { Objective } from '../core/plan.ts';
import type { EndpointRecording, Recording } from '../core/recording.ts';
import { expectedIn, type TimedPhase, timedPhases } from '../core/timeline.ts';
import { type Context, owedBy } from './context.ts';
import { histogramOver } from './histogram-over.ts';

export interface PhaseContext {
  readonly name: string;
  /** The objectives that apply in the phase. */
  readonly objectives: readonly Objective[];
  /** The facts of the phase alone. */
  readonly context: Context;
}

export function phaseContexts(whole: Context): PhaseContext[] {
  const { plan, load, recording } = whole;
  const timed = timedPhases(plan);
  return timed.map((phase, at): PhaseContext => {
    const { name } = phase;
    const objectives = expectedIn(phase, plan.objectives);
    const [only] = timed;
    if (timed.length === 1 && phase === only) return { name, objectives, context: whole };
    const context: Context = {
      ...whole,
      plan: { ...plan, phases: [phase], objectives },
      load: { ...load, journeys: load.journeys.filter((line) => line.phase === name) },
      recording: cutTo(recording, secondsOf(timed, at, firstSecond(recording))),
      unanswered: (endpoint) => unansweredIn(whole, name, endpoint),
    };
    return { name, objectives, context };
  });
}

/** The second (Unix) in which the load began, by the first that was recorded of it. */
function firstSecond({ endpoints }: Recording): number {
  return [...endpoints.values()].reduce((least, { seconds }) => Math.min(least, seconds[0]?.second ?? least), Infinity);
}

interface Seconds {
  /** Unix seconds, `until` excluded. */
  readonly from: number;
  readonly until: number;
}

/**
 * The seconds that are of this phase alone. Phases change within a second, for a load does not begin with one: the second in which one
 * phase ends and the next begins is of neither. What is answered after the end of the plan is of the last phase.
 */
function secondsOf(timed: readonly TimedPhase[], at: number, loadBegan: number): Seconds {
  const [phase, isFirst, isLast] = [timed[at], at === 0, at === timed.length - 1];
  return {
    from: isFirst ? -Infinity : loadBegan + (phase?.startSec ?? 0) + 1,
    until: isLast ? Infinity : loadBegan + (phase?.endSec ?? 0),
  };
}

function cutTo({ endpoints, ...recording }: Recording, { from, until }: Seconds): Recording {
  const cut = [...endpoints].flatMap(([endpoint, whole]): [Endpoint, EndpointRecording][] => {
    const seconds = whole.seconds.filter(({ second }) => second >= from && second < until);
    if (seconds.length === 0) return [];
    const total = histogramOver(seconds.map(({ histogram }) => histogram));
    const traces = whole.traces.filter(({ second }) => second >= from && second < until);
    return [[endpoint, { ...whole, seconds, total, traces }]];
  });
  return { ...recording, endpoints: new Map(cut) };
}

/**
 * It is not known in which second an unanswered arrival was due, but how many arrivals of each phase had no end is. So each phase gets that
 * many, and the last phase gets the rest.
 */
function unansweredIn({ plan, load, unanswered }: Context, name: string, endpoint: Endpoint): number {
  const owing = plan.phases.filter(({ journeys }) => journeys.some((one) => owedBy(one, endpoint).samples > 0));
  let left = unanswered(endpoint);
  for (const phase of owing) {
    const names = phase.journeys.filter((one) => owedBy(one, endpoint).samples > 0).map((one) => one.name);
    const lines = load.journeys.filter((line) => line.phase === phase.name && names.includes(line.journey));
    const unfinished = lines.reduce((sum, line) => sum + Math.max(0, line.offered - line.delivered - line.dropped), 0);
    const its = phase === owing.at(-1) ? left : Math.min(left, unfinished);
    if (phase.name === name) return its;
    left -= its;
  }
  return 0;
}
