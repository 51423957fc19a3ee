/**
 * Loki's HTTP API (`query_range`).
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
 */

import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, shownUrl } from '../../../http/backend.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { LOGS_OPTIONS } from '../options.ts';
import type { BackendFailure, LogBackend, LogBackendKind, LogEntry, LogWindow } from './backend.ts';

export interface LokiOptions extends HttpAccess {
  /** URL of the server, for example `http://loki:3100`; a path prefix is kept. */
  readonly url: string;
  /** LogQL stream selector; default the pod's `app`, with which the guide's Promtail labels lines. */
  readonly selector?: string | undefined;
  /** Tenant, for Loki with authentication: header X-Scope-OrgID. */
  readonly tenant?: string | undefined;
  readonly signal?: AbortSignal;
}

const DOCUMENTED_SELECTOR = '{app=~"aragora.*"}';
/** Loki's own default limit for one answer. */
const PAGE = 5000;
const NS_PER_MS = 1_000_000n;

export const LOKI: LogBackendKind = {
  id: 'loki',
  title: 'Loki',
  options: ['loki'],
  usage: '--loki URL',
  source: { document: 'observability-setup-guide.md', section: 'Verification Checklist, Logging' },
  hasLabels: true,
  open: (url, { options, access, signal }) => {
    const { lokiSelector: selector, lokiTenant: tenant }: OptionValues<typeof LOGS_OPTIONS> = options;
    return lokiBackend({ url, selector, tenant, ...access['loki'], signal });
  },
};

interface LokiEntry extends LogEntry {
  /** Unix ns. */
  readonly at: bigint;
  /** Labels and text: within one nanosecond, Loki keeps no two lines with the same labels and text. */
  readonly key: string;
}

export function lokiBackend(options: LokiOptions): LogBackend {
  const { selector = DOCUMENTED_SELECTOR } = options;
  return {
    source: 'loki',
    hasLabels: true,
    query: `${shownUrl(new URL(options.url)).replace(/\/$/, '')} ${selector}`,
    find: async (text, window) => {
      const page = await queryRange(options, `${selector} |= ${JSON.stringify(text)}`, nsOf(window), 1);
      // An answer alone is not enough: a proxy in between may have dropped the filter.
      return 'reason' in page ? page : page.some((entry) => entry.text.includes(text));
    },
    read: (window, add) => readAll(options, selector, nsOf(window), add),
  };
}

interface NsWindow {
  readonly from: bigint;
  readonly to: bigint;
}

function nsOf({ fromMs, toMs }: LogWindow): NsWindow {
  return { from: BigInt(Math.floor(fromMs)) * NS_PER_MS, to: BigInt(Math.ceil(toMs)) * NS_PER_MS };
}

async function readAll(
  options: LokiOptions,
  selector: string,
  { from, to }: NsWindow,
  add: (entry: LogEntry) => boolean,
): Promise<BackendFailure | undefined> {
  // A page begins at the time of the last line before it. Which lines of one moment come first differs from page to page.
  let known = new Set<string>();
  for (;;) {
    const page = await queryRange(options, selector, { from, to }, PAGE);
    if ('reason' in page) return page;
    const fresh = page.filter((entry) => entry.at > from || (entry.at === from && !known.has(entry.key)));
    if (!fresh.every(add)) return undefined;
    const last = page.at(-1);
    // A short page alone does not prove the end: it can also come from a limit of the server below ours.
    if (fresh.length === 0 || last === undefined) return undefined;
    const together = page.filter(({ at }) => at === last.at);
    if (together.length === PAGE) {
      const reason = `Loki has more than ${PAGE} lines of one nanosecond, ${last.at}: they can't be read page by page`;
      return { reason, hint: 'read the log from its file instead' };
    }
    from = last.at;
    known = new Set(together.map(({ key }) => key));
  }
}

async function queryRange(
  options: LokiOptions,
  query: string,
  { from, to }: NsWindow,
  limit: number,
): Promise<LokiEntry[] | BackendFailure> {
  const url = new URL(`${options.url.replace(/\/$/, '')}/loki/api/v1/query_range`);
  const parameters = { query, start: String(from), end: String(to), limit: String(limit), direction: 'forward' };
  url.search = new URLSearchParams(parameters).toString();
  const answer = await fetchJson(url, {
    ...options,
    headers: options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant },
  });
  if (!answer.ok) return answer;
  const entries = entriesOf(answer.data);
  if (entries !== null) return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const reason = `GET ${shownUrl(url)} answers JSON that is no list of log streams`;
  return { reason, hint: "is this Loki's address, and does the selector select log lines?" };
}

/** null when it is not an answer of Loki. */
function entriesOf(data: unknown): LokiEntry[] | null {
  const result = isObject(data) && isObject(data['data']) ? data['data']['result'] : null;
  if (!isObject(data) || !Array.isArray(result) || !isObject(data['data'])) return null;
  if (data['data']['resultType'] !== 'streams') return null;
  const entries: LokiEntry[] = [];
  for (const stream of result as readonly unknown[]) {
    if (!isObject(stream) || !isObject(stream['stream']) || !Array.isArray(stream['values'])) return null;
    const { level } = stream['stream'];
    const labels = JSON.stringify(stream['stream']);
    for (const value of stream['values'] as readonly unknown[]) {
      if (!Array.isArray(value) || typeof value[0] !== 'string' || typeof value[1] !== 'string') return null;
      if (!/^\d+$/.test(value[0])) return null;
      const [at, text] = [BigInt(value[0]), value[1]];
      entries.push({ at, text, level: typeof level === 'string' ? level : null, key: `${labels} ${text}` });
    }
  }
  return entries;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
