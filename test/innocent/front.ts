/** What may stand in front of a server on its way to clients: another protocol, another address, limits to connections, frames in parts. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  request as send,
} from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

export interface FrontOptions {
  /** Speaks HTTP/2 and 1.1 over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The only address at which it listens, and its name in URLs. */
  readonly host: string;
  /** Before every path, for example `/aragora`. */
  readonly prefix?: string;
  /** Closes a connection after so many requests. */
  readonly requestsEach?: number;
  /** Adds a slash to the path of debates by a redirect. */
  readonly addsSlash?: boolean;
  /** Answers to scrapes are packed, and come so late. */
  readonly scrapesAfterMs?: number;
  /** Packs frames of sockets, and sends them in two parts. */
  readonly cutsFrames?: boolean;
}

export interface Front {
  readonly httpUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

type Asked = IncomingMessage | Http2ServerRequest;
type Answering = ServerResponse | Http2ServerResponse;

export async function startFront(upstream: Pick<Front, 'httpUrl' | 'wsUrl'>, options: FrontOptions): Promise<Front> {
  const { tls, host, prefix = '', requestsEach = 0 } = options;
  const onRequest = (request: Asked, response: Answering) => void relay(request, response, { upstream, options });
  const server =
    tls === undefined
      ? Object.assign(createServer(onRequest as RequestListener), { maxRequestsPerSocket: requestsEach })
      : createSecureServer({ ...tls, allowHTTP1: true }, onRequest);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
    perMessageDeflate: options.cutsFrames ? { threshold: 0 } : false,
  });
  const open = new Set<WebSocket>();
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { cookie, traceparent } = request.headers;
      const headers = { ...(cookie && { cookie }), ...(typeof traceparent === 'string' && { traceparent }) };
      const behind = new WebSocket(upstream.wsUrl, ['aragora-v1'], { headers });
      for (const one of [client, behind]) open.add(one.on('error', () => {}));
      relayFrames(client, behind, options.cutsFrames ?? false);
    });
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('secureConnection', (socket) => sessions.add(socket));
  await new Promise<void>((resolve) => server.listen({ port: 0, host, ipv6Only: true, backlog: 1024 }, resolve));
  const { port } = server.address() as AddressInfo;
  const name = `${host.includes(':') ? `[${host}]` : host}:${port}${prefix}`;
  const stop = async () => {
    for (const socket of open) socket.terminate();
    for (const session of sessions) session.destroy();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const secure = tls === undefined ? '' : 's';
  return { httpUrl: `http${secure}://${name}`, wsUrl: `ws${secure}://${name}/ws`, stop };
}

interface Way {
  readonly upstream: Pick<Front, 'httpUrl'>;
  readonly options: FrontOptions;
}

async function relay(request: Asked, answering: Answering, { upstream, options }: Way): Promise<void> {
  // Both kinds have the same methods, but their types have no common call.
  const response = answering as ServerResponse;
  const { prefix = '', addsSlash = false, scrapesAfterMs } = options;
  // Nobody asks for a token, and a real server warns in its log of one that it does not know.
  if (request.headers.authorization !== undefined) return void response.writeHead(401).end('{}');
  const asked = request.url ?? '/';
  const path = asked.slice(prefix.length);
  if (!asked.startsWith(prefix)) return void response.writeHead(404).end('{}');
  if (addsSlash && path === '/api/debates') {
    request.resume();
    response.writeHead(307, { location: `http://behind.example${prefix}/api/debates/` }).end();
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => !/^(:|host|connection|content-length|transfer-encoding)/.test(name),
    ),
  );
  const url = upstream.httpUrl + (addsSlash && path === '/api/debates/' ? '/api/debates' : path);
  const asking = send(url, { method: request.method ?? 'GET', headers }, async (answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const isScrape = path === '/metrics' && scrapesAfterMs !== undefined;
    if (isScrape) await sleep(scrapesAfterMs);
    const type = answer.headers['content-type'] ?? 'application/json';
    const packed = isScrape ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(answer.statusCode ?? 502, { 'content-type': type, ...packed });
    response.end(isScrape ? gzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks));
  });
  asking.on('error', () => response.writeHead(502).end('{}'));
  asking.end(Buffer.concat(parts));
}

function relayFrames(client: WebSocket, behind: WebSocket, cuts: boolean): void {
  const early: RawData[] = [];
  client.on('message', (data) => {
    if (behind.readyState === WebSocket.OPEN) behind.send(data.toString());
    else early.push(data);
  });
  behind.on('open', () => {
    for (const data of early) behind.send(data.toString());
  });
  behind.on('message', (data) => {
    const text = data.toString();
    if (!cuts) return client.send(text);
    client.send(text.slice(0, 5), { fin: false, compress: true });
    client.send(text.slice(5), { fin: true, compress: true });
  });
  client.on('close', () => behind.close(1000));
  behind.on('close', () => client.close(1000));
}
