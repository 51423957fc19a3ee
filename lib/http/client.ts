/** The HTTP client: credentials, TLS, one deadline. Redirects are not followed. */
import type { Socket } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { within } from '../core/within.ts';
import { authorization, type HttpAccess } from './access.ts';
import { BadAnswer, type HttpResponse, responseOf, type WantedAnswer } from './answer.ts';
import { usualNames } from './header-names.ts';
import { type Interim, withoutInterim } from './interim.ts';
import { lateTrouble, type Trouble, troubleOf } from './trouble.ts';

export type { HttpResponse } from './answer.ts';

export interface HttpRequest extends HttpAccess, WantedAnswer {
  /** Default GET; POST when there is a body. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; name its content-type in `headers`. */
  readonly body?: string;
  /** From the call to the last byte of the answer; default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpTrouble {
  readonly trouble: Trouble;
  /** For an answer that began and did not arrive whole; null when none began. */
  readonly status: number | null;
  readonly cause: unknown;
}

const TIMEOUT_MS = 10_000;

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

interface Wire {
  readonly agent: Agent;
  /** Ends a connection that is being made, which undici alone would leave behind. */
  connecting: AbortSignal;
}

/** A connection that is kept between requests, until the server closes it, or says that it soon will. */
export class Line {
  readonly #tls: NonNullable<HttpAccess['tls']>;
  readonly #closed = new AbortController();
  #wire: Wire;
  #link: Link = { connected: false, error: undefined };
  #connections = 0;
  /** undici forgets connections of a request that was given up, and then leaves them open. */
  readonly #sockets = new Map<Socket, Interim>();

  constructor(tls: HttpAccess['tls'] = {}) {
    this.#tls = tls;
    this.#wire = this.#newWire();
  }

  #newWire(): Wire {
    const wire: Wire = {
      connecting: this.#closed.signal,
      agent: new Agent({
        connect: (options, callback) => this.#connect(wire, options, callback),
        // undici's own deadlines are off.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: KEPT_MS,
        keepAliveMaxTimeout: KEPT_MS,
      }),
    };
    return wire;
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
    const wire = this.#wire;
    wire.connecting = AbortSignal.any([soon, this.#closed.signal]);
    for (const interim of this.#sockets.values()) interim.begin();
    let status: number | null = null;
    try {
      const response = await request(url, { ...messageOf(asked), dispatcher: wire.agent, signal: soon });
      status = response.statusCode;
      return await responseOf(response, asked);
    } catch (cause) {
      if (soon.aborted) await this.#replace(wire);
      asked.signal?.throwIfAborted();
      if (cause instanceof BadAnswer) return { trouble: cause.trouble, status, cause };
      if (!soon.aborted) return { trouble: troubleOf(this.#link.error ?? cause, timeoutMs), status, cause };
      const stage = !this.#link.connected ? 'connecting' : status === null ? 'waiting' : 'reading';
      return { trouble: lateTrouble(stage, timeoutMs), status, cause };
    }
  }

  /** A request that was given up takes its agent with it: undici connects for it once more. */
  async #replace(wire: Wire): Promise<void> {
    this.#wire = this.#newWire();
    await wire.agent.destroy();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#wire.agent.destroy();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #connect(wire: Wire, options: buildConnector.Options, callback: buildConnector.Callback) {
    if (wire.connecting.aborted) {
      queueMicrotask(() => callback(new Error('nobody waits for this connection any more'), null));
      return;
    }
    const link: Link = { connected: false, error: undefined };
    this.#link = link;
    this.#connections += 1;
    const making = new AbortController();
    // Once it is made, it outlives the deadline of the request that made it.
    const giveUp = () => void (link.connected || making.abort());
    wire.connecting.addEventListener('abort', giveUp, { once: true });
    const tls = this.#tls;
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
      if (socket) this.#keep(socket, link);
      callback(...result);
    });
  }

  #keep(socket: Socket, link: Link): void {
    this.#sockets.set(socket, withoutInterim(socket));
    socket.once('close', () => void this.#sockets.delete(socket));
    socket.once('error', (error) => {
      link.error = error;
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
