/** What a server exposes, or a Prometheus has: metrics with their labels, as far as somebody knows them. */

import { nearest } from '../core/nearest.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

export interface KnownLabel {
  /** That were seen; null: nobody knows them. */
  readonly values: ReadonlySet<string> | null;
  /** Every series of the metric has it. */
  readonly isOnAll: boolean;
}

/** One name that a query can ask for. A histogram is three: `_bucket`, `_sum` and `_count`. */
export interface KnownMetric {
  readonly type: MetricType;
  /** null: nobody knows them. */
  readonly labels: ReadonlyMap<string, KnownLabel> | null;
  /** false: it is declared, and has no series yet. */
  readonly hasSeries: boolean;
  /** A rule records it: it has the labels of the rule's result, and scraping adds none. */
  readonly isRecorded?: true;
  /** Why it never has data: the rule that records it has none. */
  readonly dead?: string;
}

export interface Catalogue {
  /** For a person: `http://127.0.0.1:8080/metrics`. */
  readonly source: string;
  /** `exposition`: of the server alone. `prometheus`: all that it stores. `contract`: what the documents list. */
  readonly kind: 'exposition' | 'prometheus' | 'contract';
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** Documented name → the name under which it is here. */
  readonly renames: ReadonlyMap<string, string>;
  /** All jobs; null: nobody knows them. */
  readonly jobs: ReadonlySet<string> | null;
  /** The labels that scraping adds beside `job` and `instance`; null: nobody knows them. */
  readonly targetLabels: ReadonlySet<string> | null;
}

export const HISTOGRAM_PARTS = ['_bucket', '_sum', '_count'] as const;

/** Prometheus makes them for every target it scrapes, and of its own alerts. */
const SCRAPE_METRICS = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
  'scrape_timeout_seconds',
  'scrape_sample_limit',
  'scrape_body_size_bytes',
];
const ALERT_METRICS = ['ALERTS', 'ALERTS_FOR_STATE'];

/** Its labels are those of any alert. */
export function isOfAlerts(name: string): boolean {
  return ALERT_METRICS.includes(name);
}

/** Labels that people's scrape configurations usually add. A server does not expose them, and they may be there all the same. */
const USUAL_TARGET_LABELS = new Set(
  `app application az availability_zone cluster cluster_name component container container_name datacenter dc deployment
   endpoint env environment host hostname job_name kubernetes_namespace kubernetes_pod_name namespace node nodename pod pod_name
   prometheus region release replica server service shard site stage team tenant tier zone`.split(/\s+/),
);

const ALWAYS: KnownLabel = { values: null, isOnAll: true };

/** What scraping adds to each series. */
export const SCRAPE_LABELS = ['job', 'instance'] as const;

export function metricOf(catalogue: Catalogue, name: string): KnownMetric | undefined {
  const known = catalogue.metrics.get(name);
  if (known !== undefined) return known;
  if (SCRAPE_METRICS.includes(name)) return { type: 'gauge', labels: scrapeLabels(catalogue), hasSeries: true };
  if (isOfAlerts(name)) return { type: 'gauge', labels: null, hasSeries: true };
  return undefined;
}

function scrapeLabels({ targetLabels }: Catalogue): ReadonlyMap<string, KnownLabel> {
  return new Map([...SCRAPE_LABELS, ...(targetLabels ?? [])].map((name) => [name, ALWAYS]));
}

/** They are part of a metric's own form, and nothing adds them. */
const OWN_LABELS = new Set(['le', 'quantile']);

export function isUsualTargetLabel(label: string): boolean {
  return USUAL_TARGET_LABELS.has(label);
}

/**
 * Whether scraping may add a label that a metric does not have. Where nobody knows what is added, it may be any, unless the metric has one
 * that is nearly called so.
 */
export function mayBeTargetLabel(catalogue: Catalogue, metric: KnownMetric, label: string): boolean {
  if (catalogue.kind === 'prometheus' || catalogue.targetLabels !== null || OWN_LABELS.has(label)) return false;
  return isUsualTargetLabel(label) || nearest(label, labelNames(catalogue, metric)) === undefined;
}

/** How sure it is that a series has a label. */
export type Certainty = 'always' | 'maybe' | 'no';

export function certaintyOf(catalogue: Catalogue, metric: KnownMetric, label: string): Certainty {
  const own = metric.labels?.get(label);
  if (own !== undefined) return own.isOnAll ? 'always' : 'maybe';
  if (metric.labels === null) return 'maybe';
  if (catalogue.kind === 'prometheus' || metric.isRecorded) return 'no';
  if (label === 'job' || label === 'instance') return 'always';
  return catalogue.targetLabels?.has(label) || mayBeTargetLabel(catalogue, metric, label) ? 'maybe' : 'no';
}

/** All label names that a person may have meant. */
export function labelNames(catalogue: Catalogue, metric: KnownMetric): string[] {
  const isWhole = catalogue.kind === 'prometheus' || metric.isRecorded;
  const scraped = isWhole ? [] : [...SCRAPE_LABELS, ...(catalogue.targetLabels ?? [])];
  return [...new Set([...(metric.labels?.keys() ?? []), ...scraped])];
}

/** The histogram that this is the plain name of, if it is one. */
export function isHistogramName({ metrics }: Catalogue, name: string): boolean {
  return metrics.get(`${name}_bucket`)?.type === 'histogram';
}
