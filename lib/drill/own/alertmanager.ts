/** What a team's Alertmanagers say of themselves, over their API v2 and their own metrics: configuration, alerts, what they sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchJson, fetchText, type HttpFailure } from '../../http/backend.ts';
import type { EntryOf } from '../../systems/alerts/model/timeline.ts';
import type { AlertGroup, Counted } from '../../systems/alerts/model/witness.ts';
import type { ApiAccess } from '../prometheus.ts';
import type { Recorded } from '../record.ts';

const TIMEOUT_MS = 5_000;

export interface AlertmanagerStatus {
  /** The text of its alertmanager.yml, without secrets. */
  readonly config: string;
  /** When it started, and its name among others: two with the same are one. */
  readonly identity: string;
  /** Its own name in its cluster; null: it is alone. */
  readonly name: string | null;
  /** Names of all of its cluster, its own included: any of them may send a page. */
  readonly members: readonly string[];
}

interface StatusData {
  readonly config?: { readonly original?: unknown };
  readonly uptime?: unknown;
  readonly cluster?: { readonly name?: unknown; readonly peers?: unknown };
}

export async function statusOf(
  { url, ...access }: ApiAccess,
  signal: AbortSignal,
): Promise<({ readonly ok: true } & AlertmanagerStatus) | HttpFailure> {
  const answer = await fetchJson(`${url}/api/v2/status`, { ...access, signal, timeoutMs: TIMEOUT_MS });
  if (!answer.ok) return answer;
  const { config, uptime, cluster } = Object(answer.data) as StatusData;
  if (typeof config?.original !== 'string') {
    const reason = `GET ${url}/api/v2/status does not answer as Alertmanager does: it has no "config"`;
    return { ok: false, status: answer.status, reason, hint: "is this the address of an Alertmanager's API?" };
  }
  const name = typeof cluster?.name === 'string' ? cluster.name : null;
  const peers: readonly unknown[] = Array.isArray(cluster?.peers) ? cluster.peers : [];
  const members = peers.map((peer) => String((Object(peer) as { readonly name?: unknown }).name));
  return { ok: true, config: config.original, identity: JSON.stringify([uptime, name]), name, members };
}

interface GroupData {
  readonly labels?: Readonly<Record<string, string>>;
  readonly receiver?: { readonly name?: string };
  readonly alerts?: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly status?: { readonly state?: string };
  }[];
}

interface Now {
  /** By what it is called in the whole cluster. */
  readonly groups: ReadonlyMap<string, AlertGroup>;
  readonly counted: readonly Counted[];
}

async function now({ url, ...access }: ApiAccess, signal: AbortSignal): Promise<Now | null> {
  const asked = { ...access, signal, timeoutMs: TIMEOUT_MS };
  const [groups, metrics] = await Promise.all([
    fetchJson(`${url}/api/v2/alerts/groups`, asked),
    fetchText(`${url}/metrics`, asked),
  ]);
  if (!groups.ok || !Array.isArray(groups.data)) return null;
  return {
    groups: groupsIn(groups.data),
    counted: metrics.ok ? countedIn(metrics.text) : [],
  };
}

/** Two routes can make two groups of the same receiver and labels. */
function groupsIn(all: readonly GroupData[]): ReadonlyMap<string, AlertGroup> {
  const groups = new Map<string, AlertGroup>();
  for (const { receiver, labels = {}, alerts = [] } of all) {
    const called = JSON.stringify([receiver?.name, Object.entries(labels).toSorted()]);
    let name = called;
    for (let at = 2; groups.has(name); at++) name = `${called} ${at}`;
    groups.set(name, {
      receiver: receiver?.name ?? '',
      alerts: alerts.map((alert) => ({
        name: alert.labels?.['alertname'] ?? '',
        isSilenced: alert.status?.state === 'suppressed',
      })),
    });
  }
  return groups;
}

/** Of several: a group that two have is one group, and what each sent since `before` is added up. */
export function together(
  all: readonly Now[],
  before: readonly Now[] = [],
): Pick<EntryOf<'alertmanager'>, 'groups' | 'counted'> {
  const groups = new Map<string, AlertGroup>();
  for (const [name, group] of all.flatMap((one) => [...one.groups])) {
    groups.set(name, { ...group, alerts: [...(groups.get(name)?.alerts ?? []), ...group.alerts] });
  }
  const counted = new Map<string, Counting>();
  for (const one of all.flatMap((now) => now.counted)) add(counted, one);
  // What one of them does not count, or counts anew, nobody knows of all.
  const isCounted = all.every((one, at) => one.counted.length > 0 && !isAnew(one, before[at]));
  return { groups: [...groups.values()], counted: isCounted ? [...counted.values()] : [] };
}

/** It was started again. */
function isAnew({ counted }: Now, before: Now | undefined): boolean {
  const past = (one: Counted) =>
    before?.counted.find(({ kind, receiver }) => kind === one.kind && receiver === one.receiver);
  return counted.some((one) => one.accepted < (past(one)?.accepted ?? 0));
}

function add(counted: Map<string, Counting>, { kind, receiver, accepted, givenUp }: Counted): void {
  const sum = countingOf(counted, kind, receiver);
  sum.accepted += accepted;
  for (const [reason, count] of Object.entries(givenUp)) sum.givenUp[reason] = (sum.givenUp[reason] ?? 0) + count;
}

function countingOf(counted: Map<string, Counting>, kind: string, receiver: string | null): Counting {
  const key = JSON.stringify([kind, receiver]);
  const one = counted.get(key) ?? { kind, receiver, accepted: 0, givenUp: {} };
  counted.set(key, one);
  return one;
}

const COUNTER =
  /^alertmanager_(notification_requests_total|notification_requests_failed_total|notifications_failed_total)\{([^}]*)\} (\S+)$/gm;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

interface Counting {
  readonly kind: string;
  readonly receiver: string | null;
  accepted: number;
  readonly givenUp: Record<string, number>;
}

/** By integration, and by receiver where Alertmanager counts so. */
export function countedIn(exposition: string): Counted[] {
  const counted = new Map<string, Counting>();
  for (const [, name, text = '', value] of exposition.matchAll(COUNTER)) {
    const labels = new Map([...text.matchAll(LABEL)].map(([, label = '', said = '']) => [label, said]));
    const [kind, receiver] = [labels.get('integration') ?? '', labels.get('receiver_name') ?? null];
    const reason = labels.get('reason') ?? 'other';
    const one = countingOf(counted, kind, receiver);
    if (name === 'notification_requests_total') one.accepted += Number(value);
    else if (name === 'notification_requests_failed_total') one.accepted -= Number(value);
    else one.givenUp[reason] = (one.givenUp[reason] ?? 0) + Number(value);
  }
  // One that has no requests yet is counted all the same: Alertmanager begins each with 0.
  return /^alertmanager_notification_requests_total\{/m.test(exposition) ? [...counted.values()] : [];
}

/** Records what they have at each change, until the signal. What can't be read of one of them is not recorded. */
export async function watchAlertmanagers(
  asked: readonly ApiAccess[],
  recorded: Recorded,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<void> {
  let last = '';
  let before: readonly Now[] = [];
  let beforeMs = Date.now();
  while (!signal.aborted) {
    const sentMs = Date.now();
    const answers = await Promise.all(asked.map((access) => now(access, signal))).catch((error: unknown) => {
      if (signal.aborted) return [null];
      throw error;
    });
    const seen = answers.flatMap((answer) => answer ?? []);
    if (seen.length === answers.length) {
      const all = together(seen, before);
      before = seen;
      const text = JSON.stringify(all);
      if (text !== last) recorded.add({ kind: 'alertmanager', ...all, beforeMs, atMs: Date.now() });
      last = text;
      beforeMs = sentMs;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
