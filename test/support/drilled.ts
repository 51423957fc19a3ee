/** The timeline of a drill in which everything went right, at a clock of ×60, and how tests change it. */
import type { Aspect } from '../../lib/systems/alerts/model/findings.ts';
import { judgeDrill } from '../../lib/systems/alerts/model/judge.ts';
import type { Delivered, DrilledRule, Entry, EntryOf, Intervals } from '../../lib/systems/alerts/model/timeline.ts';

export const CLOCK_RATE = 60;
const START_MS = Date.UTC(2026, 0, 18, 12);

/** The real moment of a documented second. */
export const at = (sec: number): number => START_MS + (1000 * sec) / CLOCK_RATE;

export const INTERVALS: Intervals = {
  scrapeSec: 15,
  scrapeTimeoutSec: 10,
  evaluationSec: 15,
  groupWaitSec: 30,
  groupIntervalSec: 300,
  repeatSec: 14_400,
};

/** Critical, so PagerDuty gets it. */
export const ERRORS: DrilledRule = {
  name: 'HighErrorRate',
  group: 'aragora.availability',
  query: 'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m])) > 0.01',
  forSec: 300,
  windowSec: 300,
  severity: 'critical',
  route: { to: 'pagerduty', severity: 'critical' },
  source: { document: 'observability-setup-guide.md', section: 'Alert Rules' },
};

/** A warning, so Slack gets it. */
export const LATENCY: DrilledRule = {
  ...ERRORS,
  name: 'HighLatency',
  query: 'histogram_quantile(0.99, sum(rate(aragora_request_duration_seconds_bucket[5m])) by (le)) > 1',
  severity: 'warning',
  route: { to: 'slack', channel: '#aragora-warnings' },
};

export function pagerduty(action: 'trigger' | 'resolve', rule: DrilledRule, dedupKey = 'key'): Delivered {
  const word = action === 'trigger' ? '[FIRING:1]' : '[RESOLVED]';
  const summary = `${word} ${rule.name} ${rule.severity}`;
  return {
    to: 'pagerduty',
    event: { action, routingKey: 'r', dedupKey, summary, source: 'Alertmanager', severity: rule.severity },
  };
}

export function slack(colour: 'danger' | 'good', rule: DrilledRule, channel = '#aragora-warnings'): Delivered {
  const title = `${colour === 'danger' ? '[FIRING:1]' : '[RESOLVED]'} ${rule.name} ${rule.severity} `;
  return {
    to: 'slack',
    message: { channel, text: '', attachments: [{ title, text: '', fallback: `${title} | http://am`, colour }] },
  };
}

export function delivery(sec: number, delivered: Delivered): EntryOf<'delivery'> {
  return { kind: 'delivery', atMs: at(sec), status: delivered.to === 'slack' ? 200 : 202, refusals: [], delivered };
}

/** Each change of state is known up to 3 s. */
export function state(sec: number, rule: DrilledRule, now: EntryOf<'state'>['state']): EntryOf<'state'> {
  return { kind: 'state', rule: rule.name, state: now, beforeMs: at(sec - 3), atMs: at(sec) };
}

export function waited(
  sec: number,
  rule: DrilledRule,
  step: EntryOf<'waited'>['step'],
  came = true,
): EntryOf<'waited'> {
  return { kind: 'waited', atMs: at(sec), rule: rule.name, step, came, limitSec: 780 };
}

export const HELD: EntryOf<'held'> = {
  kind: 'held',
  atMs: at(1300),
  scrapes: 80,
  longestGapSec: 15.01,
  slowestMs: 4,
  timeouts: 0,
  missedEvaluations: 0,
  unsentAlerts: 0,
  loadShare: 1,
  aheadSec: 0,
};

/** Pending after 71 s, firing 300 s later, delivered 30 s later, over 265 s after the fault, and notified 35 s later. */
export function goodDrill(rule: DrilledRule): Entry[] {
  const fault = { kind: 'fault', rule: rule.name, what: '5 % of the answers are 500', effectMs: 0 } as const;
  const [fires, over] =
    rule.route?.to === 'pagerduty'
      ? [pagerduty('trigger', rule), pagerduty('resolve', rule)]
      : [slack('danger', rule), slack('good', rule)];
  return [
    {
      kind: 'setup',
      atMs: at(0),
      clockRate: CLOCK_RATE,
      intervals: INTERVALS,
      witness: { by: 'sinks' },
      rules: [rule],
    },
    { kind: 'reach', atMs: at(1), rule: rule.name, verdict: 'ok', reasons: [] },
    state(30, rule, 'inactive'),
    {
      kind: 'loaded',
      atMs: at(40),
      rules: [{ name: rule.name, group: rule.group, forSec: rule.forSec, health: 'ok', lastError: '' }],
    },
    { kind: 'control', is: 'begun', atMs: at(40) },
    { kind: 'control', is: 'over', atMs: at(415) },
    { ...fault, is: 'on', beforeMs: at(499), atMs: at(500) },
    state(571, rule, 'pending'),
    state(871, rule, 'firing'),
    waited(871, rule, 'firing'),
    delivery(901, fires),
    waited(903, rule, 'delivered'),
    { ...fault, is: 'off', beforeMs: at(904), atMs: at(905) },
    state(1170, rule, 'inactive'),
    waited(1170, rule, 'inactive'),
    delivery(1205, over),
    waited(1206, rule, 'resolved'),
    HELD,
    { kind: 'end', atMs: at(1310), why: 'done' },
  ];
}

/** Without the entries for which this holds. */
export function without(timeline: readonly Entry[], holds: (entry: Entry) => boolean): Entry[] {
  return timeline.filter((entry) => !holds(entry));
}

/** As it is up to this documented second; what Prometheus was asked at the end stays. */
export function until(timeline: readonly Entry[], sec: number): Entry[] {
  return timeline.filter((entry) => entry.atMs <= at(sec) || entry.kind === 'held');
}

export const GOOD = goodDrill(ERRORS);
export const ON_SLACK = goodDrill(LATENCY);

export function found(timeline: readonly Entry[], aspect: Aspect, rule: DrilledRule = ERRORS) {
  const finding = judgeDrill(timeline, [rule]).find(({ id }) => id === `alerts.${rule.name}.${aspect}`);
  if (finding === undefined) throw new Error(aspect);
  const { status, summary } = finding;
  return { status, summary };
}

/** The same timeline with each entry of a kind changed. */
export function changed<Kind extends Entry['kind']>(
  timeline: readonly Entry[],
  kind: Kind,
  change: (entry: Extract<Entry, { kind: Kind }>) => Entry,
): Entry[] {
  return timeline.map((entry) => (entry.kind === kind ? change(entry as Extract<Entry, { kind: Kind }>) : entry));
}

export const isState = (now: string) => (entry: Entry) => entry.kind === 'state' && entry.state === now;
export const isDelivery = (entry: Entry) => entry.kind === 'delivery';
export const isWait = (step: string) => (entry: Entry) => entry.kind === 'waited' && entry.step === step;

/** It never fired, and was waited for. */
export const SILENT = [
  ...without(GOOD, (entry) => isState('firing')(entry) || isDelivery(entry) || entry.kind === 'waited'),
  waited(2000, ERRORS, 'firing', false),
];

/** It fired, and nobody was notified. */
export const UNNOTIFIED = [
  ...without(GOOD, (entry) => isDelivery(entry) || isWait('delivered')(entry) || isWait('resolved')(entry)),
  waited(1700, ERRORS, 'delivered', false),
];
