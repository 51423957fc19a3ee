/** Where the WebSocket is: on the target's own port as documented, or on the port that releases have for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RELEASE_WS_PORT } from '../../thresholds/contracts.ts';
import { usualWsUrl } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import { withToken } from '../http/access.ts';
import { openSocket } from '../http/socket.ts';
import { type Found, NOTHING, TIMEOUT_MS, type Wanted } from './question.ts';

/** A server that refuses one handshake in a hundred is measured: only what is refused each time is not there. */
const ATTEMPTS = 3;

export interface SocketPlace {
  /** Where one opens; undefined: nowhere. */
  readonly wsUrl: string | undefined;
  /** What was tried before, and how it failed. */
  readonly tried: readonly string[];
}

type Asked = Pick<Wanted, 'httpUrl' | 'wsUrl' | 'subprotocol' | 'token' | 'tls' | 'timeoutMs'>;

/** Says which one is taken. One that was named is the only one that is tried. */
export async function findSocket(wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const isNamed = wanted.wsUrl !== usualWsUrl(wanted.httpUrl);
  if (wanted.socket === null && !isNamed) return NOTHING;
  const { wsUrl, tried } = await socketPlace(wanted, signal);
  signal.throwIfAborted();
  if (wsUrl === wanted.wsUrl) return NOTHING;
  if (wsUrl !== undefined) return { wsUrl, notes: [`WebSockets are at ${wsUrl}: ${tried.join('; ')}`] };
  if (wanted.socket !== 'load') return { notes: [`no WebSocket opens: ${tried.join('; ')}`] };
  throw new SloError('target-unreachable', `no WebSocket opens, and the load needs one: ${tried.join('; ')}`, {
    hint: 'name its address with --ws, or choose a profile whose journeys need none',
  });
}

/** Never rejects. */
export async function socketPlace(
  asked: Asked,
  signal: AbortSignal,
  releasePort: number = RELEASE_WS_PORT,
): Promise<SocketPlace> {
  const tried: string[] = [];
  for (const wsUrl of placesOf(asked, releasePort)) {
    const trouble = await troubleAt({ ...asked, wsUrl }, signal);
    if (trouble === undefined) return { wsUrl, tried };
    tried.push(`${wsUrl} ${trouble}`);
  }
  return { wsUrl: undefined, tried };
}

function placesOf({ httpUrl, wsUrl }: Asked, releasePort: number): readonly string[] {
  if (wsUrl !== usualWsUrl(httpUrl)) return [wsUrl];
  const other = new URL(wsUrl);
  other.port = `${releasePort}`;
  other.pathname = '/ws';
  return [...new Set([wsUrl, other.href])];
}

/**
 * undefined when a WebSocket opens. At a port of its own it has to greet, too: releases have other WebSockets beside that of debates, each
 * at its port. What can't be reached at all is tried once.
 */
async function troubleAt(
  { httpUrl, wsUrl, subprotocol, token, tls, timeoutMs = TIMEOUT_MS }: Asked,
  signal: AbortSignal,
): Promise<string | undefined> {
  const access = withToken(token, tls);
  for (let attempt = 1; ; attempt++) {
    const greeting = new Greeting();
    const { onText } = greeting;
    const opened = await openSocket({ url: wsUrl, subprotocol, access, timeoutMs, signal, onText });
    if (opened.ok) {
      const isGreeted = isOnePort(wsUrl, httpUrl) || (await greeting.came(timeoutMs, signal));
      opened.socket.terminate();
      if (isGreeted || signal.aborted) return undefined;
      return 'opens, but does not greet as Aragora does (connection_info): is it the port of its debates?';
    }
    if (opened.refusedWith === undefined) return `opens no WebSocket: ${opened.words}`;
    if (attempt === ATTEMPTS) return refusal(opened.refusedWith, token);
  }
}

function isOnePort(wsUrl: string, httpUrl: string): boolean {
  return new URL(wsUrl).host === new URL(httpUrl).host;
}

/** What Aragora's WebSocket for debates says first. */
class Greeting {
  readonly #heard = new AbortController();

  readonly onText = (text: string): void => {
    if (text.includes('connection_info')) this.#heard.abort();
  };

  async came(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const end = AbortSignal.any([this.#heard.signal, signal]);
    await sleep(withinMs, undefined, { signal: end }).catch(() => {});
    return this.#heard.signal.aborted;
  }
}

function refusal(status: number, token: string | undefined): string {
  const access = token === undefined ? NO_TOKEN : WRONG_TOKEN;
  const why = status === 401 || status === 403 ? `: ${access}` : status === 429 ? `: ${LIMITED}` : '';
  return `refuses the WebSocket handshake with ${status}${why}`;
}

const LIMITED = 'its rate limit, see docs/real-server.md';
const NO_TOKEN = 'set ARAGORA_API_TOKEN';
const WRONG_TOKEN = 'it does not accept the token of ARAGORA_API_TOKEN';
