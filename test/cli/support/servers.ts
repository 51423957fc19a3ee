/** Servers that behave as no Aragora should: each a fake with one fault, on a free port of the loopback. */
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { WebSocket, WebSocketServer } from 'ws';

export interface Fake {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Connections so far, or requests where it speaks HTTP. */
  readonly visits: () => number;
}

const open: Server[] = [];
const sockets = new Set<Socket>();

/** For afterAll. */
export async function closeFakes(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
}

async function listening(server: Server, visits: () => number, host = '127.0.0.1'): Promise<Fake> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push(server);
  return { host: `${host}:${(server.address() as AddressInfo).port}`, visits };
}

/** Does this with each connection, below HTTP. */
export function fakeTcp(meet: (socket: Socket) => void): Promise<Fake> {
  let visits = 0;
  const server = createTcpServer((socket) => {
    visits += 1;
    meet(socket);
  });
  return listening(server, () => visits);
}

/**
 * Answers every request so, also a WebSocket handshake. Cuts the connection where it can't answer, for example because the server that it
 * asks is gone.
 */
export function fakeHttp(answer: (...exchange: Parameters<RequestListener>) => unknown, host?: string): Promise<Fake> {
  let visits = 0;
  const server = createServer(async (request, response) => {
    visits += 1;
    try {
      await answer(request, response);
    } catch {
      response.destroy();
    }
  });
  return listening(server, () => visits, host);
}

/** Healthy at /api/health, 404 elsewhere. */
export function fakeHealth(headers: Readonly<Record<string, string>> = {}): Promise<Fake> {
  return fakeHttp((request, response) => {
    const known = request.url === '/api/health';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json', ...headers });
    response.end(known ? '{"status":"healthy"}' : '{}');
  });
}

export interface Tampering {
  /** Changes a POST before it is passed on. */
  readonly asked?: (body: string) => string;
  /** Changes the answer to a POST. */
  readonly created?: (body: string) => string;
  /** Compresses every answer, asked or not. */
  readonly packed?: boolean;
  /** Where it listens; default 127.0.0.1. */
  readonly host?: string;
}

/** Passes each request on to `upstream` and its answer back, with these changes. WebSockets are not passed on. */
export function fakeProxy(upstream: string, tampering: Tampering): Promise<Fake> {
  const { asked = (body) => body, created = (body) => body, packed = false, host } = tampering;
  return fakeHttp(async (request, response) => {
    const isPost = request.method === 'POST';
    const sent = isPost ? { method: 'POST', body: asked(await text(request)) } : {};
    const answer = await fetch(upstream + request.url, sent);
    const body = isPost ? created(await answer.text()) : await answer.text();
    const headers = { 'content-type': 'application/json', ...(packed && { 'content-encoding': 'gzip' }) };
    response.writeHead(answer.status, headers).end(packed ? gzipSync(body) : body);
  }, host);
}

/** A healthy server behind a certificate that nobody signed. */
export function fakeSelfSigned(): Promise<Fake> {
  let visits = 0;
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) => {
    visits += 1;
    response.end('{"status":"healthy"}');
  });
  return listening(server, () => visits);
}

/** Like {@link fakeSelfSigned}, and accepts only clients whose certificate CERTIFICATE signed: its own holder. */
export function fakeMutualTls(): Promise<Fake> {
  let visits = 0;
  const trust = { ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE, ...trust }, (_, response) => {
    visits += 1;
    response.end('{"status":"healthy"}');
  });
  return listening(server, () => visits);
}

/** Refuses every WebSocket handshake with this status. */
export function fakeHandshakeRefusal(status: number): Promise<Fake> {
  return upgrading((_, socket) => {
    socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
}

/** Serves a socket properly: greets, and answers pings and subscriptions. `besides`: what it does besides, after its own answers. */
function fakeSocketAnd(besides: (socket: WebSocket) => void): Promise<Fake> {
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'aragora-v1' });
  return upgrading((request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {});
      ws.send('{"type":"connection_info","data":{}}');
      ws.on('message', (message) => {
        const { type, ts, debate_id } = JSON.parse(String(message)) as Record<string, unknown>;
        if (type === 'ping') ws.send(JSON.stringify({ type: 'pong', data: { client_ts: ts, server_ts: ts } }));
        if (type === 'subscribe') ws.send(JSON.stringify({ type: 'sync', debate_id, data: {} }));
      });
      besides(ws);
    });
  });
}

/** Serves a socket properly, but sends this frame at its beginning, and after each answer. */
export function fakeSocketSaying(frame: string): Promise<Fake> {
  return fakeSocketAnd((socket) => {
    socket.send(frame);
    socket.on('message', () => socket.send(frame));
  });
}

/** Opens a WebSocket and says nothing. */
export function fakeMuteSocket(): Promise<Fake> {
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'aragora-v1' });
  return upgrading((request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => void ws.on('error', () => {}));
  });
}

/** Serves a socket properly, except that whoever has subscribed to one debate also gets events of another. */
export function fakeSocketLeaking(): Promise<Fake> {
  const event = { type: 'agent_message', agent: 'demo', seq: 1, data: {}, loop_id: 'adhoc_0therd3bate' };
  return fakeSocketAnd((socket) => {
    socket.on('message', (message) => {
      if (!String(message).includes('"subscribe"')) return;
      socket.send(JSON.stringify([{ ...event, timestamp: Date.now() / 1000 }]));
    });
  });
}

/** Passes sockets on to `upstream`, but holds back the events of a debate until it is over, as a buffering proxy does. */
export function fakeSocketBuffering(upstream: string): Promise<Fake> {
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'aragora-v1' });
  return upgrading((request, socket, head) => {
    const behind = new WebSocket(upstream, ['aragora-v1']);
    const held: string[] = [];
    behind.on('message', (message) => held.push(String(message)));
    behind.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => behind.terminate());
    behind.once('open', () => {
      wss.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {}).on('message', (message) => behind.send(String(message)));
        const tellWhatIsOver = () => {
          const isOver = !held.at(-1)?.startsWith('[') || held.at(-1)?.includes('"debate_end"');
          if (isOver) for (const frame of held.splice(0)) ws.send(frame);
        };
        tellWhatIsOver();
        behind.on('message', tellWhatIsOver);
      });
    });
  });
}

function upgrading(upgrade: (...handshake: Parameters<HandshakeListener>) => void): Promise<Fake> {
  let visits = 0;
  const server: HttpServer = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', (request, socket, head) => {
    visits += 1;
    upgrade(request, socket as Socket, head);
  });
  return listening(server, () => visits);
}

type HandshakeListener = (request: Parameters<RequestListener>[0], socket: Socket, head: Buffer) => void;

/** Made for these tests, self-signed, for 127.0.0.1: it protects nothing. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglhnX7AafmZbAaVX2
VQaWQyq22RcWpXwZGFfHx2RCV1ehRANCAASQI1ql4/N0Kqw5R6r/hJ1V5v2oZfld
Q/zGYtnZvN1OfhnjYsuN+cx1yPY+vDFlX6NdC9+Xj2/twAmLdk58eLOV
-----END PRIVATE KEY-----`;
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUftRhmxOAM+CzVxBXXkjm1N1VYc0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjAzMDM0MVoYDzIxMjYxMDI5
MDMwMzQxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASQI1ql4/N0Kqw5R6r/hJ1V5v2oZfldQ/zGYtnZvN1OfhnjYsuN+cx1
yPY+vDFlX6NdC9+Xj2/twAmLdk58eLOVo2QwYjAdBgNVHQ4EFgQUo60j+uTDOFHB
S0b8gh8WPvMMocswHwYDVR0jBBgwFoAUo60j+uTDOFHBS0b8gh8WPvMMocswDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IAtcIkBgGSHhnj8m6nRSRYbigVkEL2s5v7DAHEKhdXSLAiEA/QMd94Q25RWY71mt
gkI+l/2vyuNuprFlUELqHyyRWnk=
-----END CERTIFICATE-----`;
