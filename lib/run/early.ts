/**
 * When a run is looked at before its end, and whether what is recorded by then is enough for an answer: the judge's own, at the confidence
 * of the look. The boundary is in lib/stats/sequential.ts.
 */
import type { Profile } from '../../thresholds/profiles.ts';
import { leastOf } from '../core/extent.ts';
import { journeyDurationSec, type Looks, type Objective, type Plan, type Timeline } from '../core/plan.ts';
import type { LoadReason, LoadResult, Recording } from '../core/recording.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { judge } from '../judge/judge.ts';
import { plannedLooks } from '../stats/sequential.ts';
import { SYSTEMS } from '../systems/index.ts';
import { offeredBy } from './load-figures.ts';
import { untracedSecOf } from './telemetry-plan.ts';

export interface LooksRequest extends Timeline {
  readonly profile: Profile;
  /** With `gating` as the profile has it. */
  readonly objectives: readonly Objective[];
  readonly telemetry: TelemetryPlan | undefined;
}

/**
 * undefined when the run goes to its end: the profile does not want an early end, no objective gates, a later phase could show what can't
 * be known before it, or the run is too short for a look at which the telemetry has what it needs.
 */
export function looksOf({ profile, phases, objectives, telemetry }: LooksRequest): Looks | undefined {
  if (profile.early === undefined || !objectives.some(({ gating }) => gating) || phases.length > 1) return undefined;
  const neededSec = telemetry === undefined ? 0 : untracedSecOf(profile, telemetry);
  const firstSec = Math.max(profile.early.afterSec, neededSec);
  const planned = plannedLooks(firstSec, leastOf(plannedJourneys({ phases }).map(journeyDurationSec)));
  return planned.looks.length === 0 ? undefined : planned;
}

export type DecidedEarly = Extract<LoadReason, { kind: 'decided-early' }>;

/** What has been recorded so far. */
export interface Recorded {
  recording(): Recording;
  load(reason: LoadReason): LoadResult;
}

/** Says, second by second, whether the answer is sure. Each look is taken once; a look that was missed is not repeated. */
export class EarlyAnswer {
  readonly #plan: Plan;
  readonly #recorded: Recorded;
  #next = 0;
  #firstSecond: number | undefined;

  constructor(plan: Plan, recorded: Recorded) {
    this.#plan = plan;
    this.#recorded = recorded;
  }

  /** Call it after each record that has samples. @param second Unix second of the record. */
  after(second: number): DecidedEarly | undefined {
    this.#firstSecond = Math.min(this.#firstSecond ?? second, second);
    const elapsedSec = second - this.#firstSecond + 1;
    const looks = this.#plan.early?.looks ?? [];
    const look = looks.findLastIndex(({ atSec }) => atSec <= elapsedSec);
    if (look < this.#next) return undefined;
    this.#next = look + 1;
    return decide(this.#plan, this.#recorded, look, elapsedSec);
  }
}

function decide(plan: Plan, { recording, load }: Recorded, look: number, elapsedSec: number): DecidedEarly | undefined {
  const { telemetry: _, ...alone } = plan;
  const hoped: DecidedEarly = { kind: 'decided-early', look, decision: 'conforms' };
  const result = load(hoped);
  const { outcome } = judge({ plan: alone, load: result, recording: recording(), observations: [] }, SYSTEMS);
  if (outcome === 'breaches') return { ...hoped, decision: 'breaches' };
  return outcome === 'conforms' && isAnswering(plan, result, elapsedSec) ? hoped : undefined;
}

/** The only trace of a target that hangs at this moment is arrivals that have been under way for longer than they may. */
function isAnswering(plan: Plan, load: LoadResult, elapsedSec: number): boolean {
  return plannedJourneys(plan).every((journey) => {
    if (journey.kind === 'sockets') return true;
    const done = load.journeys.find((one) => one.journey === journey.name);
    return (
      (done?.delivered ?? 0) + (done?.dropped ?? 0) >= offeredBy(journey, Math.max(0, elapsedSec - journey.underWaySec))
    );
  });
}
