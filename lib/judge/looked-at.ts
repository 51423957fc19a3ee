/** What a run looked at in one system: what it had planned, or what was observed. */
import { type Observation, observationsOf } from '../core/observation.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import type { Looked, System } from '../systems/system.ts';

export function lookedAt(
  { id }: System,
  { systems, exclusive }: TelemetryPlan,
  observations: readonly Observation[],
): Looked<unknown> {
  const planned = systems[id];
  const observed = observationsOf<Observation>(observations, id).flatMap(({ source }) => source ?? []);
  return { promises: planned?.promises, sources: planned?.sources ?? [...new Set(observed)], exclusive };
}
