/** The timeline of a drill on a team's own stack in which everything went right, in real time, and how tests change it. */
import type { DrilledRule, Entry, EntryOf } from '../../lib/systems/alerts/model/timeline.ts';
import type { AlertGroup, Counted, Receiver } from '../../lib/systems/alerts/model/witness.ts';
import { ERRORS, HELD, INTERVALS } from './drilled.ts';

const START_MS = Date.UTC(2026, 0, 18, 12);
export const at = (sec: number): number => START_MS + 1000 * sec;

export const RECEIVERS: readonly Receiver[] = [
  {
    name: 'on-call',
    integrations: [{ kind: 'pagerduty', route: { to: 'pagerduty', severity: 'critical' }, isNotifiedOfEnd: true }],
  },
  {
    name: 'chat',
    integrations: [{ kind: 'slack', route: { to: 'slack', channel: '#aragora-warnings' }, isNotifiedOfEnd: true }],
  },
  { name: 'nobody', integrations: [] },
];

export function counts(accepted: number, givenUp: Counted['givenUp'] = {}, kind = 'pagerduty'): Counted {
  return { kind, receiver: null, accepted, givenUp };
}

export function group(name: string, receiver = 'on-call', isSilenced = false): AlertGroup {
  return { receiver, alerts: [{ name, isSilenced }] };
}

/** What Alertmanager says from this second on. */
export function says(
  sec: number,
  groups: readonly AlertGroup[],
  counted: readonly Counted[] = [counts(7)],
): EntryOf<'alertmanager'> {
  return { kind: 'alertmanager', beforeMs: at(sec - 1), atMs: at(sec), groups, counted };
}

function state(sec: number, now: EntryOf<'state'>['state'], rule: DrilledRule): Entry {
  return { kind: 'state', rule: rule.name, state: now, beforeMs: at(sec - 1), atMs: at(sec) };
}

function waited(sec: number, step: EntryOf<'waited'>['step'], came: boolean, rule: DrilledRule): Entry {
  return { kind: 'waited', atMs: at(sec), rule: rule.name, step, came, limitSec: 780 };
}

export interface OwnStory {
  readonly rule?: DrilledRule;
  readonly receivers?: readonly Receiver[];
  readonly handedTo?: string | null;
  readonly asked?: number;
  readonly peers?: number;
  readonly clusters?: number;
  /** What Alertmanager says in order; default: that the alert came, was sent, and its end too. */
  readonly alertmanager?: readonly EntryOf<'alertmanager'>[];
  readonly wasDelivered?: boolean;
}

const GOOD = [
  says(1, []),
  says(872, [group(ERRORS.name)]),
  says(902, [group(ERRORS.name)], [counts(8)]),
  says(1171, [], [counts(8)]),
  says(1206, [], [counts(9)]),
];

/** Firing 371 s after its fault, sent 31 s later, over 265 s after the fault, and notified 36 s later. */
export function ownDrill(story: OwnStory = {}): Entry[] {
  const {
    rule = ERRORS,
    receivers = RECEIVERS,
    handedTo = null,
    asked = 1,
    peers = 1,
    clusters = 1,
    alertmanager = GOOD,
    wasDelivered = true,
  } = story;
  const fault = { kind: 'fault', rule: rule.name, what: './fault.sh HighErrorRate start', effectMs: 0 } as const;
  const witness = { by: 'alertmanager', receivers, handedTo, asked, peers, clusters } as const;
  const loaded = { name: rule.name, group: rule.group, forSec: rule.forSec, health: 'ok', lastError: '' };
  const entries: Entry[] = [
    { kind: 'setup', atMs: at(0), clockRate: 1, intervals: INTERVALS, witness, rules: [rule] },
    { kind: 'reach', atMs: at(1), rule: rule.name, verdict: 'ok', reasons: [] },
    state(30, 'inactive', rule),
    { kind: 'loaded', atMs: at(40), rules: [loaded] },
    { kind: 'control', is: 'begun', atMs: at(40) },
    { kind: 'control', is: 'over', atMs: at(415) },
    { ...fault, is: 'on', beforeMs: at(499), atMs: at(500) },
    state(571, 'pending', rule),
    state(871, 'firing', rule),
    waited(871, 'firing', true, rule),
    waited(903, 'delivered', wasDelivered, rule),
    { ...fault, is: 'off', beforeMs: at(904), atMs: at(905) },
    state(1170, 'inactive', rule),
    waited(1170, 'inactive', true, rule),
    waited(1207, 'resolved', wasDelivered, rule),
    { ...HELD, atMs: at(1300) },
    { kind: 'end', atMs: at(1310), why: 'done' },
    ...alertmanager,
  ];
  return entries.toSorted((a, b) => a.atMs - b.atMs);
}
