/** What a run looks for in the server's telemetry. */
import { checklistOf } from '../../thresholds/checklist.ts';
import type { ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import type { Step } from '../core/plan.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { SystemValues } from '../systems/options.ts';
import { everyCheck, type Further, plannedSystems } from '../systems/plan.ts';
import type { Check } from '../systems/system.ts';
import { untracedEvery, untracedSec } from '../systems/traces/untraced.ts';
import { phasesOf } from './phase-plan.ts';

/**
 * @param sources of a named target; undefined for the embedded one, which brings its own.
 */
export function telemetryPlanOf(
  profile: Profile,
  contract: ContractName,
  sources: SystemValues | undefined,
  further: Further = {},
): TelemetryPlan {
  return {
    systems: plannedSystems(SYSTEMS, contract, sources === undefined ? undefined : { ...sources }, further),
    checklist: checklistOf(SYSTEMS),
    exclusive: sources === undefined,
    untracedEvery: untracedEvery(requestsOf(profile)),
    gates: profile.gates,
  };
}

/** Every check that a run may make on a system, whatever its sources. */
export function systemChecks(contract: ContractName): Check[] {
  return everyCheck(SYSTEMS, contract);
}

/** Seconds after which a load of one step has enough untraced requests to judge the sampling ratio; 0 when it does not gate. */
export function untracedSecOf(profile: Profile, telemetry: TelemetryPlan): number {
  const ratePerSec = httpSteps(profile).reduce((sum, step) => sum + step.ratePerSec, 0);
  return untracedSec(ratePerSec, telemetry);
}

/** Steps of the journeys in which one arrival is one request. */
function httpSteps(profile: Profile): readonly Step[] {
  return plannedJourneys({ phases: phasesOf(profile) }).flatMap((journey) =>
    journey.kind === 'arrivals' && journey.isOneRequest ? journey.steps : [],
  );
}

function requestsOf(profile: Profile): number {
  return httpSteps(profile).reduce((sum, { ratePerSec, durationSec }) => sum + ratePerSec * durationSec, 0);
}
