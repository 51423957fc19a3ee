/**
 * Owns the release gate: a candidate under the load of its baseline, judged by its objectives and held against it.
 * Refuses to know how a run is made (run.ts) and how two are compared (lib/compare).
 */
import type { Profile } from '../../thresholds/profiles.ts';
import { checkSameLoad } from '../compare/comparable.ts';
import { compareRuns } from '../compare/compare.ts';
import { loadProfile } from '../config/profile.ts';
import type { RunComparison, Smallest } from '../core/difference.ts';
import type { Plan } from '../core/plan.ts';
import { type BaselineRun, sideOf } from './compare.ts';
import type { RunUi } from './offer.ts';
import { journeysOf } from './plan.ts';
import type { RunRequest } from './request.ts';
import { type RunResult, run } from './run.ts';

export interface GateRequest extends Omit<RunRequest, 'profile' | 'contract' | 'baseline'> {
  readonly target: string;
  readonly baselineRun: BaselineRun;
  /** Absent: the baseline's. Another one than the baseline's is refused. */
  readonly profile?: string | Profile | undefined;
  /** Absent: the baseline's. */
  readonly contract?: string | undefined;
  readonly smallest: Smallest;
}

export interface GateResult extends RunResult {
  readonly comparison: RunComparison;
}

/** @throws SloError as `run` does, and `usage` for another profile than the baseline's. */
export async function gate(request: GateRequest, ui: RunUi, signal: AbortSignal): Promise<GateResult> {
  const { baselineRun, smallest, ...rest } = request;
  const { label, facts } = baselineRun;
  const profile = profileOf(request, facts.plan);
  const result = await run(
    {
      ...rest,
      profile,
      contract: request.contract ?? facts.plan.contract,
      slo: request.slo ?? facts.plan.objectives,
      baseline: label,
    },
    ui,
    signal,
  );
  // On one machine alone a difference is the servers'.
  const comparison = compareRuns(sideOf(label, facts), sideOf('the candidate', result.facts), {
    smallest,
    purpose: 'gate',
  });
  return { ...result, comparison };
}

function profileOf({ profile: named, baselineRun: { label } }: GateRequest, plan: Plan): Profile {
  if (named === undefined) return recordedProfile(plan);
  const profile = loadProfile(named);
  const wanted = { label: `profile ${profile.name}`, profile: profile.name, journeys: journeysOf(profile) };
  checkSameLoad({ label, ...plan }, wanted);
  return profile;
}

/** As it was when the baseline was recorded: the same load, and what gated then gates now. */
function recordedProfile({ profile, journeys, objectives, telemetry }: Plan): Profile {
  const specs = journeys.map((journey) => {
    if (journey.name !== 'websocket') return [journey.name, { steps: journey.steps }];
    const { name, ...sockets } = journey;
    return [name, sockets];
  });
  return {
    name: profile,
    description: '',
    journeys: Object.fromEntries(specs),
    gates: telemetry?.gates ?? objectives.filter(({ gating }) => gating).map(({ id }) => id),
  };
}
