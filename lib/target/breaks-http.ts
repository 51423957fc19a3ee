/**
 * The breaks of HTTP answers, and of agents' latency.
 *
 * Each is made so that only one finding fails (a failed request counts as over every latency limit of its endpoint):
 * - p50: the median is above its limit, p95 and p99 are within theirs. p95: 20 % of the requests are above the p95 limit and below the
 *   p99 limit. p99: 4 % are above the p99 limit, so p95 holds. Choices are evenly spread, so shares are exact.
 * - availability: 0.7 % of the requests of one route fail. That is seven times what 99.9 % of all HTTP requests allows if all requests
 *   are of that route, four times if 60 % are, and less than its own p99 allows. `dominant` names that route: at least 60 % of the
 *   load, and at least 1,600 requests, must be of it. Failed creations also fail agent responses, so there the agents journey has to
 *   make all of them, and its p99 allows them too.
 */
import type { SampleOutcome } from '../core/sample-outcome.ts';
import type { FaultyRoute, HttpFaultKind } from './behaviour.ts';
import type { Break } from './break-felt.ts';

type MeasuredWait = FaultyRoute | 'agent-response';

/** Endpoint, typical wait, and waits just above its p50, p95 and p99 limits, ms. */
const LATENCY: readonly (readonly [wait: MeasuredWait, fastMs: number, overMs: readonly [number, number, number]])[] = [
  ['health', 1, [14, 75, 150]],
  ['debates-list', 5, [140, 700, 1400]],
  ['debates-create', 5, [140, 700, 1400]],
  // Closer to the limits than the others, because every slow one keeps a client busy.
  ['agent-response', 70, [2200, 5500, 11_000]],
  ['consensus', 5, [70, 300, 700]],
];

/** The route whose requests give the samples: an agents arrival creates its debate. */
const DOMINANT: Readonly<Record<MeasuredWait, FaultyRoute>> = {
  health: 'health',
  'debates-list': 'debates-list',
  'debates-create': 'debates-create',
  'agent-response': 'debates-create',
  consensus: 'consensus',
};

const latency: readonly Break[] = LATENCY.flatMap(([wait, fastMs, [p50Ms, p95Ms, p99Ms]]) => [
  slow(`${wait}.p50`, wait, 'p50', `constant(${p50Ms}ms)`),
  slow(`${wait}.p95`, wait, 'p95', `bimodal(${fastMs}ms,${p95Ms}ms,0.2)`),
  slow(`${wait}.p99`, wait, 'p99', `bimodal(${fastMs}ms,${p99Ms}ms,0.04)`),
]);

const shapes: readonly Break[] = [
  slow('debates-list.p50.lognormal', 'debates-list', 'p50', 'lognormal(140ms,0.3)'),
  slow('consensus.p50.lognormal', 'consensus', 'p50', 'lognormal(70ms,0.3)'),
  slow('health.p50.stalls', 'health', 'p50', 'stall(36ms,32ms)'),
  slow('health.p95.stalls', 'health', 'p95', 'stall(250ms,75ms)'),
  slow('consensus.p95.stalls', 'consensus', 'p95', 'stall(800ms,320ms)'),
];

function slow(name: string, wait: MeasuredWait, percentile: string, law: string): Break {
  return {
    name: `latency.${name}`,
    description: `${wait} takes ${law}`,
    finding: `latency.${wait}.${percentile}`,
    dominant: DOMINANT[wait],
    patch: { waits: { [wait]: law } },
  };
}

/** An answer without words is no answer, however late. */
const wordless: Break = {
  name: 'latency.agent-response.p99.empty',
  description: 'in one debate of 25 agents answer without a word',
  finding: 'latency.agent-response.p99',
  shows: 'no-agent-message',
  dominant: 'debates-create',
  patch: { sockets: [{ kind: 'empty-messages', pick: { share: 0.04 } }] },
};

const FAILING_SHARE = 0.007;

const availability: readonly Break[] = [
  ...[404, 429, 500, 502, 503, 504].map((status) =>
    fails('health', `status-${status}`, `status_${status}`, { kind: 'status', status }),
  ),
  fails('health', 'later', 'later_503', { kind: 'status', status: 503, retryAfterSec: 1 }),
  fails('health', 'garbage', 'foreign_200', {
    kind: 'body',
    body: '<html>Bad gateway</html>',
    contentType: 'text/html',
  }),
  fails('health', 'truncated-json', 'not-json', { kind: 'body', body: '{"status":"heal' }),
  fails('health', 'empty', 'empty-body', { kind: 'body', body: '' }),
  fails('health', 'unhealthy', 'not-healthy', { kind: 'body', body: '{"status":"unhealthy"}' }),
  fails('health', 'redirect', 'redirect_302', { kind: 'redirect', location: '/login' }),
  fails('health', 'cut', 'broken-answer', { kind: 'cut' }),
  fails('health', 'reset', 'reset', { kind: 'reset' }),
  fails('health', 'hang', 'timeout', { kind: 'hang' }),
  fails('debates-list', 'status-500', 'status_500', { kind: 'status', status: 500 }),
  fails('debates-list', 'status-429', 'status_429', { kind: 'status', status: 429 }),
  fails('debates-list', 'wrong-shape', 'no-list', { kind: 'body', body: '{"error":"temporarily unavailable"}' }),
  fails('debates-list', 'truncated-json', 'no-list', { kind: 'body', body: '{"debates":[{"id":' }),
  fails('debates-create', 'success-false', 'success-false', {
    kind: 'body',
    body: '{"success":false,"error":"at capacity"}',
  }),
  fails('debates-create', 'no-id', 'no-debate', { kind: 'body', body: '{"success":true}' }),
  fails('debates-create', 'other-question', 'wrong-answer', { kind: 'lie', how: 'other-question' }),
  fails('debates-create', 'status-503', 'status_503', { kind: 'status', status: 503 }),
  fails('consensus', 'status-404', 'status_404', { kind: 'status', status: 404 }),
  fails('consensus', 'not-json', 'not-json', { kind: 'body', body: 'converged' }),
];

function fails(route: FaultyRoute, name: string, outcome: SampleOutcome, fault: HttpFaultKind): Break {
  return {
    name: `availability.${route}.${name}`,
    description: `${Number((FAILING_SHARE * 100).toPrecision(3))} % of ${route} requests get ${JSON.stringify(fault)}`,
    finding: 'availability.api',
    shows: `${route} ${outcome}`,
    dominant: route,
    patch: { http: [{ ...fault, route, pick: { share: FAILING_SHARE } }] },
  };
}

export const HTTP_BREAKS: readonly Break[] = [...latency, ...shapes, wordless, ...availability];
