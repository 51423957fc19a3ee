/** What the reference target reports to Sentry: each error, and a share of its requests as transactions. Headers that show who asked are left out. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Line } from '../http/client.ts';
import { evenly } from './random.ts';

export interface ReportOptions {
  /** `http://KEY@HOST:PORT/PROJECT` */
  readonly dsn: string;
  /** Default `development`, as the guide has it. */
  readonly environment?: string;
  /** Default the version of the reference target. */
  readonly release?: string;
}

/** An event or a transaction in the form of Sentry's envelopes. */
export type Report = Readonly<Record<string, unknown>>;

/** A request that ended. */
export interface ReportedRequest {
  readonly request: IncomingMessage;
  /** Method and route, for example `GET /api/health`. */
  readonly name: string;
  readonly status: number;
  readonly latencyMs: number;
}

export interface Reports {
  /** Every ended request: a share of them are transactions, and those that failed are errors. */
  request(ended: ReportedRequest): void;
  /** An error in the server. */
  error(failed: ReportedRequest): void;
  /** Sends what still waits. */
  stop(): Promise<void>;
}

interface Manner {
  readonly seed: number;
  readonly edit: ((right: Report, headers: IncomingHttpHeaders) => Report | null) | undefined;
  /** Absent: as documented. */
  readonly share: number | undefined;
}

/** Documented: `SENTRY_TRACES_SAMPLE_RATE`, 0.1. Spread evenly, so that a short run shows it too. */
const DOCUMENTED_SHARE = 0.1;
const RELEASE = 'aragora-reference@1.0.0';
/** As the guide's `scrub_pii` removes them. */
const LEFT_OUT: ReadonlySet<string> = new Set(['authorization', 'cookie']);
/** More would mean that nobody takes them. */
const MOST_WAITING = 1000;
const TIMEOUT_MS = 5000;

export function createReports(options: ReportOptions | undefined, manner: Manner): Reports {
  if (options === undefined) return { request: () => {}, error: () => {}, stop: async () => {} };
  const sender = new Sender(options.dsn);
  const isChosen = evenly(manner.share ?? DOCUMENTED_SHARE, manner.seed, 'transactions');
  const report = (type: 'event' | 'transaction', ended: ReportedRequest, own: Report) => {
    const { headers } = ended.request;
    const right = { ...commonOf(options, ended), ...own };
    const edited = manner.edit === undefined ? right : manner.edit(right, headers);
    if (edited !== null) sender.send(type, edited);
  };
  const error = (failed: ReportedRequest) => report('event', failed, errorOf(failed));
  return {
    request: (ended) => {
      if (ended.status >= 500) error(ended);
      if (isChosen()) report('transaction', ended, transactionOf(ended));
    },
    error,
    stop: () => sender.stop(),
  };
}

function commonOf({ environment = 'development', release = RELEASE }: ReportOptions, ended: ReportedRequest): Report {
  const { request, name } = ended;
  const headers = Object.entries(request.headers).filter(([header]) => !LEFT_OUT.has(header));
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  return {
    event_id: hexId(),
    platform: 'node',
    timestamp: Date.now() / 1000,
    environment,
    release,
    server_name: 'reference',
    transaction: name,
    request: {
      method: request.method,
      url: url.origin + url.pathname,
      query_string: url.search.slice(1),
      headers: Object.fromEntries(headers),
    },
    contexts: { trace: { ...traceOf(request.headers), op: 'http.server' } },
    breadcrumbs: { values: [{ category: 'http', message: `${name} begins`, level: 'info' }] },
    user: { id: 'anonymous' },
  };
}

function errorOf({ name, status }: ReportedRequest): Report {
  const frame = { function: 'handle', module: 'aragora.server.http', filename: 'http.ts', in_app: true };
  const value = { type: 'InternalError', value: `${name} answers ${status}`, stacktrace: { frames: [frame] } };
  return { level: 'error', exception: { values: [value] } };
}

function transactionOf({ latencyMs }: ReportedRequest): Report {
  const started = (Date.now() - latencyMs) / 1000;
  return { type: 'transaction', start_timestamp: started, spans: [], transaction_info: { source: 'route' } };
}

/** Continues what Sentry's own header says. */
function traceOf(headers: IncomingHttpHeaders): Report {
  const [, traceId, parent] = /^([0-9a-f]{32})-([0-9a-f]{16})/.exec(String(headers['sentry-trace'])) ?? [];
  const own = { trace_id: traceId ?? hexId(), span_id: hexId().slice(16) };
  return parent === undefined ? own : { ...own, parent_span_id: parent };
}

function hexId(): string {
  return randomUUID().replaceAll('-', '');
}

/** Sends one envelope after the other over one connection. What can't be sent is forgotten, as SDKs do. */
class Sender {
  readonly #url: URL;
  readonly #key: string;
  readonly #line = new Line();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(dsn: string) {
    const { protocol, host, pathname, username } = new URL(dsn);
    const [, prefix = '', project = ''] = /^(.*)\/([^/]+)\/?$/.exec(pathname) ?? [];
    this.#url = new URL(`${prefix}/api/${project}/envelope/`, `${protocol}//${host}`);
    this.#key = username;
  }

  send(type: 'event' | 'transaction', report: Report): void {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    const body = [{ event_id: report['event_id'] }, { type }, report].map((one) => `${JSON.stringify(one)}\n`).join('');
    const headers = {
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_version=7, sentry_client=aragora-reference/1.0, sentry_key=${this.#key}`,
    };
    this.#last = this.#last
      .then(() => this.#line.send(this.#url, { body, headers, timeoutMs: TIMEOUT_MS }))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  async stop(): Promise<void> {
    await this.#last;
    await this.#line.close();
  }
}
