/**
 * When a run may be looked at before its end, and how sure each look must be, so that all looks together are wrong no more often than one
 * verdict at the end would be. Pure. docs/early.md has its calibration.
 */
import type { Look, Looks } from '../core/plan.ts';
import { CONFIDENCE } from './share.ts';

/** One-sided error of each look before the end: so small that the end keeps nearly all of the 5 % (Haybittle 1971, Peto 1976). */
const LOOK_ERROR = 0.001;
/** Each look comes at twice the time of the one before. So there are few, and each knows clearly more than the last. */
const SPACING = 2;
/** A look after this part of the run saves too little to be worth its error. */
const LATEST_PART = 0.9;

/**
 * The looks of a run of `durationSec`, the first at `firstSec` (both whole seconds, ≥ 1). The errors of all looks and of the end add up to
 * 5 % (Boole's inequality), whatever the looks have in common. Boundary: Haybittle, Br. J. Radiology 44, 1971; Peto et al., Br. J. Cancer
 * 34, 1976.
 */
export function plannedLooks(firstSec: number, durationSec: number): Looks {
  const looks: Look[] = [];
  for (let atSec = firstSec; atSec <= LATEST_PART * durationSec; atSec *= SPACING)
    looks.push({ atSec, confidence: 1 - LOOK_ERROR });
  return { looks, finalConfidence: Number((CONFIDENCE + looks.length * LOOK_ERROR).toPrecision(12)) };
}
