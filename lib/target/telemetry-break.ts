/**
 * Owns what a break of the target's own telemetry is. Refuses to know which there are (telemetry-breaks.ts).
 */
import type { Patch } from './behaviour.ts';
import type { TelemetryFault } from './telemetry-behaviour.ts';

export interface TelemetryBreak {
  /** Dotted, unique, begins with the family, e.g. `metrics.requests_total.missing`. */
  readonly name: string;
  /** What the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  readonly patch: Patch;
}

/** A break that only lies, and otherwise behaves well but for `patch`. */
export function lies(
  name: string,
  finding: string,
  description: string,
  fault: TelemetryFault,
  patch: Omit<Patch, 'telemetry'> = {},
): TelemetryBreak {
  return { name, finding, description, patch: { ...patch, telemetry: [fault] } };
}
