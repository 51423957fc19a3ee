/**
 * Owns the one wrapper over k6: an arrival with its due time and trace, an HTTP call, a recorded sample.
 * Refuses to know what any journey does and whether a latency is good.
 */
import { check } from 'k6';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Trend } from 'k6/metrics';
import { LATENCY_METRIC } from '../lib/core/engine-protocol.ts';
import type { Endpoint } from '../lib/core/plan.ts';
import { Random } from './random.ts';
import { plan, REQUEST_TIMEOUT_MS, token } from './settings.ts';

export type Response = RefinedResponse<'text'>;

const latency = new Trend(LATENCY_METRIC, true);

/** k6 tells the time in whole ms, so a lateness up to this is the clock's rounding and counts as none. */
const CLOCK_MS = 1;
/** One iteration of so many reports how late it started. */
const LATENESS_EVERY = 8;

/** One arrival of the open model. */
export interface Arrival {
  /** Unix ms at which it was due. After drops in its scenario it is too early; the recorder corrects for that. */
  readonly dueMs: number;
  /** ≥ 0. */
  readonly latenessMs: number;
  readonly random: Random;
  readonly traceId: string;
  readonly traceparent: string;
  /** Whether this is the one arrival a second whose trace id is kept, with the sampled flag set. */
  readonly traced: boolean;
}

/** The arrival that the current iteration answers. Call it first, once. */
export function arrival(): Arrival {
  const nowMs = Date.now();
  const { name, startTime, iterationInTest: index } = exec.scenario;
  const ratePerSec = plan.scenarios[name]?.ratePerSec ?? 0;
  const dueMs = ratePerSec > 0 ? startTime + (index * 1000) / ratePerSec : nowMs;
  const behindMs = nowMs - dueMs;
  const random = new Random(plan.seed, name, index);
  const traceId = random.hex(32);
  const traced = index % Math.max(1, Math.round(ratePerSec)) === 0;
  if (index % LATENESS_EVERY === 0) record('start-lateness', Math.max(0, behindMs), 'ok');
  return {
    dueMs,
    latenessMs: behindMs > CLOCK_MS ? behindMs : 0,
    random,
    traceId,
    traceparent: `00-${traceId}-${random.hex(16)}-${traced ? '01' : '00'}`,
    traced,
  };
}

const tags: Record<string, { endpoint: Endpoint; outcome: string }> = {};

/** Records one sample. `outcome` is "ok" or the kind of failure, e.g. "status_500", from a small set. */
export function record(endpoint: Endpoint, latencyMs: number, outcome: string, traced?: Arrival): void {
  const key = `${endpoint} ${outcome}`;
  tags[key] ??= { endpoint, outcome };
  if (traced?.traced) {
    exec.vu.metrics.metadata['trace_id'] = traced.traceId;
    latency.add(latencyMs, tags[key]);
    delete exec.vu.metrics.metadata['trace_id'];
  } else {
    latency.add(latencyMs, tags[key]);
  }
  // Under the harness no one reads checks; a person's k6 thresholds do.
  if (!__ENV['PLAN'] && endpoint !== 'start-lateness') check(null, { [endpoint]: () => outcome === 'ok' });
}

export interface Call {
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** What is wrong with a 200, or undefined when nothing is. */
  readonly verify: (response: Response) => string | undefined;
}

/** Sends one request and records one sample: from the due time to the complete answer, connecting included. */
export function call(due: Arrival, request: Call): { response: Response; outcome: string } {
  const headers: Record<string, string> = { traceparent: due.traceparent, ...request.headers };
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = http.request(request.method, plan.httpUrl + request.path, request.body ?? null, {
    headers,
    redirects: 0,
    responseType: 'text',
    timeout: REQUEST_TIMEOUT_MS,
    tags: { name: request.endpoint },
  });
  const outcome = failureOf(response) ?? request.verify(response) ?? 'ok';
  // `duration` starts when the request is sent; `blocked` is all before that: a free connection, DNS, connect, TLS.
  record(request.endpoint, due.latenessMs + response.timings.blocked + response.timings.duration, outcome, due);
  return { response, outcome };
}

/** Why a response is no 200 with a body; undefined when it is one. k6 numbers its errors by the hundred. */
function failureOf(response: Response): string | undefined {
  const code = response.error_code;
  if (code === 1050 || code === 1211) return 'timeout';
  if (code === 1212) return 'refused';
  if (code === 1220 || code === 1201) return 'reset';
  if (code >= 1100 && code < 1200) return 'dns';
  if (code >= 1200 && code < 1300) return 'tcp';
  if (code >= 1300 && code < 1400) return 'tls';
  if (response.status >= 300 && response.status < 400) return `redirect_${response.status}`;
  if (response.status !== 200 && response.status !== 0) return `status_${response.status}`;
  if (code !== 0) return 'broken-answer';
  return response.body === null || response.body === '' ? 'empty-body' : undefined;
}

/** The value at `path` in a JSON body, undefined when the body is not JSON (validated whole) or has none there. */
export function jsonAt(response: Response, path: string): unknown {
  return response.json(path);
}
