/**
 * Reads Uptime Kuma's public status page: its monitors and the newest pings of each, at most a hundred. With credentials its /metrics says
 * which URL each monitor asks, where the page does not. Uptime Kuma keeps its answers for a minute.
 */
import { isoTime } from '../../../core/iso-time.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, fetchText, type HttpFailure } from '../../../http/backend.ts';
import { dialectOf, ExpositionReader } from '../../metrics/observe/exposition.ts';
import type { Ping, PingOutcome, SeenMonitor } from '../observation.ts';
import type { MonitorsRead } from './blackbox.ts';
import { addressOf } from './monitored.ts';

export interface KumaAsked extends HttpAccess {
  /** Of the status page, `…/status/NAME`; or of its root, where a page has a host of its own. */
  readonly url: string;
  readonly target: string;
  readonly signal: AbortSignal;
}

export type KumaRead = Extract<MonitorsRead, { ok: true }> & { readonly summarised: readonly string[] };

export async function readKuma(asked: KumaAsked): Promise<KumaRead | HttpFailure> {
  const { tls, signal, auth } = asked;
  const page = await pageOf(asked);
  if ('ok' in page) return page;
  const about = await fetchJson(`${page.root}/api/status-page/${page.name}`, { tls, signal });
  if (!about.ok) return about;
  const beats = await fetchJson(`${page.root}/api/status-page/heartbeat/${page.name}`, { tls, signal });
  if (!beats.ok) return beats;
  const urls = auth === undefined ? new Map<string, string>() : await urlsIn(`${page.root}/metrics`, asked);
  if ('ok' in urls) return urls;
  const entries = monitorsIn(about.data);
  const lists = fieldOf(beats.data, 'heartbeatList');
  if (entries === null || !isObject(lists)) return misshapen(page.root);
  const monitors: SeenMonitor[] = [];
  const summarised: string[] = [];
  for (const { id, name, url } of entries) {
    const pings = pingsIn(lists[id]);
    if (pings === null) summarised.push(name);
    monitors.push({ name, ...addressOf(url ?? urls.get(name) ?? null, asked.target), pings: pings ?? [], hours: [] });
  }
  return { ok: true, monitors, summarised };
}

interface Page {
  /** Where Uptime Kuma is, without a slash at the end. */
  readonly root: string;
  readonly name: string;
}

const PAGE_PATH = /^(.*)\/status\/([^/]+)$/;
const ENTRY = /^statusPage-(.+)$/;

async function pageOf({ url, tls, signal }: KumaAsked): Promise<Page | HttpFailure> {
  const bare = url.replace(/\/+$/, '');
  const [, root, name] = PAGE_PATH.exec(bare) ?? [];
  if (root !== undefined && name !== undefined) return { root, name: name.toLowerCase() };
  const entry = await fetchJson(`${bare}/api/entry-page`, { tls, signal });
  if (!entry.ok) return entry;
  const slug = fieldOf(entry.data, 'statusPageSlug') ?? ENTRY.exec(String(fieldOf(entry.data, 'entryPage')))?.[1];
  if (typeof slug === 'string') return { root: bare, name: slug };
  const reason = `${new URL(bare).host} shows no status page at its root`;
  return { ok: false, status: null, reason, hint: 'name the page: --uptime-kuma https://HOST/status/NAME' };
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly url: string | null;
}

/** null: it is no status page. A monitor may be in several groups. */
function monitorsIn(about: unknown): Entry[] | null {
  const groups = fieldOf(about, 'publicGroupList');
  if (!Array.isArray(groups)) return null;
  const entries = new Map<string, Entry>();
  for (const group of groups) {
    const list = fieldOf(group, 'monitorList');
    for (const monitor of Array.isArray(list) ? list : []) {
      const [id, name, url] = ['id', 'name', 'url'].map((field) => fieldOf(monitor, field));
      if (typeof id !== 'number' || typeof name !== 'string') return null;
      entries.set(String(id), { id: String(id), name, url: typeof url === 'string' ? url : null });
    }
  }
  return [...entries.values()];
}

/** By Uptime Kuma's numbers. */
const OUTCOMES: readonly PingOutcome[] = ['down', 'up', 'retrying', 'maintenance'];

/** null: they are summed up by days. [] for a monitor that has not asked yet. */
function pingsIn(list: unknown): Ping[] | null {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return null;
  const pings: Ping[] = [];
  for (const beat of list) {
    const [status, time, ping] = ['status', 'time', 'ping'].map((field) => fieldOf(beat, field));
    const outcome = typeof status === 'number' ? OUTCOMES[status] : undefined;
    const atMs = typeof time === 'string' ? timeMs(time) : null;
    // A sum has a zone and no duration. A stretch without any ping is the number 0.
    const isSum = outcome === 'up' && ping === null && typeof time === 'string' && time.includes('T');
    if (outcome === undefined || atMs === null || isSum) return null;
    pings.push({ atMs, outcome, tookMs: typeof ping === 'number' && ping >= 0 ? ping : null });
  }
  return pings.sort((a, b) => a.atMs - b.atMs);
}

/** Uptime Kuma writes UTC without saying so. */
function timeMs(text: string): number | null {
  const time = isoTime(text);
  return time?.form === 'no-zone' ? (isoTime(`${text}Z`)?.atMs ?? null) : (time?.atMs ?? null);
}

/** The URL of each monitor by its name. */
async function urlsIn(address: string, { auth, tls, signal }: KumaAsked): Promise<Map<string, string> | HttpFailure> {
  const answer = await fetchText(address, { auth, tls, signal });
  if (!answer.ok) return answer;
  const urls = new Map<string, string>();
  const reader = new ExpositionReader(dialectOf(answer.contentType), {
    sample: (_family, line) => {
      if (line.name !== 'monitor_status') return undefined;
      const { monitor_name: name, monitor_url: url } = line.labels();
      if (name !== undefined && url !== undefined) urls.set(name, url);
      return undefined;
    },
  });
  reader.push(answer.text);
  reader.end();
  return urls;
}

function misshapen(root: string): HttpFailure {
  const reason = `${new URL(root).host} does not answer as Uptime Kuma's status page does`;
  return { ok: false, status: null, reason, hint: 'is it Uptime Kuma, and is the page published?' };
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
