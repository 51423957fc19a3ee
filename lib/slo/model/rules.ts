/** From objectives to recording rules and alerts: for each objective the share of bad requests in each window, and an alert for each burn. */
import { durationText, percentText } from '../../core/numbers.ts';
import type { Objective } from '../../core/plan.ts';
import { plain } from '../../core/text.ts';
import type { Names } from './bounds.ts';
import {
  BURNS,
  type Burn,
  burnRate,
  detectionSec,
  neverFires,
  type Period,
  periodOf,
  productText,
  thresholdOf,
  WINDOW_SEC,
  type Window,
} from './burn.ts';
import { type Indicator, indicatorOf } from './indicator.ts';

/** An objective, and the time window of its SLO as OpenSLO writes it. */
export interface Wanted {
  readonly objective: Objective;
  readonly period?: string;
}

export interface Alert {
  readonly burn: Burn;
  readonly rate: number;
  /** The share of bad requests above which it fires. */
  readonly threshold: number;
}

/** An objective with its alerts. */
export interface Watched {
  readonly objective: Objective;
  readonly indicator: Indicator;
  readonly period: Period;
  readonly alerts: readonly Alert[];
  /** Those that would never fire. */
  readonly dead: readonly Alert[];
}

export interface LeftOutObjective {
  readonly objective: Objective;
  readonly why: string;
}

export interface SloRules {
  readonly watched: readonly Watched[];
  readonly leftOut: readonly LeftOutObjective[];
}

export function sloRules(wanted: readonly Wanted[], names: Names): SloRules {
  const all = wanted.map((one) => watch(one, names));
  return {
    watched: all.flatMap((one) => ('why' in one ? [] : [one])),
    leftOut: all.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

function watch({ objective, period: said }: Wanted, names: Names): Watched | LeftOutObjective {
  const indicator = indicatorOf(objective, names);
  if ('why' in indicator) return { objective, why: indicator.why };
  const period = periodOf(said);
  if (typeof period === 'string') return { objective, why: period };
  const alerts = BURNS.map((burn): Alert => {
    const rate = burnRate(burn, period);
    return { burn, rate, threshold: thresholdOf(rate, indicator.budget) };
  });
  const isDead = ({ rate }: Alert): boolean => neverFires(rate, indicator.budget);
  const [dead, alive] = [alerts.filter(isDead), alerts.filter((alert) => !isDead(alert))];
  return { objective, indicator, period, alerts: alive, dead };
}

/** Why alerts of an objective can never fire, with the arithmetic. */
function deadText({ indicator: { budget }, dead }: Watched): string {
  const products = dead.map(({ rate, burn: { long } }) => `${productText(rate, budget)} in ${long}`).join(', ');
  return `no more than 100 % of the requests can be bad, and alerts would wait for ${products}`;
}

/** `a, b: why` for each reason why alerts can never fire. */
export function deadTexts({ watched }: SloRules): string[] {
  const dead = watched.filter((one) => one.dead.length > 0);
  return byReason(dead.map((one) => [one.objective.id, deadText(one)]));
}

/** The same of the objectives that no alert watches. */
export function leftOutTexts({ leftOut }: SloRules): string[] {
  return byReason(leftOut.map(({ objective, why }) => [objective.id, why]));
}

function byReason(said: readonly (readonly [id: string, why: string])[]): string[] {
  const reasons = [...new Set(said.map(([, why]) => why))];
  return reasons.map((reason) => {
    const ids = said.filter(([, why]) => why === reason).map(([id]) => id);
    return `${ids.join(', ')}: ${reason}`;
  });
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** As Prometheus reads it. */
export interface Group {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

export function groupOf(watched: Watched): Group {
  const { objective, indicator, alerts } = watched;
  const needed = new Set(alerts.flatMap(({ burn }) => [burn.short, burn.long]));
  const windows = [...needed].sort((a, b) => WINDOW_SEC[a] - WINDOW_SEC[b]);
  const records = windows.map((window) => ({
    record: recordOf(window),
    expr: indicator.ratio(window),
    labels: { slo: objective.id },
  }));
  return { name: `slo-${objective.id}`, rules: [...records, ...alerts.map((alert) => alertRule(watched, alert))] };
}

const recordOf = (window: Window): string => `slo:bad_requests:ratio_rate${window}`;

/** Both severities are routed by the documented Alertmanager: critical to PagerDuty, warning to Slack. */
const SEVERITY = { page: 'critical', ticket: 'warning' } as const;

function alertRule({ objective, indicator, period }: Watched, { burn, rate, threshold }: Alert): AlertRule {
  const { long, short, spent } = burn;
  const above = (window: Window): string =>
    `${recordOf(window)}{slo="${objective.id}"} > ${rate} * ${indicator.budget}`;
  const { bad, budget } = indicator;
  const allBad = durationText(detectionSec(burn, threshold, 1));
  return {
    alert: `${camelCase(objective.id)}BudgetBurn${long}`,
    expr: `${above(long)}\nand\n${above(short)}`,
    labels: { severity: SEVERITY[burn.severity], slo: objective.id, window: long },
    annotations: {
      summary: `${untemplated(objective.subject)}: its error budget of ${period.text} burns at more than ${rate} × the allowed rate`,
      description:
        `{{ $value | humanizePercentage }} of the requests in the last ${long} were bad (${bad}), and ` +
        `${percentText(budget, 6)} may be. At ${rate} × that, ${percentText(spent)} of the budget of ${period.text} go in ${long}. ` +
        `If every request is bad, this fires after ${allBad}. It ends when the last ${short} are good enough again.`,
      runbook: `Find where ${bad} come from, by endpoint and since when. Then judge the same objective by what clients get: aragora-slo run --target URL.`,
    },
  };
}

/** Prometheus reads annotations as templates, and a name is none. */
function untemplated(text: string): string {
  return plain(text).replaceAll('{{', '{{"{{"}}');
}

/** `fast-health.1` → `FastHealth1`. */
function camelCase(id: string): string {
  return id
    .split(/[^a-z0-9]+/i)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
