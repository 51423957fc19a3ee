/** A WebSocket client. With the reference target this is the only importer of ws. */
import { WebSocket } from 'ws';
import { authorization, type HttpAccess } from './access.ts';
import { usualNames } from './header-names.ts';
import { lateTrouble, troubleOf } from './trouble.ts';

export { WebSocket } from 'ws';

/** A larger message ends the connection, as in the load (engine/bounds/socket.go). */
export const MOST_FRAME_BYTES = 1 << 20;
const TOO_LARGE = 'frame-too-large: a message of more than 1 MiB came, and the connection was ended here';

export interface SocketRequest {
  readonly url: string;
  /** Offered; the server need not name it. */
  readonly subprotocol: string;
  readonly access: HttpAccess;
  /** For each handshake. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Each text of the server. */
  readonly onText: (text: string) => void;
  /** Why a socket that was open was ended here, and not by the server. */
  readonly onEnded?: (words: string) => void;
}

export type Opened = { readonly ok: true; readonly socket: WebSocket } | SocketRefusal;

export interface SocketRefusal {
  readonly ok: false;
  readonly words: string;
  /** The status with which the handshake is refused; absent: the server did not answer it. */
  readonly refusedWith?: number | undefined;
}

/** As `ws` says it. No document asks a server to name a subprotocol. */
export const NAMES_NONE = 'Server sent no subprotocol';

/** Resolves when the socket is open, or with the reason why it is not. Never rejects. */
export async function openSocket(asked: SocketRequest): Promise<Opened> {
  const opened = await handshake(asked, [asked.subprotocol], {});
  if (opened.ok || opened.words !== NAMES_NONE) return opened;
  // `ws` leaves such a server, unless the offer is only a header to it.
  return handshake(asked, [], { 'sec-websocket-protocol': asked.subprotocol });
}

function handshake(
  { url, access: { auth, tls }, timeoutMs, signal, onText, onEnded }: SocketRequest,
  protocols: string[],
  more: Readonly<Record<string, string>>,
): Promise<Opened> {
  const headers = usualNames({ ...more, ...(auth === undefined ? {} : { authorization: authorization(auth) }) });
  const socket = new WebSocket(url, protocols, {
    // Also of what is compressed. The default is 100 MiB.
    maxPayload: MOST_FRAME_BYTES,
    headers,
    ...(tls?.caPem === undefined ? {} : { ca: tls.caPem }),
  });
  const leave = (): void => socket.terminate();
  signal.addEventListener('abort', leave, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', leave));
  // The deadline of `ws` begins again with each byte, so a server that sends one at a time would never be left.
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    leave();
  }, timeoutMs);
  socket.on('message', (data, isBinary) => {
    if (!isBinary) onText(String(data));
  });
  return new Promise<Opened>((resolve) => {
    socket.once('open', () => resolve({ ok: true, socket }));
    socket.once('unexpected-response', (_request, response) => {
      leave();
      const { statusCode } = response;
      resolve({ ok: false, words: `the handshake is refused with ${statusCode}`, refusedWith: statusCode });
    });
    socket.on('error', (error) => {
      if (isTooLarge(error)) onEnded?.(TOO_LARGE);
      const trouble = isLate ? lateTrouble('waiting', timeoutMs) : troubleOf(error, timeoutMs);
      resolve({ ok: false, words: error.message === NAMES_NONE ? NAMES_NONE : trouble.words });
    });
  }).finally(() => clearTimeout(timer));
}

/** Also of a length that is declared beyond all numbers. */
function isTooLarge(error: Error): boolean {
  return 'code' in error && /^WS_ERR_UNSUPPORTED_(MESSAGE|DATA_PAYLOAD)_LENGTH$/.test(String(error.code));
}
