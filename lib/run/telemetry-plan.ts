/** What a run looks for in the server's telemetry. */
import { checklistOf } from '../../thresholds/checklist.ts';
import type { ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { isNamedBy, type Step } from '../core/plan.ts';
import { type TelemetryPlan, unsourcedSystems } from '../core/telemetry-plan.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { SystemValues } from '../systems/options.ts';
import { everyCheck, plannedSystems } from '../systems/plan.ts';
import type { Check } from '../systems/system.ts';

/**
 * Requests without `traceparent`: 10 % ± 3 % at 95 %, so a correct sampling ratio can nearly always be distinguished from half of it and
 * twice of it.
 */
const UNTRACED_WANTED = 1000;
/** One in ten where there are many requests, every second one where there are few. */
const UNTRACED_EVERY = { least: 2, most: 10 } as const;

/** @param sources of a named target; undefined for the embedded one, which has all of them. */
export function telemetryPlanOf(
  profile: Profile,
  contract: ContractName,
  sources: SystemValues | undefined,
): TelemetryPlan {
  return {
    systems: plannedSystems(SYSTEMS, contract, sources === undefined ? undefined : { ...sources }),
    checklist: checklistOf(SYSTEMS),
    exclusive: sources === undefined,
    untracedEvery: untracedEvery(profile),
    gates: profile.gates,
  };
}

/** Every check that a run may make on a system, whatever its sources. */
export function systemChecks(contract: ContractName): Check[] {
  return everyCheck(SYSTEMS, contract);
}

/** Seconds after which a load of one step has enough untraced requests to judge the sampling ratio; 0 when it does not gate. */
export function untracedSec(profile: Profile, telemetry: TelemetryPlan): number {
  const { untracedEvery, gates } = telemetry;
  if (unsourcedSystems(telemetry).includes('traces') || !isNamedBy(gates, 'traces.sampling.ratio')) return 0;
  const ratePerSec = httpSteps(profile).reduce((sum, step) => sum + step.ratePerSec, 0);
  return Math.ceil((UNTRACED_WANTED * untracedEvery) / ratePerSec);
}

/** Steps of the journeys in which one arrival is one request. */
function httpSteps({ journeys }: Profile): readonly Step[] {
  return JOURNEYS.flatMap((journey) => {
    const spec = journeys[journey.name];
    return journey.kind === 'arrivals' && journey.isOneRequest && spec !== undefined && 'steps' in spec
      ? spec.steps
      : [];
  });
}

function untracedEvery(profile: Profile): number {
  const arrivals = httpSteps(profile).reduce((sum, { ratePerSec, durationSec }) => sum + ratePerSec * durationSec, 0);
  const every = Math.floor(arrivals / UNTRACED_WANTED);
  return Math.min(UNTRACED_EVERY.most, Math.max(UNTRACED_EVERY.least, every));
}
