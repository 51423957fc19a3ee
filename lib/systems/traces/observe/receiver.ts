/** The OTLP receiver to which a target exports its traces: HTTP (protobuf and JSON, also gzip) and gRPC, each on its own port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenGrpc } from './grpc.ts';
import { isKnownHost } from './known-host.ts';
import { MalformedOtlp, type OtlpEncoding, readOtlp } from './otlp.ts';
import { encodeResponse } from './otlp-schema.ts';
import { SpanStore, type StoreOptions } from './span-store.ts';
import { type ExportTaker, listen, MAX_EXPORT_BYTES, unpack } from './wire.ts';

export interface ReceiverOptions extends StoreOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** 0 or absent: free ports. The usual ones are 4318 and 4317. */
  readonly httpPort?: number | undefined;
  readonly grpcPort?: number | undefined;
  /** Ends the receiver. */
  readonly signal?: AbortSignal;
}

/** How exports went, counted since the start. */
export interface ExportCounts {
  requests: number;
  /** Requests answered with an error, because they were not export requests. */
  malformed: number;
  /** Spans left out of requests that were well-formed otherwise. */
  rejectedSpans: number;
  /** The first few. */
  readonly problems: string[];
  /** Requests that broke off in the middle, because the sender gave up waiting. They count in none of the others. */
  cutOff: number;
  /** Other requests that came, the first few, for example `POST /v1/metrics`. */
  readonly strays: string[];
}

export interface Receiver {
  /** Ends in /v1/traces. */
  readonly httpUrl: string;
  /** For OTEL_EXPORTER_OTLP_ENDPOINT with protocol grpc, without TLS. */
  readonly grpcUrl: string;
  readonly spans: SpanStore;
  readonly exports: ExportCounts;
  /** Ends connections and listeners; what was received stays. Further calls do nothing. */
  stop(): Promise<void>;
}

const MAX_PROBLEMS = 5;
const PATH = '/v1/traces';

/** @throws SloError `prerequisite-missing` when a port is taken */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1', httpPort = 0, grpcPort = 0, signal } = options;
  const spans = new SpanStore(options);
  const exports: ExportCounts = { requests: 0, malformed: 0, rejectedSpans: 0, problems: [], cutOff: 0, strays: [] };
  const taker = takerFor(spans, exports);
  const http = createServer((request, response) => void answer(request, response, { host, taker }));
  // Never closed while idle: a batch that is sent at that moment would be lost, and its spans would be missing.
  http.keepAliveTimeout = 0;
  const boundHttpPort = await listen(http, host, httpPort);
  const grpc = await listenGrpc({ host, port: grpcPort, taker }).catch(async (error: unknown) => {
    await close(http);
    throw error;
  });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= Promise.all([close(http), grpc.stop()]).then(() => {}));
  signal?.addEventListener('abort', () => void stop(), { once: true });
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    httpUrl: `http://${shownHost}:${boundHttpPort}${PATH}`,
    grpcUrl: `http://${shownHost}:${grpc.port}`,
    spans,
    exports,
    stop,
  };
}

function takerFor(spans: SpanStore, exports: ExportCounts): ExportTaker {
  return {
    take: (body, encoding) => {
      const { spans: received, rejected } = readOtlp(body, encoding);
      exports.requests += 1;
      exports.rejectedSpans += rejected.length;
      for (const problem of rejected) note(exports.problems, problem);
      spans.add(received, Date.now());
      return { rejectedSpans: rejected.length, errorMessage: rejected[0] ?? '' };
    },
    refused: (problem) => {
      exports.requests += 1;
      exports.malformed += 1;
      note(exports.problems, problem);
    },
    strayed: (what) => note(exports.strays, what),
    cutOff: () => {
      exports.cutOff += 1;
    },
  };
}

function note(known: string[], text: string): void {
  if (known.length < MAX_PROBLEMS && !known.includes(text)) known.push(text);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An answer other than 200. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { host, taker: { take, refused, strayed, cutOff } }: { readonly host: string; readonly taker: ExportTaker },
): Promise<void> {
  const encoding = encodingOf(request);
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (!isKnownHost(request.headers.host, host)) {
    strayed(`${request.method} ${path} for ${request.headers.host}`);
    request.resume();
    return writeRefusal(response, 421, encoding, UNKNOWN_HOST);
  }
  // Some exporters append the path to what they are given, some don't, so it may be there twice.
  if (!path.endsWith(PATH)) {
    strayed(`${request.method} ${path}`);
    request.resume();
    return writeRefusal(response, 404, encoding, `only POST ${PATH} is answered here`);
  }
  try {
    if (request.method !== 'POST') throw new Refusal(405, `${PATH} takes POST, got ${request.method}`);
    if (encoding === null) throw new Refusal(415, 'content-type must be application/x-protobuf or application/json');
    const { rejectedSpans, errorMessage } = take(await readBody(request), encoding);
    const body = rejectedSpans === 0 ? {} : { partialSuccess: { rejectedSpans, errorMessage } };
    write(response, 200, encoding, { message: 'ExportTraceServiceResponse', value: body });
  } catch (error) {
    if (request.destroyed && !request.complete) return cutOff();
    if (!(error instanceof Refusal || error instanceof MalformedOtlp)) throw error;
    refused(error.message);
    writeRefusal(response, error instanceof Refusal ? error.status : 400, encoding, error.message);
  }
}

function writeRefusal(response: ServerResponse, status: number, encoding: OtlpEncoding | null, message: string): void {
  write(response, status, encoding ?? 'json', { message: 'RpcStatus', value: { code: INVALID_ARGUMENT, message } });
}

const UNKNOWN_HOST = 'this receiver does not have that name; --otlp-host gives it one';

/** google.rpc.Code */
const INVALID_ARGUMENT = 3;

function encodingOf(request: IncomingMessage): OtlpEncoding | null {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : null;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_EXPORT_BYTES) throw new Refusal(413, `an export request must stay under ${MAX_EXPORT_BYTES} bytes`);
    chunks.push(chunk);
  }
  // RFC 9110, 8.4.1: codings are case-insensitive, and x-gzip is gzip.
  const packing = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (packing === '' || packing === 'identity') return Buffer.concat(chunks);
  if (packing !== 'gzip' && packing !== 'x-gzip')
    throw new Refusal(415, `content-encoding must be gzip or identity, got ${packing}`);
  return unpack(Buffer.concat(chunks));
}

interface OtlpAnswer {
  readonly message: 'ExportTraceServiceResponse' | 'RpcStatus';
  readonly value: Readonly<Record<string, unknown>>;
}

function write(response: ServerResponse, status: number, encoding: OtlpEncoding, { message, value }: OtlpAnswer): void {
  const body = encoding === 'json' ? Buffer.from(JSON.stringify(value)) : encodeResponse(message, value);
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  response.writeHead(status, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}
