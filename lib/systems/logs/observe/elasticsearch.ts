/** The search API that Elasticsearch and OpenSearch share (`_search` with scrolling). */

import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, type HttpFailure, type JsonAnswer, shownUrl } from '../../../http/backend.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { LOGS_OPTIONS } from '../options.ts';
import type { BackendFailure, LogBackend, LogBackendKind, LogEntry, LogWindow } from './backend.ts';

export interface ElasticsearchOptions extends HttpAccess {
  /** URL of the server, for example `https://elasticsearch:9200`. */
  readonly url: string;
  /** Index, alias or pattern; default `aragora-*`. */
  readonly index?: string | undefined;
  /** The field with the time; default `@timestamp`, which every shipper writes. */
  readonly timeField?: string;
  readonly signal?: AbortSignal;
}

const PAGE = 2000;
const KEEP = '1m';
/** Otherwise lines of a failed shard would be missing, and nobody would know. */
const WHOLE = 'allow_partial_search_results=false';
/** Where shippers put the line as it was written, in the order of preference. */
const RAW_FIELDS = ['message', 'log', 'event.original'] as const;

export const ELASTICSEARCH: LogBackendKind = {
  id: 'elasticsearch',
  title: 'Elasticsearch',
  options: ['elasticsearch'],
  usage: '--elasticsearch URL',
  source: { document: 'monitoring-setup-guide.md', section: 'Overview' },
  hasLabels: true,
  open: (url, { options, access, signal }) => {
    const { elasticsearchIndex: index }: OptionValues<typeof LOGS_OPTIONS> = options;
    return elasticsearchBackend({ url, index, ...access['elasticsearch'], signal });
  },
};

export function elasticsearchBackend(options: ElasticsearchOptions): LogBackend {
  const { index = 'aragora-*' } = options;
  const base = options.url.replace(/\/$/, '');
  const search = `${base}/${encodeURIComponent(index).replaceAll('%2C', ',').replaceAll('*', '%2A')}/_search`;
  const ask = (url: string, body: object, method: 'POST' | 'DELETE' = 'POST') =>
    fetchJson(url, {
      ...options,
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    source: 'elasticsearch',
    hasLabels: true,
    query: `${shownUrl(new URL(base)).replace(/\/$/, '')}/${index}`,
    find: async (text, window) => {
      const filter = [inWindow(options, window), { query_string: { query: JSON.stringify(text) } }];
      const answer = await ask(`${search}?${WHOLE}`, { size: 1, query: { bool: { filter } } });
      const page = pageOf(answer, search);
      return 'reason' in page ? page : page.hits.some((hit) => JSON.stringify(hit).includes(text));
    },
    read: async (window, add) => {
      // An index without a document does not know the field yet.
      const sort = [{ [timeFieldOf(options)]: { order: 'asc', unmapped_type: 'date' } }];
      let answer = await ask(`${search}?${WHOLE}&scroll=${KEEP}`, {
        size: PAGE,
        sort,
        query: inWindow(options, window),
      });
      for (;;) {
        const page = pageOf(answer, search);
        if ('reason' in page) return page;
        const { hits, scrollId } = page;
        const wanted = hits.every((hit) => add(entryOf(hit)));
        // A short page alone does not prove the end: it can also come from a limit of the server below ours.
        if (!wanted || hits.length === 0 || scrollId === null) {
          if (scrollId !== null) await ask(`${base}/_search/scroll`, { scroll_id: scrollId }, 'DELETE');
          return undefined;
        }
        answer = await ask(`${base}/_search/scroll`, { scroll: KEEP, scroll_id: scrollId });
      }
    },
  };
}

function timeFieldOf({ timeField = '@timestamp' }: ElasticsearchOptions): string {
  return timeField;
}

function inWindow(options: ElasticsearchOptions, { fromMs, toMs }: LogWindow): object {
  const range = { gte: Math.floor(fromMs), lte: Math.ceil(toMs), format: 'epoch_millis' };
  return { range: { [timeFieldOf(options)]: range } };
}

type Document = Readonly<Record<string, unknown>>;

function pageOf(
  answer: JsonAnswer | HttpFailure,
  url: string,
): { readonly hits: readonly Document[]; readonly scrollId: string | null } | BackendFailure {
  if (!answer.ok) return answer;
  const { data } = answer;
  const hits = isObject(data) && isObject(data['hits']) ? data['hits']['hits'] : null;
  if (!isObject(data) || !Array.isArray(hits)) {
    const reason = `POST ${shownUrl(new URL(url))} answers JSON that is no list of hits`;
    return { reason, hint: "is this the address of Elasticsearch's or OpenSearch's API?" };
  }
  const failedShards = isObject(data['_shards']) ? Number(data['_shards']['failed'] ?? 0) : 0;
  if (data['timed_out'] === true || failedShards > 0) {
    const reason = `POST ${shownUrl(new URL(url))} answers with a part of the hits alone`;
    return { reason, hint: 'is it healthy? Lines of a shard that failed would be missing' };
  }
  const documents = hits.map((hit: unknown) => (isObject(hit) ? hit['_source'] : undefined));
  if (!documents.every(isObject)) {
    const reason = `POST ${shownUrl(new URL(url))} answers hits without their "_source"`;
    return { reason, hint: 'does the index keep the documents, and may they be read?' };
  }
  const scrollId = data['_scroll_id'];
  return {
    hits: documents,
    scrollId: typeof scrollId === 'string' ? scrollId : null,
  };
}

/** If a document has a level, the shipper parsed the line; otherwise the line as written is one of its fields. */
function entryOf(document: Document): LogEntry {
  const { level } = document;
  const label = typeof level === 'string' ? level : null;
  const raw = rawOf(document);
  // Shippers that parse a line put its fields beside their own, and the parsed `message` where the raw line was.
  const isWhole = label === null || raw?.startsWith('{');
  return { text: isWhole && raw !== null ? raw : JSON.stringify(document), level: label };
}

function rawOf(document: Document): string | null {
  for (const name of RAW_FIELDS) {
    const value = name.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document);
    if (typeof value === 'string') return value;
  }
  return null;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
