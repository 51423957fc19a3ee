/**
 * The least mutation scores that are accepted: of all mutants every night, and of a sample in `npm test`. The seed draws the same mutants each
 * time. What differs is the tape: a lie of 20 % about times may be lost among those of a slow run, so telemetry has more room.
 */
export const FLOOR = 0.9;
/** Nothing about answers depends on how long anything takes. */
export const ANSWERS_FLOOR = 0.95;
