/** What a drill asks of Prometheus: its rules with their states, whether it scrapes the server, and how well it kept its times. */
import type { HttpAccess } from '../http/access.ts';
import { fetchJson, fetchText, type HttpFailure } from '../http/backend.ts';
import { send } from '../http/client.ts';
import { type LoadedRule, RULE_STATES, type RuleState } from '../systems/alerts/model/timeline.ts';

/** Where an API is, and how it is asked. */
export interface ApiAccess extends HttpAccess {
  readonly url: string;
}

export interface RuleNow extends LoadedRule {
  readonly query: string;
  /** How long it fires on when its query is not true any more. */
  readonly keepFiringSec: number;
  readonly state: RuleState;
}

/** As much of an answer as is read here; every part of it may be missing. */
interface RulesData {
  readonly groups?: readonly { readonly name?: string; readonly rules?: readonly RuleData[] }[];
}

interface RuleData {
  readonly name?: string;
  readonly type?: string;
  readonly state?: string;
  readonly query?: string;
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly health?: string;
  readonly lastError?: string;
}

interface QueryData {
  readonly result?: readonly { readonly values?: readonly (readonly [number, string])[] }[];
}

const TIMEOUT_MS = 5_000;

async function asked<Data>(
  { url, ...access }: ApiAccess,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly data: Data } | HttpFailure> {
  const answer = await fetchJson(url + path, { ...access, signal, timeoutMs: TIMEOUT_MS });
  if (!answer.ok) return answer;
  return { ok: true, data: ((answer.data as { readonly data?: Data } | null)?.data ?? {}) as Data };
}

/** Its alerting rules. */
export async function rulesNow(
  access: ApiAccess,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly rules: readonly RuleNow[] } | HttpFailure> {
  const answer = await asked<RulesData>(access, '/api/v1/rules?type=alert', signal);
  if (!answer.ok) return answer;
  const rules = (answer.data.groups ?? []).flatMap(({ name: group = '', rules: ofGroup = [] }) =>
    ofGroup.map((rule) => ({
      name: rule.name ?? '',
      group,
      query: rule.query ?? '',
      forSec: rule.duration ?? 0,
      keepFiringSec: rule.keepFiringFor ?? 0,
      health: rule.health ?? '',
      lastError: rule.lastError ?? '',
      state: RULE_STATES.find((state) => state === rule.state) ?? 'unknown',
    })),
  );
  return { ok: true, rules };
}

/** How it scraped and evaluated since its start. Seconds are documented ones. */
export interface Kept {
  readonly scrapes: number;
  readonly longestGapSec: number;
  readonly slowestSec: number;
  readonly timeouts: number;
  readonly missedEvaluations: number;
  /** Alerts that it could not hand over to Alertmanager at once. */
  readonly unsentAlerts: number;
}

/** Of one job, in the last so many seconds; null when Prometheus does not say. */
export async function keptTimes(
  access: ApiAccess,
  {
    job,
    timeoutSec,
    lastSec = 86_400,
  }: { readonly job: string; readonly timeoutSec: number; readonly lastSec?: number },
  signal: AbortSignal,
): Promise<Kept | null> {
  const query = encodeURIComponent(`scrape_duration_seconds{job=${JSON.stringify(job)}}[${Math.ceil(lastSec)}s]`);
  const { url, ...how } = access;
  const [durations, metrics] = await Promise.all([
    asked<QueryData>(access, `/api/v1/query?query=${query}`, signal),
    fetchText(`${url}/metrics`, { ...how, signal, timeoutMs: TIMEOUT_MS }),
  ]);
  if (!durations.ok || !metrics.ok) return null;
  const values = durations.data.result?.[0]?.values ?? [];
  const [times, took] = [values.map(([atSec]) => atSec), values.map(([, sec]) => Number(sec))];
  return {
    scrapes: values.length,
    longestGapSec: times.reduce((longest, atSec, at) => Math.max(longest, atSec - (times[at - 1] ?? atSec)), 0),
    slowestSec: Math.max(0, ...took),
    timeouts: took.filter((sec) => sec >= timeoutSec).length,
    missedEvaluations: sumOf('prometheus_rule_group_iterations_missed_total', metrics.text),
    unsentAlerts: sumOf('prometheus_notifications_errors_total', metrics.text),
  };
}

/** Over all series of one of its own counters. */
function sumOf(counter: string, exposition: string): number {
  const lines = exposition.matchAll(new RegExp(`^${counter}(?:\\{[^\\n]*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** How far Alertmanager's clock is ahead of Prometheus', of several the one that is farthest; null when one does not say. */
export async function clockAheadSec(
  { prometheus, alertmanagers }: { readonly prometheus: ApiAccess; readonly alertmanagers: readonly ApiAccess[] },
  signal: AbortSignal,
): Promise<number | null> {
  const all: number[] = [];
  for (const alertmanager of alertmanagers) {
    const aheadSec = await aheadOf(prometheus, alertmanager, signal);
    if (aheadSec === null) return null;
    all.push(aheadSec);
  }
  return all.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? null;
}

async function aheadOf(prometheus: ApiAccess, alertmanager: ApiAccess, signal: AbortSignal): Promise<number | null> {
  // Prometheus' clock runs on between two questions.
  const before = await clockSec(prometheus, signal);
  const asked = await clockSec(alertmanager, signal);
  const after = await clockSec(prometheus, signal);
  return before === null || asked === null || after === null ? null : asked - (before + after) / 2;
}

/** What a program takes the time for, by the head of its answers. */
async function clockSec({ url, ...access }: ApiAccess, signal: AbortSignal): Promise<number | null> {
  const answer = await send(`${url}/-/ready`, { ...access, signal, timeoutMs: TIMEOUT_MS, keep: 'date' });
  if ('trouble' in answer) return null;
  const ms = Date.parse(answer.kept ?? '');
  return Number.isNaN(ms) ? null : ms / 1000;
}
