/** A healthy proxy between clients and a server: what stands in front changes answers and frames as each innocent says. */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Innocent } from './innocent.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Tried in front of a server that is loaded: no two of them may change the same thing. */
export interface ProxyInnocent extends Innocent {
  readonly proxy: ProxyChanges;
}

export interface ProxyChanges {
  /** To which requests it does something, by `METHOD /path`; absent: to all. */
  readonly route?: RegExp;
  readonly answer?: (right: Answer) => Answer;
  /** 103 Early Hints before the answer. */
  readonly hints?: true;
  /** Sends a request again that was refused with 503. */
  readonly again?: true;
  /** The answer comes without its length, in two parts. */
  readonly chunked?: true;
  /** An event of a socket, as the client gets it. */
  readonly event?: (event: object) => object;
  /** What is sent instead of an event; nothing, it or several. */
  readonly events?: (event: object) => readonly object[];
  /** Frames with such events wait for each other, at most so long, and come together. */
  readonly burst?: { readonly of: RegExp; readonly forMs: number };
  /** The handshake's answer names no subprotocol. */
  readonly namesNoSubprotocol?: true;
  /** Sends WebSocket pings of its own so often. */
  readonly pingsEveryMs?: number;
}

export interface Proxy {
  readonly httpUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

export async function startProxy(
  upstream: Pick<Proxy, 'httpUrl' | 'wsUrl'>,
  all: readonly ProxyChanges[],
): Promise<Proxy> {
  const server = createServer(
    (request, response) => void relay(request, response, { upstream: upstream.httpUrl, all }),
  );
  const names = !all.some(({ namesNoSubprotocol }) => namesNoSubprotocol);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (names ? ([...offered][0] ?? false) : false),
  });
  const open = new Set<WebSocket>();
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { cookie, traceparent } = request.headers;
      const headers = { ...(cookie && { cookie }), ...(typeof traceparent === 'string' && { traceparent }) };
      const behind = new WebSocket(upstream.wsUrl, ['aragora-v1'], { headers });
      for (const one of [client, behind]) open.add(one.on('error', () => {}));
      relayFrames(client, behind, all);
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of open) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { httpUrl: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}/ws`, stop };
}

interface Way {
  readonly upstream: string;
  readonly all: readonly ProxyChanges[];
}

async function relay(request: IncomingMessage, response: ServerResponse, { upstream, all }: Way): Promise<void> {
  const route = `${request.method} ${request.url}`;
  const changes = all.filter((one) => one.route?.test(route) ?? true);
  const asked = { url: upstream + (request.url ?? '/'), method: request.method, headers: request.headers };
  const body = await bodyOf(request);
  let right = await ask(asked, body);
  for (let tries = 1; right.status === 503 && tries < 5 && changes.some(({ again }) => again); tries++)
    right = await ask(asked, body);
  const { status, headers, body: text } = changes.reduce((answer, one) => one.answer?.(answer) ?? answer, right);
  if (changes.some(({ hints }) => hints)) response.writeEarlyHints({ link: '</style.css>; rel=preload' });
  if (!changes.some(({ chunked }) => chunked)) {
    response.writeHead(status, { ...headers, 'content-length': text.length }).end(text);
    return;
  }
  response.writeHead(status, headers).write(text.subarray(0, text.length / 2));
  response.end(text.subarray(text.length / 2));
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

type Asked = Pick<IncomingMessage, 'method' | 'headers'> & { readonly url: string };

function ask({ url, method = 'GET', headers }: Asked, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = send(url, { method, headers }, (answer) => {
      const { 'content-type': type = 'application/json' } = answer.headers;
      const whole = (text: Buffer) => ({
        status: answer.statusCode ?? 502,
        headers: { 'content-type': type },
        body: text,
      });
      void bodyOf(answer).then((text) => resolve(whole(text)), reject);
    });
    asking.on('error', reject).end(body);
  });
}

function relayFrames(client: WebSocket, behind: WebSocket, all: readonly ProxyChanges[]): void {
  const early: RawData[] = [];
  client.on('message', (data) => {
    if (behind.readyState === WebSocket.OPEN) behind.send(data.toString());
    else early.push(data);
  });
  behind.on('open', () => {
    for (const data of early) behind.send(data.toString());
  });
  const hold = holder(all, (text) => client.send(text));
  behind.on('message', (data) => {
    for (const text of changedFrames(data.toString(), all)) hold(text);
  });
  const timers = all.flatMap(({ pingsEveryMs }) =>
    pingsEveryMs === undefined ? [] : [setInterval(() => client.ping(), pingsEveryMs)],
  );
  client.on('close', () => {
    for (const timer of timers) clearInterval(timer);
    behind.close(1000);
  });
  behind.on('close', () => client.close(1000));
}

function changedFrames(text: string, all: readonly ProxyChanges[]): readonly string[] {
  const change = (event: object): readonly object[] => {
    const changed = all.reduce((before, { event: one }) => one?.(before) ?? before, event);
    return all.reduce<readonly object[]>(
      (before, { events }) => (events === undefined ? before : before.flatMap(events)),
      [changed],
    );
  };
  const frame = JSON.parse(text) as object | object[];
  if (!Array.isArray(frame)) return change(frame).map((event) => JSON.stringify(event));
  const events = frame.flatMap(change);
  return events.length === 0 ? [] : [JSON.stringify(events)];
}

/** Holds frames of a burst back until it is over. */
function holder(all: readonly ProxyChanges[], pass: (text: string) => void): (text: string) => void {
  const bursts = all.flatMap(({ burst }) => burst ?? []);
  const held: string[] = [];
  return (text) => {
    const burst = bursts.find(({ of }) => of.test(text));
    if (burst === undefined) return pass(text);
    held.push(text);
    if (held.length > 1) return undefined;
    setTimeout(() => {
      for (const frame of held.splice(0)) pass(frame);
    }, burst.forMs);
    return undefined;
  };
}
