/**
 * Owns the catalogue of named breaks of the target's own telemetry, and the finding of a break by its name, of either catalogue.
 * Refuses to know how a fault is carried out (exposition-, metric-, span-, log-faults.ts) and how findings are reached.
 */

import { SloError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import { LOG_BREAKS } from '../systems/logs/faults/breaks.ts';
import { METRIC_BREAKS } from '../systems/metrics/faults/breaks.ts';
import { EXPOSITION_BREAKS } from '../systems/metrics/faults/breaks-exposition.ts';
import { TRACE_BREAKS } from '../systems/traces/faults/breaks.ts';
import type { Patch } from './behaviour.ts';
import { breakNamed } from './breaks.ts';
import type { TelemetryBreak } from './telemetry-break.ts';

/** Every one, by family. */
export const TELEMETRY_BREAKS: readonly TelemetryBreak[] = [
  ...METRIC_BREAKS,
  ...EXPOSITION_BREAKS,
  ...TRACE_BREAKS,
  ...LOG_BREAKS,
];

const FAMILY = /^(metrics|traces|logs)\./;

/** The patch of the break of that name, of either catalogue. Throws SloError("usage") with the nearest name when there is none. */
export function patchNamed(name: string): Patch {
  return FAMILY.test(name) ? telemetryBreakNamed(name).patch : breakNamed(name).patch;
}

/** Throws SloError("usage") with the nearest name when there is none. */
function telemetryBreakNamed(name: string): TelemetryBreak {
  const found = TELEMETRY_BREAKS.find((known) => known.name === name);
  if (found !== undefined) return found;
  const names = TELEMETRY_BREAKS.map((known) => known.name);
  const guess = nearest(name, names);
  const family = names.filter((known) => known.split('.')[0] === name.split('.')[0]);
  throw new SloError('usage', `there is no break "${name}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${family.join(', ')}`,
  });
}
