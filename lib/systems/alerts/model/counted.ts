/**
 * What a team's Alertmanager says of an alert's pages: which group and receiver it has the alert in, and how many pages each kind of
 * integration accepted. It counts pages and names none, so whatever else it may have sent meanwhile leaves a finding open. Pure.
 */
import { type Followed, type Moment, overSince } from './followed.ts';
import { type EntryOf, ofKind } from './timeline.ts';
import type { Counted, Integration, Receiver } from './witness.ts';

type Snapshot = EntryOf<'alertmanager'>;

/** One counter, and how many integrations of the alert's receivers it counts. */
interface Counter {
  readonly kind: string;
  readonly receiver: string;
  readonly integrations: readonly Integration[];
}

export interface Pages {
  /** Alertmanager said something since the alert fired. */
  readonly isSeen: boolean;
  /** Receivers that it has the alert for; [] when the alert did not come to it. */
  readonly receivers: readonly Receiver[];
  /** A silence or an inhibition held it back whenever it was there. */
  readonly isSilenced: boolean;
  /** The most groups that it was in at once for one receiver. */
  readonly groups: number;
  /** Kinds of integrations that should have sent it, and that Alertmanager does not count. */
  readonly uncounted: readonly string[];
  /** When each of its integrations had accepted a page, and of its end. */
  readonly sent: Moment | undefined;
  readonly sentEnd: Moment | undefined;
  /** More pages than one for each integration, while it fired. */
  readonly further: number;
  /** `pagerduty: clientError`. Of its pages, and of its end. */
  readonly givenUp: readonly string[];
  readonly givenUpEnd: readonly string[];
  /** Other alerts that the same counters may have counted then. */
  readonly others: readonly string[];
  readonly othersAtEnd: readonly string[];
}

export function counted(followed: Followed): Pages {
  const { stage, fired, setup } = followed;
  const all = ofKind(stage.entries, 'alertmanager');
  const firedMs = fired?.beforeMs ?? Number.POSITIVE_INFINITY;
  const over = overSince(followed);
  const overMs = over?.beforeMs ?? Number.POSITIVE_INFINITY;
  const whileFiring = windowOf(all, firedMs, overMs);
  const after = windowOf(all, overMs, Number.POSITIVE_INFINITY);
  const own = whileFiring.snapshots.flatMap((snapshot) => groupsWith(snapshot, followed.rule.name));
  const receivers = receiversOf(followed, new Set(own.map(({ receiver }) => receiver)));
  const counters = countersOf(receivers);
  const notifiedOfEnd = counters.filter(({ integrations }) =>
    integrations.some(({ isNotifiedOfEnd }) => isNotifiedOfEnd),
  );
  const backMs = (1000 * (setup.intervals.groupIntervalSec + setup.intervals.groupWaitSec)) / setup.clockRate;
  const othersIn = (window: Window): string[] => othersOf(followed, counters, back(all, window, backMs));
  return {
    isSeen: whileFiring.snapshots.length > 0,
    receivers,
    isSilenced: own.length > 0 && own.every(({ alerts }) => alerts.every(({ isSilenced }) => isSilenced)),
    groups: Math.max(0, ...whileFiring.snapshots.map((snapshot) => mostGroups(snapshot, followed.rule.name))),
    uncounted: counters.filter((one) => !isCounted(whileFiring, one)).map(({ kind }) => kind),
    sent: firstWith(whileFiring, counters),
    sentEnd: firstWith(after, notifiedOfEnd),
    further: counters.reduce((sum, one) => sum + Math.max(0, grown(whileFiring, one) - one.integrations.length), 0),
    givenUp: givenUpIn(whileFiring, counters),
    givenUpEnd: givenUpIn(after, notifiedOfEnd),
    others: othersIn(whileFiring),
    othersAtEnd: othersIn(after),
  };
}

/** What was known at its beginning, and what came until its end. */
interface Window {
  readonly base: Snapshot | undefined;
  readonly snapshots: readonly Snapshot[];
}

function windowOf(all: readonly Snapshot[], fromMs: number, untilMs: number): Window {
  return {
    base: all.findLast(({ atMs }) => atMs <= fromMs),
    snapshots: all.filter(({ atMs }) => atMs > fromMs && atMs <= untilMs),
  };
}

/** Each that counted for something in the window, or in so long before it. */
function back(all: readonly Snapshot[], { base, snapshots }: Window, backMs: number): readonly Snapshot[] {
  const [first] = snapshots;
  if (first === undefined) return [];
  const fromMs = (base ?? first).atMs - backMs;
  const lastMs = snapshots.at(-1)?.atMs ?? first.atMs;
  return all.filter(({ atMs }, index) => atMs <= lastMs && (all[index + 1]?.atMs ?? lastMs) >= fromMs);
}

function groupsWith({ groups }: Snapshot, name: string) {
  return groups
    .map(({ receiver, alerts }) => ({ receiver, alerts: alerts.filter((alert) => alert.name === name) }))
    .filter(({ alerts }) => alerts.length > 0);
}

function mostGroups(snapshot: Snapshot, name: string): number {
  const counts = new Map<string, number>();
  for (const { receiver } of groupsWith(snapshot, name)) counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function receiversOf({ setup }: Followed, names: ReadonlySet<string>): Receiver[] {
  const known = setup.witness.by === 'alertmanager' ? setup.witness.receivers : [];
  return [...names].map((name) => known.find((one) => one.name === name) ?? { name, integrations: [] });
}

function countersOf(receivers: readonly Receiver[]): Counter[] {
  return receivers.flatMap(({ name, integrations }) =>
    [...new Set(integrations.map(({ kind }) => kind))].map((kind) => ({
      kind,
      receiver: name,
      integrations: integrations.filter((one) => one.kind === kind),
    })),
  );
}

function countIn(snapshot: Snapshot | undefined, { kind, receiver }: Counter): Counted | undefined {
  return snapshot?.counted.find((one) => one.kind === kind && (one.receiver === null || one.receiver === receiver));
}

/** A counter that falls began anew: Alertmanager was started again. */
function isCounted({ base, snapshots }: Window, counter: Counter): boolean {
  const all = base === undefined ? snapshots : [base, ...snapshots];
  const counts = all.map((snapshot) => countIn(snapshot, counter)?.accepted ?? Number.NaN);
  return counts.every((count, index) => count >= (counts[index - 1] ?? 0));
}

function accepted(snapshot: Snapshot | undefined, counter: Counter): number {
  return countIn(snapshot, counter)?.accepted ?? 0;
}

function grown({ base, snapshots }: Window, counter: Counter): number {
  return base === undefined ? 0 : accepted(snapshots.at(-1), counter) - accepted(base, counter);
}

/** Without what was counted before it, nothing can be counted. */
function firstWith({ base, snapshots }: Window, counters: readonly Counter[]): Moment | undefined {
  if (base === undefined || counters.length === 0) return undefined;
  return snapshots.find((snapshot) => counters.every((one) => accepted(snapshot, one) - accepted(base, one) >= 1));
}

function givenUpIn({ base, snapshots }: Window, counters: readonly Counter[]): string[] {
  const last = snapshots.at(-1);
  if (base === undefined) return [];
  return counters.flatMap((counter) => {
    const before = countIn(base, counter)?.givenUp ?? {};
    const now = Object.entries(countIn(last, counter)?.givenUp ?? {});
    return now.flatMap(([reason, count]) => (count > (before[reason] ?? 0) ? [`${counter.kind}: ${reason}`] : []));
  });
}

function othersOf({ rule, setup }: Followed, counters: readonly Counter[], snapshots: readonly Snapshot[]): string[] {
  const known = setup.witness.by === 'alertmanager' ? setup.witness.receivers : [];
  const sameKind = (receiver: string): boolean =>
    known
      .find(({ name }) => name === receiver)
      ?.integrations.some(({ kind }) => counters.some((one) => one.kind === kind)) ?? false;
  const names = snapshots.flatMap(({ groups }) =>
    groups.filter(({ receiver }) => sameKind(receiver)).flatMap(({ alerts }) => alerts.map(({ name }) => name)),
  );
  return [...new Set(names)].filter((name) => name !== rule.name);
}
