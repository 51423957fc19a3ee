/**
 * Owns the catalogue of named breaks of the target's own telemetry: each with the one finding that must catch it.
 * Refuses to know how a fault is carried out (telemetry-faults.ts) and how findings are reached.
 */
import { nearest } from '../config/nearest.ts';
import { SloError } from '../core/error.ts';
import type { Patch, TelemetryFault } from './behaviour.ts';
import { breakNamed } from './breaks.ts';

export interface TelemetryBreak {
  /** Dotted, unique, begins with the family, e.g. `metrics.requests_total.missing`. */
  readonly name: string;
  /** One sentence: what the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  /** Findings that can't but fail with it. */
  readonly also?: readonly string[];
  readonly patch: Patch;
}

function lies(name: string, finding: string, description: string, fault: TelemetryFault): TelemetryBreak {
  return { name, finding, description, patch: { telemetry: [fault] } };
}

const COUNTER = 'aragora_requests_total';

export const TELEMETRY_BREAKS: readonly TelemetryBreak[] = [
  lies('metrics.requests_total.missing', 'metrics.requests_total.present', 'the request counter is not exposed', {
    kind: 'metric-missing',
    metric: COUNTER,
  }),
  lies('metrics.requests_total.gauge', 'metrics.requests_total.type', 'the request counter is declared a gauge', {
    kind: 'metric-type',
    metric: COUNTER,
    type: 'gauge',
  }),
  lies(
    'metrics.requests_total.lost-1-percent',
    'metrics.requests_total.reconciles',
    'one request in a hundred is not counted',
    { kind: 'requests-lost', every: 100 },
  ),
  lies('metrics.requests_total.double', 'metrics.requests_total.reconciles', 'each request is counted twice', {
    kind: 'requests-repeated',
    times: 2,
  }),
  {
    ...lies(
      'metrics.duration.ms-as-seconds',
      'metrics.request_duration_seconds.mean',
      'milliseconds are observed as seconds',
      { kind: 'seconds-times', factor: 1000 },
    ),
    also: ['metrics.request_duration_seconds.percentiles'],
  },
  lies(
    'metrics.websocket_connections.stuck',
    'metrics.websocket_connections.moves',
    'the gauge of open sockets stays at zero',
    { kind: 'sockets-stuck' },
  ),
  lies('traces.parent-lost', 'traces.debate.shape', 'rounds hang under the request, not under their debate', {
    kind: 'span-under-request',
    span: 'debate.round',
  }),
  lies('traces.agent.call.renamed', 'traces.spans.agent.call.present', 'agent calls are called llm.call', {
    kind: 'span-renamed',
    from: 'agent.call',
    to: 'llm.call',
  }),
  lies('traces.db.query.table-missing', 'traces.spans.db.query.attributes', 'db.query does not say its table', {
    kind: 'span-attribute-missing',
    span: 'db.query',
    attribute: 'table',
  }),
  lies('traces.sampling-50', 'traces.sampling.ratio', 'half of the traces are recorded instead of a tenth', {
    kind: 'sampling-ratio',
    ratio: 0.5,
  }),
  lies('traces.flag-ignored', 'traces.sampling.flag-unset', 'traces are recorded though their flag says not to', {
    kind: 'unset-flag-ignored',
  }),
  lies('logs.not-json', 'logs.json', 'one line in two hundred is no JSON', { kind: 'lines-not-json', every: 200 }),
  lies('logs.trace-ids-random', 'logs.trace-ids', 'lines have trace ids that nobody sent', {
    kind: 'trace-ids-random',
  }),
  lies('logs.token-leaked', 'logs.secrets', 'the Authorization header is logged', {
    kind: 'header-as-request-id',
    header: 'authorization',
  }),
  lies('logs.cookie-leaked', 'logs.secrets', 'the Cookie header is logged', {
    kind: 'header-as-request-id',
    header: 'cookie',
  }),
];

const FAMILY = /^(metrics|traces|logs)\./;

/** The patch of the break of that name, of either catalogue. Throws SloError("usage") with the nearest name when there is none. */
export function patchNamed(name: string): Patch {
  const found = TELEMETRY_BREAKS.find((known) => known.name === name);
  if (found !== undefined) return found.patch;
  if (!FAMILY.test(name)) return breakNamed(name).patch;
  const names = TELEMETRY_BREAKS.map((known) => known.name);
  const guess = nearest(name, names);
  throw new SloError('usage', `there is no break "${name}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${names.join(', ')}`,
  });
}
