/**
 * How fast an error budget may burn before somebody is notified. The windows, and the share of the budget that goes in each, are those of Google's
 * SRE workbook, chapter "Alerting on SLOs", approach 6: https://sre.google/workbook/alerting-on-slos/
 */
import { digitsText } from '../../core/numbers.ts';

export interface Burn {
  readonly severity: 'page' | 'ticket';
  readonly long: Window;
  /** The alert also ends once this window is good again. */
  readonly short: Window;
  /** Of the budget, that is gone when the burn has lasted for the long window. */
  readonly spent: number;
}

/** As Prometheus writes it. */
export type Window = '5m' | '30m' | '1h' | '2h' | '6h' | '1d' | '3d';

export const WINDOW_SEC: Readonly<Record<Window, number>> = {
  '5m': 300,
  '30m': 1800,
  '1h': 3600,
  '2h': 7200,
  '6h': 21_600,
  '1d': 86_400,
  '3d': 259_200,
};

export const BURNS: readonly Burn[] = [
  { severity: 'page', long: '1h', short: '5m', spent: 0.02 },
  { severity: 'page', long: '6h', short: '30m', spent: 0.05 },
  { severity: 'ticket', long: '1d', short: '2h', spent: 0.1 },
  { severity: 'ticket', long: '3d', short: '6h', spent: 0.1 },
];

const DAY_SEC = 86_400;

/** For how long a budget has to last. */
export interface Period {
  /** `30d`. */
  readonly text: string;
  readonly sec: number;
  /** What was assumed; absent: nothing. */
  readonly note?: string;
}

const UNIT_SEC: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: DAY_SEC,
  w: 7 * DAY_SEC,
  M: 30 * DAY_SEC,
  Q: 90 * DAY_SEC,
  Y: 365 * DAY_SEC,
};
/** Of an SLO that names no time window. */
export const USUAL_PERIOD: Period = { text: '30d', sec: 30 * DAY_SEC };
const SHORTEST_SEC = 28 * DAY_SEC;

/**
 * @param said as OpenSLO writes it.
 * @returns a text when it is too short for these windows: a tenth of the budget in three days is then less than a steady burn.
 */
export function periodOf(said: string | undefined): Period | string {
  if (said === undefined) return USUAL_PERIOD;
  const unit = said.slice(-1);
  const sec = Number.parseInt(said, 10) * (UNIT_SEC[unit] ?? 0);
  if (sec < SHORTEST_SEC)
    return `its time window is ${said}, and these alerts need at least 28d: in a shorter one they fire though the budget lasts`;
  const text = `${sec / DAY_SEC}d`;
  const isCalendar = unit === 'M' || unit === 'Q' || unit === 'Y';
  return { text, sec, ...(isCalendar && { note: `the time window ${said} counts as ${text}` }) };
}

/** How many times as fast as it would last the whole period: 2 % × 30d / 1h = 14.4. */
export function burnRate({ spent, long }: Burn, { sec }: Period): number {
  return exact((spent * sec) / WINDOW_SEC[long]);
}

/** Of all requests, that are bad when a budget of this size burns so fast. */
export function thresholdOf(rate: number, budget: number): number {
  return exact(rate * budget);
}

/** What binary fractions add to a decimal number is taken away. */
export function exact(value: number): number {
  return Number(value.toPrecision(12));
}

/** A share above 1 does not exist, so an alert that waits for one never fires. */
export function neverFires(rate: number, budget: number): boolean {
  return thresholdOf(rate, budget) >= 1;
}

/** How long it takes until the long window has so many bad requests, at a steady rate of requests after a time without any bad one. */
export function detectionSec(burn: Burn, threshold: number, badShare: number): number {
  return exact((threshold / badShare) * WINDOW_SEC[burn.long]);
}

/** `14.4 × 5 % = 72 %`. */
export function productText(rate: number, budget: number): string {
  return `${digitsText(rate, 4)} × ${digitsText(100 * budget, 6)} % = ${digitsText(100 * thresholdOf(rate, budget), 6)} %`;
}
