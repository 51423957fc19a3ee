/** The requests that the load sends without `traceparent`, from which the sampling ratio is judged: how many it takes, and how many are sent. */
import { isNamedBy } from '../../core/plan.ts';
import { type TelemetryPlan, unsourcedSystems } from '../../core/telemetry-plan.ts';

/** The finding that needs them. */
export const RATIO_ID = 'traces.sampling.ratio';

/** 10 % ± 3 % at 95 %, so a correct sampling ratio can nearly always be distinguished from half of it and twice of it. */
const WANTED = 1000;
/** One in ten where there are many requests, every second one where there are few. */
const EVERY = { least: 2, most: 10 } as const;

/** One request of this many is sent without `traceparent`. @param requests of the whole load. */
export function untracedEvery(requests: number): number {
  return Math.min(EVERY.most, Math.max(EVERY.least, Math.floor(requests / WANTED)));
}

/** Seconds after which a load of constant rate has sent enough of them; 0 when the ratio does not gate. */
export function untracedSec(requestsPerSec: number, telemetry: TelemetryPlan): number {
  if (unsourcedSystems(telemetry).includes('traces') || !isNamedBy(telemetry.gates, RATIO_ID)) return 0;
  return Math.ceil((WANTED * telemetry.untracedEvery) / requestsPerSec);
}
