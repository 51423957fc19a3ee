/** What a team's Alertmanager says of itself, over its API v2 and its own metrics: its configuration, its alerts, what it sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchJson, fetchText, type HttpFailure } from '../../http/backend.ts';
import type { AlertGroup, Counted } from '../../systems/alerts/model/witness.ts';
import type { ApiAccess } from '../prometheus.ts';
import type { Recorded } from '../record.ts';

const TIMEOUT_MS = 5_000;

export interface AlertmanagerStatus {
  /** The text of its alertmanager.yml, without secrets. */
  readonly config: string;
  /** When it started, and its name among others: two with the same are one. */
  readonly identity: string;
  /** How many Alertmanagers share the work, itself included: any of them may send a page. */
  readonly peers: number;
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
  const peers = Array.isArray(cluster?.peers) ? Math.max(1, cluster.peers.length) : 1;
  return { ok: true, config: config.original, identity: JSON.stringify([uptime, cluster?.name]), peers };
}

interface GroupData {
  readonly receiver?: { readonly name?: string };
  readonly alerts?: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly status?: { readonly state?: string };
  }[];
}

interface Now {
  readonly groups: readonly AlertGroup[];
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
    groups: (groups.data as readonly GroupData[]).map(({ receiver, alerts = [] }) => ({
      receiver: receiver?.name ?? '',
      alerts: alerts.map(({ labels, status }) => ({
        name: labels?.['alertname'] ?? '',
        isSilenced: status?.state === 'suppressed',
      })),
    })),
    counted: metrics.ok ? countedIn(metrics.text) : [],
  };
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
    const key = JSON.stringify([kind, receiver]);
    const one = counted.get(key) ?? { kind, receiver, accepted: 0, givenUp: {} };
    counted.set(key, one);
    if (name === 'notification_requests_total') one.accepted += Number(value);
    else if (name === 'notification_requests_failed_total') one.accepted -= Number(value);
    else one.givenUp[reason] = (one.givenUp[reason] ?? 0) + Number(value);
  }
  // One that has no requests yet is counted all the same: Alertmanager begins each with 0.
  return /^alertmanager_notification_requests_total\{/m.test(exposition) ? [...counted.values()] : [];
}

/** Records what it has at each change, until the signal. What can't be read is not recorded. */
export async function watchAlertmanager(
  access: ApiAccess,
  recorded: Recorded,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<void> {
  let last = '';
  let beforeMs = Date.now();
  while (!signal.aborted) {
    const sentMs = Date.now();
    const seen = await now(access, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (seen !== null) {
      const text = JSON.stringify(seen);
      if (text !== last) recorded.add({ kind: 'alertmanager', ...seen, beforeMs, atMs: Date.now() });
      last = text;
      beforeMs = sentMs;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
