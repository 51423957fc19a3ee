/** The wrapper around k6: an arrival with its due time and trace, an HTTP call, a recorded sample. */
import { check } from 'k6';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Trend } from 'k6/metrics';
import { type Endpoint, type HttpRoute, type JourneyEndpoint, START_LATENESS } from '../lib/core/endpoint.ts';
import { LATENCY_METRIC } from '../lib/core/engine-protocol.ts';
import { MOMENTS_FOR_MS, momentOf } from '../lib/core/moment.ts';
import { Random, traceIdPrefix, traceIdSuffix } from '../lib/core/random.ts';
import { type SampleOutcome, sampleOutcome } from '../lib/core/sample-outcome.ts';
import { nthOfGenerator } from '../lib/core/segment.ts';
import { slashRedirect } from '../lib/core/slash.ts';
import { flagOf } from '../lib/core/trace-flag.ts';
import { answerForm, tcpConnect } from '../lib/journeys/kept.ts';
import { formProblem } from './content/form.ts';
import { outcomeOf } from './outcome.ts';
import { canary, plan, REQUEST_TIMEOUT_MS, token } from './settings.ts';

export type Response = RefinedResponse<'text'>;

/** k6 provides it, but its types leave it to the DOM's. */
declare const console: { warn(line: string): void };

const latency = new Trend(LATENCY_METRIC, true);
/** Under the harness nobody reads checks and the tags of k6's own metrics; they are for a person who runs one file. */
const byHand = !__ENV['PLAN'];

/** k6 gives the time in whole ms, so a lateness up to this is rounding and counts as none. */
const CLOCK_MS = 1;
/** One iteration of this many of a generator reports how late it started. */
const LATENESS_EVERY = 8;

/** One arrival of the open model. */
export interface Arrival {
  /** Unix ms at which it was due. After drops in its scenario it is too early; the recorder corrects that. */
  readonly dueMs: number;
  /** ≥ 0. */
  readonly latenessMs: number;
  readonly random: Random;
  readonly traceId: string;
  /** null for an arrival that sends none. */
  readonly traceparent: string | null;
  /** Whether this is the one arrival in a second whose trace id is recorded, with the sampled flag set. */
  readonly traced: boolean;
}

/** What is the same for all arrivals of a scenario. */
interface ScenarioFacts {
  readonly startMs: number;
  readonly ratePerSec: number;
  /** One arrival of this many sends no `traceparent`. */
  readonly untracedEvery?: number;
  /** The first half of its trace ids. */
  readonly idPrefix: string;
}

const facts: Record<string, ScenarioFacts> = {};
/** Kept by each virtual user: k6 makes a new object at every access, and the properties of the old one show the present state too. */
let scenario: typeof exec.scenario | undefined;

function factsOf(name: string, startMs: number): ScenarioFacts {
  const { ratePerSec = 0, untracedEvery } = plan.scenarios[name] ?? {};
  const idPrefix = traceIdPrefix(plan.seed, name);
  return { startMs, ratePerSec, idPrefix, ...(untracedEvery !== undefined && { untracedEvery }) };
}

/** The arrival that the current iteration answers. Call it first, and once. */
export function arrival(): Arrival {
  const nowMs = Date.now();
  scenario ??= exec.scenario;
  const { name, iterationInTest: index } = scenario;
  facts[name] ??= factsOf(name, scenario.startTime);
  const { startMs, ratePerSec, idPrefix } = facts[name];
  const dueMs = ratePerSec > 0 ? startMs + (index * 1000) / ratePerSec : nowMs;
  const behindMs = nowMs - dueMs;
  const random = new Random(plan.seed, name, index);
  const id = traceIdSuffix(random, index);
  const traceId = idPrefix + id;
  const flag = flagOf(index, facts[name]);
  if (nthOfGenerator(index, plan.generators) % LATENESS_EVERY === 0) add(START_LATENESS, Math.max(0, behindMs), 'ok');
  return {
    dueMs,
    latenessMs: behindMs > CLOCK_MS ? behindMs : 0,
    random,
    traceId,
    traceparent: flag === null ? null : `00-${traceId}-${id}-${flag ? '01' : '00'}`,
    traced: flag === true,
  };
}

/** When the load began, Unix ms: the planned start of the scenario's first arrival, without the time that it waited for others. */
export function loadStartMs(): number {
  scenario ??= exec.scenario;
  return scenario.startTime - 1000 * (plan.scenarios[scenario.name]?.startSec ?? 0);
}

const tags: Record<string, { endpoint: Endpoint; outcome: SampleOutcome }> = {};

/** Records one sample of an endpoint that the journey's descriptor names. */
export function record(
  { name }: Pick<JourneyEndpoint, 'name'>,
  latencyMs: number,
  outcome: SampleOutcome,
  traced?: Arrival,
): void {
  if (traced?.traced) {
    exec.vu.metrics.metadata['trace_id'] = traced.traceId;
    add(name, latencyMs, outcome);
    delete exec.vu.metrics.metadata['trace_id'];
  } else {
    add(name, latencyMs, outcome);
  }
  if (byHand) report(name, outcome);
}

/** One good sample of this many is recorded of a property that every answer has: nothing depends on how many they are. */
const KEPT_EVERY = 8;
/** A journey that a program registers need not have these. */
const knowsForm = byHand || plan.endpoints.includes(answerForm.name);
const knowsConnect = byHand || plan.endpoints.includes(tcpConnect.name);
const keptBefore: Record<string, number> = {};

/** Records that a property of an answer was not kept (`problem`), or was. */
export function recordKept(endpoint: Pick<JourneyEndpoint, 'name'>, problem: SampleOutcome | undefined): void {
  const before = keptBefore[endpoint.name] ?? 0;
  if (problem === undefined) keptBefore[endpoint.name] = before + 1;
  if (problem !== undefined || before % KEPT_EVERY === 0) record(endpoint, 0, problem ?? 'ok');
}

/** Records when something happened, in the first part of the load. */
export function recordMoment({ name }: Pick<JourneyEndpoint, 'name'>, atMs: number): void {
  // A journey that a program registers need not write them down.
  const isKnown = byHand || plan.endpoints.includes(name);
  if (isKnown && atMs - loadStartMs() < MOMENTS_FOR_MS) add(name, momentOf(atMs), 'ok');
}

function add(endpoint: Endpoint, latencyMs: number, outcome: SampleOutcome): void {
  const key = `${endpoint} ${outcome}`;
  tags[key] ??= { endpoint, outcome };
  latency.add(latencyMs, tags[key]);
}

function report(endpoint: Endpoint, outcome: SampleOutcome): void {
  check(null, { [endpoint]: () => outcome === 'ok' });
  if (outcome !== 'ok') console.warn(`${endpoint}: ${outcome} (${sampleOutcome(outcome).words})`);
}

export interface Call {
  /** What is measured, and at which route. */
  readonly endpoint: Pick<JourneyEndpoint, 'name' | 'role' | 'own' | 'goodStatus'> & { readonly http: HttpRoute };
  /** Replaces `{id}` in the path. */
  readonly id?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** What is wrong with an answer of the good status; undefined when nothing is. */
  readonly verify: (response: Response) => SampleOutcome | undefined;
}

/** Sends one request and records one sample: from the due time to the complete answer, including the time to connect. */
export function call(due: Arrival, request: Call): { response: Response; outcome: SampleOutcome } {
  const { endpoint, id, body = null } = request;
  const { method, path } = endpoint.http;
  const headers: Record<string, string> = { ...identity(due.traceparent), ...request.headers };
  if (body !== null) headers['Content-Type'] = 'application/json';
  const url = plan.httpUrl + (id === undefined ? path : path.replace('{id}', () => id));
  const params = {
    headers,
    responseType: 'text' as const,
    timeout: REQUEST_TIMEOUT_MS,
    // k6 keeps something of every address that has no name, and data makes many.
    ...((byHand || endpoint.own) && { tags: { name: endpoint.name } }),
  };
  const first = http.request(method, url, body, params);
  const again =
    first.status < 300
      ? undefined
      : slashRedirect({ method, url, status: first.status, location: first.headers['Location'] });
  const response = again === undefined ? first : http.request(method, again, body, params);
  const good = endpoint.goodStatus ?? (endpoint.role === 'starts-debate' ? (plan.createdStatus ?? OK) : OK);
  const expected = { good, ...(endpoint.own && { own: endpoint.name }) };
  const outcome = outcomeOf(response, expected, () => request.verify(response));
  const redirectedMs = again === undefined ? 0 : tookMs(first);
  record(endpoint, due.latenessMs + redirectedMs + tookMs(response), outcome, due);
  if (outcome === 'ok' && knowsForm && !endpoint.own)
    recordKept(answerForm, formProblem(response.headers['Content-Type']) ?? leakIn(response.body ?? ''));
  return { response, outcome };
}

/** A shorter one could be found by chance. */
const LEAST_SECRET_CHARS = 8;
const secrets = [canary, token].filter((secret) => secret !== undefined && secret.length >= LEAST_SECRET_CHARS);

/** What a client sends in a header to show who it is, no answer repeats. */
function leakIn(text: string): SampleOutcome | undefined {
  return secrets.some((secret) => text.includes(String(secret))) ? 'secret-shown' : undefined;
}

/** `duration` starts when the request is sent; `blocked` is everything before: waiting for a free connection, DNS, connect, TLS. */
function tookMs({ timings: { blocked, connecting, duration } }: Response): number {
  if (connecting > 0 && knowsConnect) record(tcpConnect, connecting, 'ok');
  return blocked + duration;
}

/** What every request and handshake sends: its trace, and who asks. */
export function identity(traceparent: string | null): Record<string, string> {
  const headers: Record<string, string> = {};
  if (traceparent !== null) headers['traceparent'] = traceparent;
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
  if (canary !== undefined) headers['Cookie'] = `aragora_slo_canary=${canary}`;
  return headers;
}

const OK = 200;

/** The value at `path` in a JSON body; undefined when the body is not JSON (all of it is validated) or has no such value. */
export function jsonAt(response: Response, path: string): unknown {
  return response.json(path);
}
