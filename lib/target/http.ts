/** The HTTP API: takes a request, waits, answers it, and has it recorded by metrics, spans, log and truth. answers.ts says what is answered. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, type AnswerDeps, answerOf, failure } from './answers.ts';
import type { Patch } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { Distortion, IncomingRequest } from './distortion.ts';
import { misbehave } from './http-faults.ts';
import type { LiveBehaviour } from './live.ts';
import type { Log, LogSite } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Queue } from './queue.ts';
import type { Reports } from './reports.ts';
import { matchRoute, type Route } from './routes.ts';
import { answerSignIn, type SignIn } from './sign-in.ts';
import type { ActiveSpan, Tracing } from './tracing.ts';
import type { Truth } from './truth.ts';

export interface HttpDeps extends AnswerDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: Log;
  readonly reports: Reports;
  readonly truth: Truth;
  readonly live: LiveBehaviour;
  readonly queue: Queue;
  /** Absent: it has no sign-in by a provider. */
  readonly signIn: SignIn | undefined;
  readonly distortion: Pick<Distortion, 'answer' | 'onRequest' | 'requestIdHeader'>;
  /** Requests to protected routes need it as `Authorization: Bearer`; undefined: nothing is protected. */
  readonly token: string | undefined;
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
    if (route.name === 'behaviour') return changeBehaviour(deps.live, request, response);
    if (!route.counted) return void answerUncounted(deps, { request, route, response, asked });
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
  deps.clock.after(queuedMs + deps.live.waitMs(exchange.route.wait), () => {
    const fault = exchange.route.fault === undefined ? undefined : deps.live.dueFault(exchange.route.fault);
    const answer = body === null ? failure(413, 'Body too large') : answerOf(deps, exchange, body);
    if (fault === undefined) return send(deps, exchange, answer);
    const fails = (): void => ended(deps, exchange, misbehave(exchange.response, fault, answer.body));
    if (fault.kind === 'status' && fault.afterMs !== undefined) deps.clock.after(fault.afterMs, fails);
    else fails();
  });
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
  deps.reports.request({ request, name: `${method} ${route.template}`, status, latencyMs });
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

/** Only from this machine: whoever may change how a server behaves may also switch it off. */
function changeBehaviour(live: LiveBehaviour, request: IncomingMessage, response: ServerResponse): void {
  if (!isLoopback(request.socket.remoteAddress ?? '')) {
    write(response, 403, 'application/json', '{"error":"only from this machine"}');
    return;
  }
  readBody(request, (body) => {
    try {
      live.change(JSON.parse(body ?? '') as Patch);
      write(response, 200, 'application/json', '{}');
    } catch (error) {
      write(response, 400, 'application/json', JSON.stringify({ error: String(error) }));
    }
  });
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1';
}

/** Probes and the scrape itself: not delayed, counted, traced or logged, like in the real server. */
async function answerUncounted(
  { metrics, reports, truth, distortion, signIn }: HttpDeps,
  { request, route, response, asked }: Pick<Exchange, 'request' | 'route' | 'response' | 'asked'>,
): Promise<void> {
  switch (route.name) {
    case 'metrics': {
      const { contentType, ...right } = await metrics.exposition();
      const answer = distortion.answer === undefined ? right : distortion.answer(right, asked);
      return answer === null ? undefined : write(response, answer.status, contentType, answer.body);
    }
    case 'truth':
      return write(response, 200, 'application/json', JSON.stringify(truth.report()));
    case 'error':
      reports.error({ request, name: `GET ${route.template}`, status: 500, latencyMs: 0 });
      return write(response, 500, 'application/json', '{"error":"Internal server error"}');
    case 'sign-in':
    case 'sign-in-callback':
      return writeAnswer(response, await answerSignIn(signIn, request));
    case 'ready':
      return write(response, 200, 'application/json', '{"status":"ready"}');
    case 'socket':
      return write(response, 426, 'application/json', '{"error":"Upgrade required"}');
    default:
      return write(response, 200, 'application/json', '{"status":"ok"}');
  }
}

function writeAnswer(response: ServerResponse, { status, body, location }: Answer): void {
  response.writeHead(status, {
    ...(location !== undefined && { location }),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
