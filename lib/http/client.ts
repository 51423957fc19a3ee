/**
 * The HTTP client: credentials, TLS, one deadline, a limit to the answer's size, packed too. Redirects are not followed. The only
 * importer of undici.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { within } from '../core/within.ts';
import { authorization, type HttpAccess } from './access.ts';
import { usualNames } from './header-names.ts';
import { lateTrouble, type Trouble, troubleOf } from './trouble.ts';

export interface HttpRequest extends HttpAccess {
  /** Default GET; POST when there is a body. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; name its content-type in `headers`. */
  readonly body?: string;
  /** A header of the answer that the caller wants. */
  readonly keep?: string;
  /** From the call to the last byte of the answer; default 10,000. */
  readonly timeoutMs?: number;
  /** Larger answers are refused; default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Any status. */
export interface HttpResponse {
  readonly status: number;
  /** '' when it says none. */
  readonly contentType: string;
  /** Where it redirects to. */
  readonly location: string | undefined;
  readonly text: string;
  /** The header that `keep` named; absent where the answer has none. */
  readonly kept?: string;
}

export interface HttpTrouble {
  readonly trouble: Trouble;
  /** For an answer that began and did not arrive whole; null when none began. */
  readonly status: number | null;
  readonly cause: unknown;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;

export function methodOf(asked: HttpRequest): NonNullable<HttpRequest['method']> {
  return asked.method ?? (asked.body === undefined ? 'GET' : 'POST');
}

/** One request over a new connection. Throws only `signal`'s reason. */
export async function send(url: string | URL, asked: HttpRequest = {}): Promise<HttpResponse | HttpTrouble> {
  const line = new Line(asked.tls);
  try {
    return await line.send(url, asked);
  } finally {
    await line.close();
  }
}

/** What became of the connection. */
interface Link {
  connected: boolean;
  /** The first error of its socket. undici forgets why TLS ended a connection once it sees the end itself. */
  error: Error | undefined;
}

interface Timed {
  readonly asked: HttpRequest;
  /** Aborts at the deadline, or with the request's own signal. */
  readonly soon: AbortSignal;
  readonly timeoutMs: number;
}

/** The connector's own deadline is a day: whoever asks has one. */
const KEPT_MS = 86_400_000;

/** A connection that is kept between requests, until the server closes it, or says that it soon will. */
export class Line {
  readonly #agent: Agent;
  readonly #closed = new AbortController();
  /** Ends a connection that is being made, which undici alone would leave behind. */
  #connecting: AbortSignal = this.#closed.signal;
  #link: Link = { connected: false, error: undefined };
  #connections = 0;

  constructor(tls: HttpAccess['tls'] = {}) {
    this.#agent = new Agent({
      connect: (options, callback) => this.#connect(tls, options, callback),
      // undici's own deadlines are off.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEPT_MS,
      keepAliveMaxTimeout: KEPT_MS,
    });
  }

  /** How many connections were made. */
  get connections(): number {
    return this.#connections;
  }

  /** One after the other. Throws only `signal`'s reason. */
  async send(url: string | URL, asked: HttpRequest = {}): Promise<HttpResponse | HttpTrouble> {
    asked.signal?.throwIfAborted();
    const limit = { ms: asked.timeoutMs ?? TIMEOUT_MS, signal: asked.signal };
    return within(limit, (soon) => this.#send(url, { asked, soon, timeoutMs: limit.ms }));
  }

  async #send(url: string | URL, { asked, soon, timeoutMs }: Timed): Promise<HttpResponse | HttpTrouble> {
    this.#connecting = AbortSignal.any([soon, this.#closed.signal]);
    let status: number | null = null;
    try {
      const response = await request(url, { ...messageOf(asked), dispatcher: this.#agent, signal: soon });
      status = response.statusCode;
      return await responseOf(response, asked);
    } catch (cause) {
      asked.signal?.throwIfAborted();
      if (cause instanceof BadAnswer) return { trouble: cause.trouble, status, cause };
      if (!soon.aborted) return { trouble: troubleOf(this.#link.error ?? cause, timeoutMs), status, cause };
      const stage = !this.#link.connected ? 'connecting' : status === null ? 'waiting' : 'reading';
      return { trouble: lateTrouble(stage, timeoutMs), status, cause };
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#agent.destroy();
  }

  #connect(tls: NonNullable<HttpAccess['tls']>, options: buildConnector.Options, callback: buildConnector.Callback) {
    const link: Link = { connected: false, error: undefined };
    this.#link = link;
    this.#connections += 1;
    const making = new AbortController();
    // Once it is made, it outlives the deadline of the request that made it.
    const giveUp = () => void (link.connected || making.abort());
    if (this.#connecting.aborted) giveUp();
    this.#connecting.addEventListener('abort', giveUp, { once: true });
    const connector = buildConnector({
      ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
      ...(tls.certPem === undefined ? {} : { cert: tls.certPem }),
      ...(tls.keyPem === undefined ? {} : { key: tls.keyPem }),
      ...(tls.unchecked ? { rejectUnauthorized: false } : {}),
      signal: making.signal,
      timeout: 0,
    });
    connector(options, (...result) => {
      const [failure, socket] = result;
      link.connected = failure === null;
      socket?.once('error', (error) => {
        link.error = error;
      });
      callback(...result);
    });
  }
}

function messageOf(asked: HttpRequest) {
  const { auth, body, headers } = asked;
  return {
    method: methodOf(asked),
    headers: usualNames({
      'accept-encoding': 'identity',
      ...headers,
      ...(auth === undefined ? {} : { authorization: authorization(auth) }),
    }),
    ...(body === undefined ? {} : { body }),
  };
}

async function responseOf(
  response: Dispatcher.ResponseData,
  { keep, maxBytes = MAX_BYTES }: HttpRequest,
): Promise<HttpResponse> {
  const kept = keep === undefined ? undefined : [response.headers[keep]].flat()[0];
  const one = (name: string): string | undefined => [response.headers[name]].flat()[0];
  const body = await unpacked(await readBody(response.body, maxBytes), one('content-encoding'), maxBytes);
  return {
    status: response.statusCode,
    contentType: one('content-type') ?? '',
    location: one('location'),
    text: body.toString('utf8'),
    ...(kept === undefined ? {} : { kept }),
  };
}

/** The answer came, and is of no use. */
class BadAnswer extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause?: unknown) {
    super(trouble.words, { cause });
    this.trouble = trouble;
  }
}

function tooLarge(maxBytes: number): BadAnswer {
  return new BadAnswer({ kind: 'too-large', words: `its answer is larger than ${Math.round(maxBytes / 2 ** 20)} MiB` });
}

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const gunzipAsync = promisify(gunzip);

/** Compressed answers were not asked for, but some proxies compress everything. */
async function unpacked(body: Buffer, encoding = '', maxBytes: number): Promise<Buffer> {
  const packing = encoding.trim().toLowerCase();
  if (packing === 'identity' || packing === '' || body.length === 0) return body;
  // RFC 9110, 8.4.1.3: x-gzip is gzip.
  if (packing !== 'gzip' && packing !== 'x-gzip')
    throw new BadAnswer({
      kind: 'unreadable',
      words: `its answer is compressed as ${packing}, which was not requested`,
    });
  return gunzipAsync(body, { maxOutputLength: maxBytes }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new BadAnswer({ kind: 'unreadable', words: `its answer can't be unpacked: ${cause.message}` }, cause);
  });
}
