/**
 * The run cut into its phases: each is judged by its own seconds, journeys and objectives. A run of one phase is not cut at all.
 */
import type { Endpoint } from '../core/endpoint.ts';
import type { Objective } from '../core/plan.ts';
import type { EndpointRecording, Recording } from '../core/recording.ts';
import { expectedIn, hasFaults, type TimedPhase, timedPhases } from '../core/timeline.ts';
import { type Context, owedBy } from './context.ts';
import { histogramOver } from './histogram-over.ts';

export interface PhaseContext {
  readonly name: string;
  /** The objectives that apply in the phase. */
  readonly objectives: readonly Objective[];
  /** The facts of the phase alone, from the moment on at which its objectives apply. */
  readonly context: Context;
  /** The same from its beginning on. */
  readonly whole: Context;
  /** The same with the second in which it began; null: nothing of it is left out. */
  readonly opening: Context | null;
  /** The first second that is of it alone, Unix; null: the run has no other phase, or nothing was recorded. */
  readonly beginSecond: number | null;
}

export function phaseContexts(whole: Context): PhaseContext[] {
  const { plan, load, recording } = whole;
  const timed = timedPhases(plan);
  return timed.map((phase, at): PhaseContext => {
    const { name } = phase;
    const objectives = expectedIn(phase, plan.objectives);
    const [only] = timed;
    if (timed.length === 1 && phase === only) {
      return { name, objectives, context: whole, whole, opening: null, beginSecond: null };
    }
    const seconds = secondsOf(timed, at, whole);
    const all: Context = {
      ...whole,
      plan: { ...plan, phases: [phase], objectives },
      load: { ...load, journeys: load.journeys.filter((line) => line.phase === name) },
      recording: cutTo(recording, seconds),
      unanswered: (endpoint) => unansweredIn(whole, name, endpoint),
    };
    const begin = Number.isFinite(seconds.from) ? seconds.from : firstSecond(all.recording);
    const { recoverWithinSec = 0 } = phase;
    const settled = { ...seconds, from: begin + recoverWithinSec };
    const context = recoverWithinSec === 0 ? all : { ...all, recording: cutTo(recording, settled) };
    const opening = at === 0 ? null : { ...all, recording: cutTo(recording, { ...seconds, from: seconds.from - 1 }) };
    return { name, objectives, context, whole: all, opening, beginSecond: Number.isFinite(begin) ? begin : null };
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
 * phase ends and the next begins is of neither, and so is each second in which faults change. What is answered after the end of the plan is of the last phase.
 */
function secondsOf(timed: readonly TimedPhase[], at: number, { plan, load, recording }: Context): Seconds {
  const [phase, next, isFirst, isLast] = [timed[at], timed[at + 1], at === 0, at === timed.length - 1];
  const loadBegan = firstSecond(recording);
  // A run that does not know when something was broken can't say what its seconds show.
  if (hasFaults(plan) && load.faults === undefined) return { from: Infinity, until: -Infinity };
  const switchTo = (name: string | undefined) => load.faults?.switches.find((one) => one.phase === name);
  const [into, outOf] = [switchTo(phase?.name), switchTo(next?.name)];
  const begin = Math.max(loadBegan + (phase?.startSec ?? 0), secondOf(into?.doneAtMs) ?? -Infinity);
  const end = Math.min(loadBegan + (phase?.endSec ?? 0), secondOf(outOf?.orderedAtMs) ?? Infinity);
  const broken = (secondOf(load.faults?.ended?.atMs) ?? Infinity) - NOTICED_WITHIN_SEC;
  return { from: isFirst ? -Infinity : begin + 1, until: Math.min(isLast ? Infinity : end, broken) };
}

/** That the layer of faults was gone was noticed at most so long after it was. */
const NOTICED_WITHIN_SEC = 1;

const secondOf = (ms: number | undefined): number | null => (ms === undefined ? null : Math.floor(ms / 1000));

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
