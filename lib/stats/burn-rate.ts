/**
 * Error budgets of a calendar month, and burn rates over pairs of windows, from stretches of time with samples and bad ones. Pure: the
 * caller passes the present moment. Source: Google, "The Site Reliability Workbook" (2018), chapter 5 "Alerting on SLOs", multiwindow,
 * multi-burn-rate alerts.
 */
export type BurnState = 'burning' | 'within' | 'no-data';

/** Two windows that end now. Burn rate: the share of bad samples divided by the allowed share; 1 uses up a budget in exactly its period. */
export interface BurnWindow {
  /** A burn rate that needs somebody's attention when both windows are above it. */
  readonly factor: number;
  readonly longSec: number;
  readonly shortSec: number;
  /** null: no data. */
  readonly long: number | null;
  readonly short: number | null;
  readonly state: BurnState;
}

/** Samples counted from `fromMs` to `toMs` (Unix ms, `toMs` after `fromMs`). */
export interface Counted {
  readonly fromMs: number;
  readonly toMs: number;
  /** ≥ 0. */
  readonly samples: number;
  /** 0 … samples; fractions are allowed (connected time). */
  readonly bad: number;
}

export type WindowPair = Pick<BurnWindow, 'factor' | 'longSec' | 'shortSec'>;

const HOUR = 3600;

/** The chapter's recommended parameters: page at 2 % of a 30-day budget in 1 h and at 5 % in 6 h, ticket at 10 % in 3 days. */
export const WINDOW_PAIRS: readonly WindowPair[] = [
  { factor: 14.4, longSec: HOUR, shortSec: HOUR / 12 },
  { factor: 6, longSec: 6 * HOUR, shortSec: HOUR / 2 },
  { factor: 1, longSec: 72 * HOUR, shortSec: 6 * HOUR },
];

/** Samples and bad ones between two moments. A stretch that lies partly inside counts by that part, as if its samples were spread evenly. */
export function countedBetween(
  counted: readonly Counted[],
  fromMs: number,
  toMs: number,
): Omit<Counted, 'fromMs' | 'toMs'> {
  let samples = 0;
  let bad = 0;
  for (const stretch of counted) {
    const lengthMs = stretch.toMs - stretch.fromMs;
    const insideMs = Math.min(stretch.toMs, toMs) - Math.max(stretch.fromMs, fromMs);
    if (lengthMs <= 0 || insideMs <= 0) continue;
    samples += (stretch.samples * insideMs) / lengthMs;
    bad += (stretch.bad * insideMs) / lengthMs;
  }
  return { samples, bad };
}

/** Share of bad samples divided by `allowedShare` (0 < allowedShare < 1); null without samples. 1 uses up a budget in exactly its period. */
export function burnRate({ samples, bad }: Pick<Counted, 'samples' | 'bad'>, allowedShare: number): number | null {
  return samples > 0 ? bad / samples / allowedShare : null;
}

/**
 * `burning` when both windows are above the factor, `within` when one is known not to be. Otherwise `no-data`: a window without samples is
 * neither.
 */
export function burnState(pair: WindowPair, long: number | null, short: number | null): BurnState {
  if ((long !== null && long <= pair.factor) || (short !== null && short <= pair.factor)) return 'within';
  return long === null || short === null ? 'no-data' : 'burning';
}

/** The burn rates of every pair of windows that end at `nowMs`. */
export function burnRates(counted: readonly Counted[], allowedShare: number, nowMs: number): BurnWindow[] {
  return WINDOW_PAIRS.map((pair) => {
    const over = (sec: number): number | null =>
      burnRate(countedBetween(counted, nowMs - sec * 1000, nowMs), allowedShare);
    const [long, short] = [over(pair.longSec), over(pair.shortSec)];
    return { ...pair, long, short, state: burnState(pair, long, short) };
  });
}

export interface MonthBudget {
  /** Unix ms: the month's first moment, UTC. */
  readonly monthFromMs: number;
  /** 0–1. */
  readonly elapsedShare: number;
  /** Counted this month. */
  readonly samples: number;
  readonly bad: number;
  /** Share of the month's budget used so far, assuming that all the time until now was like the counted part: 0 or more; null without samples. */
  readonly usedShare: number | null;
  /** 1 − usedShare; negative when the budget is overdrawn. */
  readonly leftShare: number | null;
}

/** The error budget of the calendar month (UTC) that contains `nowMs`. Without samples in that month it is null, never a full budget. */
export function monthBudget(counted: readonly Counted[], allowedShare: number, nowMs: number): MonthBudget {
  const month = monthOf(nowMs);
  return budgetFrom(countedBetween(counted, month.fromMs, nowMs), allowedShare, nowMs);
}

/** The same, from what was counted since the month began. */
export function budgetFrom(
  { samples, bad }: Pick<Counted, 'samples' | 'bad'>,
  allowedShare: number,
  nowMs: number,
): MonthBudget {
  const { fromMs, toMs } = monthOf(nowMs);
  const elapsedShare = (nowMs - fromMs) / (toMs - fromMs);
  const rate = burnRate({ samples, bad }, allowedShare);
  const usedShare = rate === null ? null : rate * elapsedShare;
  return {
    monthFromMs: fromMs,
    elapsedShare,
    samples,
    bad,
    usedShare,
    leftShare: usedShare === null ? null : 1 - usedShare,
  };
}

/** First moment of the calendar month (UTC) that contains `atMs`, and of the next month. */
export function monthOf(atMs: number): { readonly fromMs: number; readonly toMs: number } {
  const at = new Date(atMs);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) };
}
