/** Stands where a Sentry stands: takes envelopes and the single events of the older API, packed as SDKs pack them. Bounded in size and number. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { SloError } from '../../../core/error.ts';
import { isKnownHost } from '../../traces/observe/known-host.ts';
import { type Envelope, MalformedEnvelope, readEnvelope, readStored } from './envelope.ts';

export interface SentryReceiver {
  /** What the server's SENTRY_DSN has to be. */
  readonly dsn: string;
  readonly counts: { requests: number; malformed: number; unread: number; readonly problems: string[] };
  stop(): Promise<void>;
}

export interface Listening {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly take: (envelope: Envelope) => void;
}

/** Larger bodies are refused, packed or not: Sentry takes events of 1 MiB, and envelopes of 20. */
const MOST_BYTES = 20 * 1024 * 1024;
/** Further ones are answered and not read. */
const MOST_ENVELOPES = 50_000;
const MOST_PROBLEMS = 5;
const PATH = /\/api\/\d+\/(envelope|store)\/?$/;
/** Nobody checks it; an SDK wants one. */
const KEY = '0123456789abcdef0123456789abcdef';

/** @throws SloError `prerequisite-missing` when the port is taken */
export async function startSentry({ host, port, take }: Listening): Promise<SentryReceiver> {
  const counts = { requests: 0, malformed: 0, unread: 0, problems: [] as string[] };
  const server = createServer((request, response) => void answer(request, response, { host, take, counts }));
  // Never closed while idle: a report that is sent at that moment would be lost.
  server.keepAliveTimeout = 0;
  const bound = await listen(server, host, port);
  const shown = host.includes(':') ? `[${host}]` : host;
  let stopping: Promise<void> | undefined;
  return {
    dsn: `http://${KEY}@${shown}:${bound}/1`,
    counts,
    stop: () =>
      (stopping ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const message = `--sentry-listen can't listen on ${host}:${port}`;
      const hint = `${cause.message}; port 0 takes a free one`;
      reject(new SloError('prerequisite-missing', message, { hint, cause }));
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

interface Taking extends Pick<Listening, 'host' | 'take'> {
  readonly counts: SentryReceiver['counts'];
}

async function answer(request: IncomingMessage, response: ServerResponse, taking: Taking): Promise<void> {
  const { host, take, counts } = taking;
  const [, kind] = PATH.exec((request.url ?? '').split('?')[0] ?? '') ?? [];
  if (kind === undefined || request.method !== 'POST' || !isKnownHost(request.headers.host, host)) {
    request.resume();
    return write(response, 404, { detail: 'only what an SDK sends to Sentry is taken here' });
  }
  counts.requests += 1;
  if (counts.requests > MOST_ENVELOPES) {
    counts.unread += 1;
    request.resume();
    return write(response, 200, {});
  }
  try {
    const body = await bodyOf(request);
    take(kind === 'store' ? readStored(await unwrapped(body)) : readEnvelope(body));
    write(response, 200, { id: '0'.repeat(32) });
  } catch (error) {
    const isCutOff = request.destroyed && !request.complete;
    if (isCutOff) counts.requests -= 1;
    if (isCutOff) return;
    if (!(error instanceof MalformedEnvelope)) throw error;
    counts.malformed += 1;
    if (counts.problems.length < MOST_PROBLEMS && !counts.problems.includes(error.message))
      counts.problems.push(error.message);
    write(response, 400, { detail: error.message });
  }
}

function write(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const UNPACKERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and forgotten, so that the answer arrives.
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  if (bytes > MOST_BYTES) throw new MalformedEnvelope(`a body is larger than ${MOST_BYTES} bytes`);
  const packing = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  const body = Buffer.concat(chunks);
  if (packing === '' || packing === 'identity') return body;
  const known = Object.entries(UNPACKERS).find(([name]) => name === packing);
  if (known === undefined) throw new MalformedEnvelope(`a body is packed as ${packing}`);
  return unpacked(body, known[1]);
}

async function unpacked(body: Buffer, unpack: (typeof UNPACKERS)[keyof typeof UNPACKERS]): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw new MalformedEnvelope(`a body can't be unpacked: ${error instanceof Error ? error.message : error}`);
  }
}

/** Old SDKs send base64 of what they packed, without a header that says so. */
async function unwrapped(body: Buffer): Promise<Buffer> {
  if (body[0] === '{'.charCodeAt(0)) return body;
  return unpacked(Buffer.from(body.toString('latin1'), 'base64'), UNPACKERS.deflate);
}
