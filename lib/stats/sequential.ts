/**
 * Owns when a run may be looked at before its end, and how sure each look has to be so that all of them together err no more often than
 * one verdict at the end would. Refuses to know what is judged, and who ends the load. Pure. docs/early.md holds its calibration.
 */
import type { Look, Looks } from '../core/plan.ts';
import { CONFIDENCE } from './share.ts';

/** One-sided error of each look before the end: a wall so high that the end keeps nearly all of the 5 % (Haybittle 1971, Peto 1976). */
const LOOK_ERROR = 0.001;
/** Each look comes at twice the time of the one before: few of them, and none that knows hardly more than the last. */
const SPACING = 2;
/** A look later than this part of the run saves too little to be worth its error. */
const LATEST_PART = 0.9;

/**
 * Looks of a run of `durationSec`, the first at `firstSec` (both whole seconds, ≥ 1). The errors of all looks and of the end add up to
 * 5 % (Boole's inequality), however much the looks have in common. Boundary: Haybittle, Br. J. Radiology 44, 1971; Peto et al.,
 * Br. J. Cancer 34, 1976.
 */
export function plannedLooks(firstSec: number, durationSec: number): Looks {
  const looks: Look[] = [];
  for (let atSec = firstSec; atSec <= LATEST_PART * durationSec; atSec *= SPACING)
    looks.push({ atSec, confidence: 1 - LOOK_ERROR });
  return { looks, finalConfidence: Number((CONFIDENCE + looks.length * LOOK_ERROR).toPrecision(12)) };
}
