/** The WebSocket handshake: which upgrades are accepted, and how the others are refused. The only file of the target that runs ws. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import { authorized } from './http.ts';
import { outageLeftMs, type SocketFaults } from './socket-faults.ts';
import type { Truth } from './truth.ts';

export interface DoorDeps {
  readonly clock: Clock;
  readonly truth: Truth;
  readonly faults: SocketFaults;
  readonly waitMs: (wait: Wait) => number;
  /** The handshake needs it as `Authorization: Bearer`; undefined: nobody is asked for one. */
  readonly token: string | undefined;
}

export interface Door {
  /** Accepts an upgrade on one of these paths, or refuses it. */
  admit(paths: readonly string[], request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** From now on, nobody is let in. */
  close(): void;
  /** Ends all connections, also those that still wait for their handshake. */
  cutOff(): void;
}

export const SUBPROTOCOL = 'aragora-v1';
/** A longer message is closed with 1009. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** A handshake that is left hanging is dropped after this time, as a proxy in front would do. No sensible client waits so long. */
const HANG_MS = 8_000;

export function createDoor(deps: DoorDeps, welcome: (socket: WebSocket, request: IncomingMessage) => void): Door {
  const { clock, faults, truth, waitMs } = deps;
  let isClosed = false;
  let subprotocol = SUBPROTOCOL;
  // An HTTP server no longer knows a connection that it has handed over: accepted, waiting or refused.
  const connections = new Set<Duplex>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  return {
    admit: (paths, request, socket, head) => {
      socket.on('error', () => {}); // A client may go away at any time; that is no error of the server.
      if (isClosed) return void socket.destroy();
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
      const refusal = refusalOf(deps, paths, request);
      if (refusal !== null) {
        truth.socket('refused');
        return refuse(clock, socket, refusal);
      }
      clock.after(waitMs('ws-connect') + outageLeftMs(faults.outages, clock.nowMs()), () => {
        subprotocol = faults.due('other-subprotocol') === undefined ? SUBPROTOCOL : `${SUBPROTOCOL}-other`;
        server.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, request));
      });
    },
    close: () => {
      isClosed = true;
    },
    cutOff: () => {
      for (const connection of connections) connection.destroy();
    },
  };
}

type Refusal = number | 'reset' | 'hang';

/** The answer to a refused handshake, mostly an HTTP status; null when it is accepted. */
function refusalOf({ token, faults }: DoorDeps, paths: readonly string[], request: IncomingMessage): Refusal | null {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!paths.includes(path)) return 404;
  if (!authorized(request, token)) return 401;
  const fault = faults.due('refuse');
  if (fault !== undefined) return fault.status;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes(SUBPROTOCOL) ? null : 400;
}

function refuse(clock: Clock, socket: Duplex, status: Refusal): void {
  if (status === 'hang') {
    clock.after(HANG_MS, () => socket.destroy());
    return;
  }
  if (status === 'reset') return void (socket as Socket).resetAndDestroy();
  const body = JSON.stringify({ error: 'WebSocket handshake refused', code: status });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
