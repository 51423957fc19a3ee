/** The HTTP API: routes, answers, and what metrics, spans, logs and the truth record of each request. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { RunDebate } from './debate-run.ts';
import { convergenceBody, type DebateStore, debateBody } from './debate-store.ts';
import type { Distortion, IncomingRequest } from './distortion.ts';
import { type DueFault, misbehave } from './http-faults.ts';
import type { Log, LogSite } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Queue } from './queue.ts';
import { matchRoute, type Route } from './routes.ts';
import type { ActiveSpan, Tracing } from './tracing.ts';
import type { Truth } from './truth.ts';

export interface HttpDeps {
  readonly clock: Clock;
  readonly store: DebateStore;
  readonly runDebate: RunDebate;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: Log;
  readonly truth: Truth;
  readonly dueFault: DueFault;
  readonly waitMs: (wait: Wait) => number;
  readonly queue: Queue;
  readonly distortion: Pick<Distortion, 'answer' | 'onRequest' | 'requestIdHeader'>;
  /** Requests to protected routes need it as `Authorization: Bearer`; undefined: nothing is protected. */
  readonly token: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request on its way to an answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly path: string;
  readonly debateId: string;
  readonly startedMs: number;
  readonly span: ActiveSpan;
  readonly asked: IncomingRequest;
}

const SITE: LogSite = { logger: 'aragora.server.http' };
/** Larger bodies are refused with 413. */
const MAX_BODY_BYTES = 1024 * 1024;

export function httpListener(deps: HttpDeps): RequestListener {
  const idleMs = idleClock(deps.clock);
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    const method = request.method ?? 'GET';
    const { route, debateId } = matchRoute(method, path);
    const asked = { method, path, headers: request.headers, bodyBytes: 0, idleMs: idleMs(request.socket) };
    if (!route.counted) return void answerUncounted(deps, { route, response, asked });
    const startedMs = deps.clock.nowMs();
    deps.truth.received(method, route.template);
    const traceparent = request.headers['traceparent'];
    const attributes = { method, path, ...deps.distortion.onRequest?.(request.headers) };
    const span = deps.tracing.request(typeof traceparent === 'string' ? traceparent : undefined, attributes);
    const exchange: Exchange = { request, response, route, path, debateId, startedMs, span, asked };
    if (route.protected && !authorized(request, deps.token)) {
      return send(deps, exchange, failure(401, 'Authentication required'));
    }
    if (method === 'POST')
      readBody(request, (body) => {
        const bodyBytes = body === null ? MAX_BODY_BYTES : Buffer.byteLength(body);
        proceed(deps, { ...exchange, asked: { ...asked, bodyBytes } }, body);
      });
    else proceed(deps, exchange, '');
  };
}

/** How long a connection was idle since its request before; 0 for its first. */
function idleClock(clock: Clock): (connection: object) => number {
  const usedAtMs = new WeakMap<object, number>();
  return (connection) => {
    const nowMs = clock.nowMs();
    const before = usedAtMs.get(connection) ?? nowMs;
    usedAtMs.set(connection, nowMs);
    return nowMs - before;
  };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** Whether the request may pass: no token is needed, or it brings the right one. */
export function authorized(request: IncomingMessage, token: string | undefined): boolean {
  return token === undefined || request.headers.authorization === `Bearer ${token}`;
}

/** Calls back with the body, or with null when it is too large. If the client goes away, there is no call. */
function readBody(request: IncomingMessage, done: (body: string | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => done(bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')));
}

function proceed(deps: HttpDeps, exchange: Exchange, body: string | null): void {
  const queuedMs = deps.queue.enter(deps.clock.nowMs());
  if (queuedMs === null) {
    send(deps, exchange, failure(503, 'Overloaded'));
    return;
  }
  deps.clock.after(queuedMs + deps.waitMs(exchange.route.wait), () => {
    const fault = exchange.route.fault === undefined ? undefined : deps.dueFault(exchange.route.fault);
    const answer = body === null ? failure(413, 'Body too large') : answerOf(deps, exchange, body);
    if (fault === undefined) return send(deps, exchange, answer);
    ended(deps, exchange, misbehave(exchange.response, fault, answer.body));
  });
}

function answerOf(deps: HttpDeps, exchange: Exchange, body: string): Answer {
  const { route, debateId, span } = exchange;
  switch (route.name) {
    case 'health':
      return ok(`{"status":"healthy","timestamp":"${new Date().toISOString()}"}`);
    case 'services':
      return ok('{"status":"healthy","services":{"api":"healthy","websocket":"healthy","elo":"healthy"}}');
    case 'providers':
      return ok('{"providers":[{"id":"google","name":"Google"},{"id":"github","name":"GitHub"}]}');
    case 'list':
      span.child('db.query', { operation: 'select', table: 'debates' }).end();
      return ok(deps.store.listBody());
    case 'create':
      return create(deps, exchange, body);
    case 'debate':
    case 'convergence': {
      span.child('db.query', { operation: 'select', table: 'debates' }).end();
      const debate = deps.store.get(debateId);
      if (debate === undefined) return failure(404, `Debate not found: ${debateId}`);
      return ok(route.name === 'debate' ? debateBody(debate) : convergenceBody(debate));
    }
    case 'method-not-allowed':
      return failure(405, 'Method not allowed');
    default:
      return failure(404, 'Not found');
  }
}

function create(deps: HttpDeps, { span }: Exchange, body: string): Answer {
  const wish = parseObject(body);
  if (wish === null) return failure(400, body === '' ? 'No content provided' : 'Invalid or missing JSON body');
  const { question, agents = ['demo', 'demo'], rounds = 3 } = wish;
  if (question === undefined) return failure(400, 'No content provided');
  if (typeof question !== 'string' || question.length < 10) {
    return failure(422, 'question: String should have at least 10 characters');
  }
  if (!isNames(agents)) return failure(422, 'agents: Input should be a list of 1 to 10 names');
  if (typeof rounds !== 'number' || !Number.isInteger(rounds) || rounds < 1 || rounds > 10) {
    return failure(422, 'rounds: Input should be a whole number from 1 to 10');
  }
  span.child('db.query', { operation: 'insert', table: 'debates' }).end();
  const debate = deps.store.create(question, agents, rounds);
  void deps.runDebate(debate, span);
  return ok(JSON.stringify({ success: true, debate_id: debate.id, status: 'created', task: question }));
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null; // Not JSON is the client's mistake, answered with 400.
  }
}

function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length >= 1 && value.length <= 10 && value.every((name) => typeof name === 'string')
  );
}

function ok(body: string): Answer {
  return { status: 200, body };
}

function failure(status: number, error: string): Answer {
  return { status, body: JSON.stringify({ error }) };
}

function send(deps: HttpDeps, exchange: Exchange, right: Answer): void {
  const answer = deps.distortion.answer === undefined ? right : deps.distortion.answer(right, exchange.asked);
  if (answer === null) {
    ended(deps, exchange, { outcome: 'hang', status: 0, complete: false });
    return;
  }
  const { status, body } = answer;
  // Counted before it is answered. Otherwise a server that loses the CPU in between would seem slower than its client measured.
  ended(deps, exchange, { outcome: String(status), status, complete: true });
  write(exchange.response, status, 'application/json', body);
}

function write(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

interface End {
  readonly outcome: string;
  readonly status: number;
  readonly complete: boolean;
}

function ended(deps: HttpDeps, exchange: Exchange, { outcome, status, complete }: End): void {
  const { request, route, path, span, startedMs } = exchange;
  const latencyMs = deps.clock.nowMs() - startedMs;
  const method = request.method ?? 'GET';
  deps.truth.ended(method, route.template, outcome, complete ? latencyMs : null);
  deps.metrics.request({ method, endpoint: route.template, path, status, seconds: latencyMs / 1000 });
  span.end({ status });
  const level = status >= 500 || status === 0 ? 'error' : 'info';
  if (!deps.log.enabled(level)) return;
  const requestId = request.headers[deps.distortion.requestIdHeader ?? 'x-request-id'];
  deps.log.write(SITE, level, 'request', {
    trace_id: span.traceId,
    request_id: typeof requestId === 'string' ? requestId : span.traceId.slice(16),
    method,
    path,
    status,
    duration_ms: Math.round(latencyMs * 1000) / 1000,
  });
}

/** Probes and the scrape itself: not delayed, counted, traced or logged, like in the real server. */
async function answerUncounted(
  { metrics, truth, distortion }: HttpDeps,
  { route, response, asked }: Pick<Exchange, 'route' | 'response' | 'asked'>,
): Promise<void> {
  switch (route.name) {
    case 'metrics': {
      const { contentType, ...right } = await metrics.exposition();
      const answer = distortion.answer === undefined ? right : distortion.answer(right, asked);
      return answer === null ? undefined : write(response, answer.status, contentType, answer.body);
    }
    case 'truth':
      return write(response, 200, 'application/json', JSON.stringify(truth.report()));
    case 'ready':
      return write(response, 200, 'application/json', '{"status":"ready"}');
    case 'socket':
      return write(response, 426, 'application/json', '{"error":"Upgrade required"}');
    default:
      return write(response, 200, 'application/json', '{"status":"ok"}');
  }
}
