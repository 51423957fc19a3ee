/** Which rules are drilled together, and how fast the clock runs then. Pure. */
import type { DrilledRule } from './timeline.ts';

export interface PlannedStage {
  readonly clockRate: number;
  readonly rules: readonly DrilledRule[];
}

export const USUAL_RATE = 60;
/** A rule that looks back for an hour gets a clock so many times as fast as the others. */
const FASTER_FOR_LONG = 5;
/** From this window on. */
const LONG_SEC = 1800;

/**
 * The wanted rates; stages without rules are left out. `repeats`: each alert fires until it is sent again, after hours. A rule about a share
 * of some minutes has too few requests in so fast a window, so it keeps its clock.
 */
export function planStages(rules: readonly DrilledRule[], rate: number, repeats = false): PlannedStage[] {
  if (rate === 1) return rules.length === 0 ? [] : [{ clockRate: 1, rules }];
  const isLong = ({ windowSec }: DrilledRule): boolean => windowSec >= LONG_SEC || (repeats && windowSec === 0);
  const stages = [
    { clockRate: rate, rules: rules.filter((rule) => !isLong(rule)) },
    { clockRate: FASTER_FOR_LONG * rate, rules: rules.filter(isLong) },
  ];
  return stages.filter((stage) => stage.rules.length > 0);
}
