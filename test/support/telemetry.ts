/**
 * What the sample runs say about the server's telemetry: findings of each family, a checklist, clients against server. Copied here, so that
 * a change of data does not change golden files.
 */
import type { CheckedItem, ChecklistItem } from '../../lib/core/checklist.ts';
import type { ComparedLatency, Comparison } from '../../lib/core/comparison.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { Evidence, Finding, Status } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { Recording } from '../../lib/core/recording.ts';
import type { Source } from '../../lib/core/source.ts';
import { judgeChecklist } from '../../lib/judge/checklist.ts';

export type TelemetryKind = 'passing' | 'failing' | 'missing';

export interface SampleTelemetry {
  readonly observations: readonly Observation[];
  readonly findings: readonly Finding[];
  readonly checklist: readonly CheckedItem[];
  readonly comparison: Comparison | null;
}

export function telemetryOf(kind: TelemetryKind, recording: Recording): SampleTelemetry {
  const findings = CHECKS.map((check) => findingOf(check, kind));
  return {
    observations: kind === 'missing' ? [UNAVAILABLE] : [],
    findings,
    checklist: judgeChecklist({ checklist: ITEMS, systems: SYSTEMS }, findings),
    comparison: kind === 'missing' ? null : comparisonOf(recording, kind),
  };
}

const OBSERVABILITY = 'observability-setup-guide.md';
const MONITORING = 'monitoring-setup-guide.md';
const UNAVAILABLE: Observation = {
  kind: 'metrics',
  status: 'unavailable',
  source: 'direct',
  reason: 'GET http://127.0.0.1:8080/metrics answers 404',
  hint: 'set METRICS_ENABLED=true',
};

/** What it says when it does not pass: in the runs that fail, or always when nothing was connected. */
interface Trouble {
  readonly status: Status;
  readonly summary: string;
  readonly bad?: number;
  readonly evidence?: readonly Evidence[];
}

interface SampleCheck {
  readonly id: string;
  readonly subject: string;
  readonly source: Source;
  readonly samples: number;
  readonly summary: string;
  readonly failing?: Trouble;
  readonly always?: Trouble;
}

const NO_PROMETHEUS: Trouble = { status: 'no-data', summary: 'no Prometheus was asked' };
const NO_JAEGER: Trouble = { status: 'no-data', summary: 'no Jaeger is connected (--jaeger URL)' };
const promisedIn = (document: string, section: string): Source => ({ document, section });

const CHECKS: readonly SampleCheck[] = [
  {
    id: 'metrics.exposition.parses',
    subject: '/metrics is in Prometheus format',
    source: promisedIn(OBSERVABILITY, 'Verification Checklist, Metrics'),
    samples: 64,
    summary: 'all of 64 scrapes read without a broken line',
  },
  {
    id: 'metrics.requests_total.present',
    subject: 'aragora_requests_total is exposed',
    source: promisedIn(OBSERVABILITY, 'Enabling Metrics'),
    samples: 1,
    summary: 'exposed with 5 series',
  },
  {
    id: 'metrics.requests_total.reconciles',
    subject: 'aragora_requests_total equals what clients counted',
    source: promisedIn(OBSERVABILITY, 'Enabling Metrics'),
    samples: 6720,
    summary: 'all of 6,720 answered requests are counted, and no other',
    failing: {
      status: 'fail',
      bad: 12,
      summary: '12 that clients counted are not counted under their endpoint, method and status',
      evidence: [{ label: 'GET /api/debates 200', value: 'clients 1,800, server 1,788' }],
    },
  },
  {
    id: 'metrics.request_duration_seconds.percentiles',
    subject: 'aragora_request_duration_seconds fits what clients measured',
    source: promisedIn(OBSERVABILITY, 'Enabling Metrics'),
    samples: 36,
    summary: "at 36 bucket bounds of 4 endpoints the server's times fit the clients'",
  },
  {
    id: 'metrics.prometheus.up',
    subject: 'Prometheus scrapes it',
    source: promisedIn(OBSERVABILITY, 'Verification Checklist, Metrics'),
    samples: 0,
    summary: '',
    always: NO_PROMETHEUS,
  },
  ...['request-rate', 'latency-p95', 'error-rate'].map(
    (query): SampleCheck => ({
      id: `metrics.queries.${query}.returns`,
      subject: `documented query ${query} returns data`,
      source: promisedIn(MONITORING, 'Key Prometheus Queries'),
      samples: 0,
      summary: '',
      always: NO_PROMETHEUS,
    }),
  ),
  {
    id: 'traces.spans.http.request.present',
    subject: 'span http.request',
    source: promisedIn(MONITORING, 'Instrumented Components'),
    samples: 345,
    summary: '345 spans named http.request',
  },
  {
    id: 'traces.propagation',
    subject: 'traceparent continued',
    source: promisedIn(OBSERVABILITY, 'Verification Checklist'),
    samples: 305,
    summary: '305 of 305 trace ids continued, at every endpoint',
    failing: {
      status: 'fail',
      bad: 305,
      summary: 'none of 305 trace ids continued: the server starts traces of its own',
      evidence: [{ label: 'traces', value: '89b37eae42f57b62a209dfe300000186, 89b37eae42f57b6256e4a0c7000005be' }],
    },
  },
  {
    id: 'traces.jaeger.same',
    subject: 'the same trace in Jaeger',
    source: promisedIn(OBSERVABILITY, 'Verification Checklist'),
    samples: 0,
    summary: '',
    always: NO_JAEGER,
  },
  {
    id: 'traces.jaeger.service-map',
    subject: 'service map',
    source: promisedIn(OBSERVABILITY, 'Verification Checklist'),
    samples: 0,
    summary: '',
    always: NO_JAEGER,
  },
  {
    id: 'logs.json',
    subject: 'log lines are JSON',
    source: promisedIn(OBSERVABILITY, 'Log Configuration'),
    samples: 8173,
    summary: 'all of 8,173 lines are JSON objects',
    failing: {
      status: 'fail',
      bad: 1,
      summary: '1 line of 8,173 is no JSON object',
      evidence: [
        { label: 'log', value: 'aragora.log' },
        { label: 'line 4,711', value: 'Traceback (most recent call last):' },
      ],
    },
  },
  {
    id: 'logs.trace-ids',
    subject: "requests' trace ids are logged",
    source: promisedIn(OBSERVABILITY, 'Verification Checklist, Logging'),
    samples: 5724,
    summary: 'all of 5,724 trace ids found',
    failing: { status: 'inconclusive', summary: '3 of 5,724 trace ids not found, and 4 requests may not have arrived' },
  },
  {
    id: 'logs.fields.user_id',
    subject: 'log field user_id',
    source: promisedIn(OBSERVABILITY, 'Log Configuration'),
    samples: 0,
    summary: '',
    always: { status: 'no-data', summary: 'no line has it, and only lines with something to put there need it' },
  },
];

const MISSING: Readonly<Record<string, Trouble>> = {
  metrics: {
    status: 'unavailable',
    summary: 'GET http://127.0.0.1:8080/metrics answers 404; set METRICS_ENABLED=true',
  },
  traces: { status: 'no-data', summary: 'no trace came' },
  logs: { status: 'no-data', summary: 'no log was read (--log-file PATH)' },
};

function findingOf(check: SampleCheck, kind: TelemetryKind): Finding {
  const missing = kind === 'missing' ? MISSING[check.id.split('.')[0] ?? ''] : undefined;
  const trouble = check.always ?? missing ?? (kind === 'failing' ? check.failing : undefined);
  const judged = trouble === undefined || trouble.status === 'fail';
  const bad = trouble?.bad ?? 0;
  return {
    id: check.id,
    subject: check.subject,
    system: check.id.split('.')[0] ?? '',
    status: trouble?.status ?? 'pass',
    gating: check.always === undefined,
    operator: '==',
    expected: 0,
    actual: judged ? bad : null,
    margin: judged ? (bad === 0 ? 0 : -bad / check.samples) : null,
    unit: 'count',
    samples: judged ? check.samples : 0,
    effectiveSamples: null,
    bad,
    interval: null,
    allowedShare: null,
    furtherSamples: null,
    source: check.source,
    summary: trouble?.summary ?? check.summary,
    evidence: trouble?.evidence ?? [],
  };
}

const item = (line: number, words: string, section: string, ground: ChecklistItem['ground']): ChecklistItem => ({
  id: `observability.${line}`,
  words,
  source: { document: OBSERVABILITY, section: `Verification Checklist, ${section}`, line },
  ground,
});

const ITEMS: readonly ChecklistItem[] = [
  item(501, '`/metrics` endpoint returns Prometheus format', 'Metrics', { findings: ['metrics.exposition.parses'] }),
  item(502, 'Key business metrics are exposed', 'Metrics', {
    findings: ['metrics.requests_total.present', 'metrics.requests_total.reconciles'],
  }),
  item(503, 'Prometheus scraping successfully', 'Metrics', {
    findings: ['metrics.prometheus.up'],
    without: 'connect Prometheus with --prometheus URL',
    source: { system: 'metrics', id: 'prometheus' },
  }),
  item(507, 'Logs in JSON format', 'Logging', { findings: ['logs.json'] }),
  item(508, 'Trace IDs propagated', 'Logging', { findings: ['logs.trace-ids', 'traces.propagation'] }),
  item(520, 'Test alerts fire correctly', 'Alerting', { cannotTell: 'nothing here fires alerts' }),
  {
    id: 'monitoring.442',
    words: 'Check Grafana health',
    source: { document: MONITORING, section: 'Verify Setup', line: 442 },
    ground: { cannotTell: 'nothing here asks Grafana' },
  },
];

/** Without a Prometheus. */
const SYSTEMS = { metrics: { promises: null, sources: ['direct'] } };

const ROUTES: readonly (readonly [endpoint: Endpoint, method: string, path: string])[] = [
  ['health', 'GET', '/api/health'],
  ['debates-list', 'GET', '/api/debates'],
];
const BOUNDS_MS = [10, 50, 100, 250, 500, 1000] as const;

/** A server that measures a tenth less than the clients; a lying one has lost a dozen requests. */
function comparisonOf(recording: Recording, kind: TelemetryKind): Comparison {
  const lost = kind === 'failing' ? 12 : 0;
  const known = ROUTES.flatMap(([endpoint, method, path]) => {
    const recorded = recording.endpoints.get(endpoint);
    return recorded === undefined ? [] : [{ endpoint, method, path, total: recorded.total }];
  });
  return {
    requests: known.map(({ endpoint, method, path, total }) => {
      const missing = endpoint === 'debates-list' ? lost : 0;
      const explanation = missing === 0 ? '' : `${missing} not counted under this endpoint, method and status`;
      return {
        endpoint,
        method,
        path,
        status: '200',
        clients: total.count,
        server: total.count - missing,
        explanation,
      };
    }),
    latencies: known.map(({ endpoint, method, path, total }): ComparedLatency => {
      const share = (ms: number): number => 1 - total.countOverUs((ms / 0.9) * 1000) / total.count;
      const buckets = [...BOUNDS_MS.map((toMs) => ({ toMs, share: share(toMs) })), { toMs: null, share: 1 }];
      return {
        endpoint,
        method,
        path,
        clientMeanMs: 12,
        serverMeanMs: 10.8,
        percentiles: ([50, 95, 99] as const).map((percentile) => {
          const at = buckets.findIndex((bucket) => bucket.share * 100 >= percentile);
          const [serverFromMs, serverToMs] = [buckets[at - 1]?.toMs ?? 0, buckets[at]?.toMs ?? null];
          const clientMs = (total.percentileUs(percentile) ?? 0) / 1000;
          const outside = serverToMs !== null && clientMs > serverToMs;
          const explanation = outside
            ? `${(clientMs - serverToMs).toPrecision(3)} ms above it: connecting, network, waiting`
            : "in the server's bucket";
          return { percentile, clientMs, serverFromMs, serverToMs, explanation };
        }),
        buckets,
      };
    }),
  };
}
