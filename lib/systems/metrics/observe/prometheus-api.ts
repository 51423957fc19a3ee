/** Asks a Prometheus over its HTTP API, and reads its answers strictly. https://prometheus.io/docs/prometheus/latest/querying/api/ */

import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import { durationMs } from '../../../promql/duration.ts';
import type { ScrapeTarget } from '../observation.ts';

export interface PrometheusAccess extends HttpAccess {
  /** URL of its root, for example `http://prometheus:9090` or `https://host/prometheus`. */
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
}

export type Answer<T> = { readonly ok: true; readonly data: T } | HttpFailure;

export interface ActiveTarget extends ScrapeTarget {
  readonly scrapeUrl: string;
  /** Unix ms of its last scrape; 0 before the first. */
  readonly lastScrapeMs: number;
  /** ms; null when this Prometheus does not say. */
  readonly intervalMs: number | null;
}

export interface RawSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** [Unix seconds, value as text], ascending. */
  readonly samples: readonly (readonly [number, string])[];
  /** It has native histograms (also made of classic ones), whose buckets are no series. They are not read. */
  readonly isNative: boolean;
}

export interface Metadata {
  readonly type: string;
  readonly help: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Every target it scrapes. */
export async function activeTargets(access: PrometheusAccess): Promise<Answer<ActiveTarget[]>> {
  return await asked(access, '/api/v1/targets', { state: 'active' }, (data) =>
    list(field(data, 'activeTargets')).map((target) => {
      const labels = strings(field(target, 'labels'));
      return {
        job: labels['job'] ?? '',
        instance: labels['instance'] ?? '',
        health: text(field(target, 'health')),
        lastError: text(field(target, 'lastError')),
        scrapeUrl: text(field(target, 'scrapeUrl')),
        lastScrapeMs: Math.max(0, Date.parse(text(field(target, 'lastScrape'))) || 0),
        intervalMs: intervalMs(object(target)['scrapeInterval']),
      };
    }),
  );
}

/** Each sample as it was scraped: the raw points of `selector` in the `rangeMs` before `atMs`. A part of them is not an answer. */
export async function rawSamples(
  access: PrometheusAccess,
  selector: string,
  atMs: number,
  rangeMs: number,
): Promise<Answer<RawSeries[]>> {
  return await matrix(access, `${selector}[${Math.ceil(rangeMs)}ms]`, atMs);
}

/** What a query returns that asks for a range, at `atMs`. A part of it is not an answer. */
export async function matrix(access: PrometheusAccess, query: string, atMs: number): Promise<Answer<RawSeries[]>> {
  return await asked(access, '/api/v1/query', { query, time: String(atMs / 1000) }, (data, warnings) => {
    // For a simple selector, the only warnings are about storage that did not answer (remote read, Thanos).
    if (warnings.length > 0) throw new Misshapen(`it has only a part, ${JSON.stringify(warnings[0]).slice(0, 120)}`);
    return list(field(data, 'result')).map((series) => {
      const { __name__: name = '', ...labels } = strings(field(series, 'metric'));
      const [values, native] = [field(series, 'values'), field(series, 'histograms')];
      const isNative = native !== undefined && list(native).length > 0;
      return { name, labels, samples: values === undefined && isNative ? [] : list(values).map(point), isNative };
    });
  });
}

/** How many series an instant query returns, without those that have no number. */
export async function seriesReturned(access: PrometheusAccess, query: string, atMs: number): Promise<Answer<number>> {
  return await asked(access, '/api/v1/query', { query, time: String(atMs / 1000) }, (data) => {
    const type = field(data, 'resultType');
    if (type === 'scalar' || type === 'string') return 1;
    return list(field(data, 'result')).filter(
      (series) => isNative(series) || point(field(series, 'value'))[1] !== 'NaN',
    ).length;
  });
}

/** What an instant query returns, by the value of one label ('' where a series does not have it), without values that are not finite. */
export async function valuesByLabel(
  access: PrometheusAccess,
  query: string,
  label: string,
  atMs: number,
): Promise<Answer<ReadonlyMap<string, number>>> {
  return await asked(access, '/api/v1/query', { query, time: String(atMs / 1000) }, (data) => {
    const numbers = list(field(data, 'result')).filter((series) => !isNative(series));
    const values = numbers.map((series) => {
      const [, value] = point(field(series, 'value'));
      return [strings(field(series, 'metric'))[label] ?? '', Number(value)] as const;
    });
    return new Map(values.filter(([, value]) => Number.isFinite(value)));
  });
}

/** Of an instant query: it has a native histogram instead of a number. */
function isNative(series: unknown): boolean {
  return field(series, 'histogram') !== undefined;
}

/** Type and help by metric name. */
export async function metadata(access: PrometheusAccess): Promise<Answer<ReadonlyMap<string, Metadata>>> {
  return await asked(access, '/api/v1/metadata', { limit_per_metric: '1' }, (data) => {
    const entries = Object.entries(object(data)).flatMap(([name, kinds]) =>
      list(kinds)
        .slice(0, 1)
        .map((kind) => [name, { type: text(field(kind, 'type')), help: text(field(kind, 'help')) }] as const),
    );
    return new Map(entries);
  });
}

/** All values of a label, of the series that `selector` finds. */
export async function labelValues(
  access: PrometheusAccess,
  label: string,
  selector?: string,
): Promise<Answer<string[]>> {
  const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
  return await asked(access, path, selector === undefined ? {} : { 'match[]': selector }, (data) =>
    list(data).map(text),
  );
}

/** The names of all labels of the series that `selector` finds. */
export async function labelNames(access: PrometheusAccess, selector: string): Promise<Answer<string[]>> {
  return await asked(access, '/api/v1/labels', { 'match[]': selector }, (data) => list(data).map(text));
}

/** The names of all jobs in its configuration, also those without a target. */
export async function scrapePools(access: PrometheusAccess): Promise<Answer<string[]>> {
  return await asked(access, '/api/v1/scrape_pools', {}, (data) => list(field(data, 'scrapePools')).map(text));
}

export async function asked<T>(
  { url, auth, tls, signal }: PrometheusAccess,
  path: string,
  parameters: Readonly<Record<string, string>>,
  read: (data: unknown, warnings: readonly unknown[]) => T,
): Promise<Answer<T>> {
  const address = new URL(`${url.replace(/\/$/, '')}${path}?${new URLSearchParams(parameters)}`);
  const answer = await fetchJson(address, { auth, tls, ...(signal === undefined ? {} : { signal }) });
  if (!answer.ok) return answer;
  try {
    const body = object(answer.data);
    if (body['status'] !== 'success') throw new Misshapen('"status" is not "success"');
    return { ok: true, data: read(body['data'], list(body['warnings'] ?? [])) };
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const reason = `GET ${address.origin}${address.pathname} does not answer as Prometheus does: ${error.message}`;
    return { ok: false, status: answer.status, reason, hint: "is this the address of a Prometheus' API?" };
  }
}

class Misshapen extends Error {}

function object(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Misshapen(`expected an object, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`);
}

export function field(value: unknown, name: string): unknown {
  return object(value)[name];
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Misshapen(`expected a list, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`);
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Misshapen(`expected text, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`);
}

export function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, one]) => [name, text(one)]));
}

function point(value: unknown): [number, string] {
  const [atSec, number] = list(value);
  if (typeof atSec !== 'number')
    throw new Misshapen(`expected [seconds, "value"], got ${JSON.stringify(value)?.slice(0, 60)}`);
  return [atSec, text(number)];
}

export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Misshapen(`expected a number, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`);
}

function intervalMs(value: unknown): number | null {
  return typeof value === 'string' ? durationMs(value) : null;
}
