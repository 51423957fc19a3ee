/**
 * The one gRPC method of the OTLP trace service, over HTTP/2 without TLS: frames, trailers, status codes, as in the gRPC-over-HTTP/2
 * protocol. One unary method with one message each way needs no library.
 */
import { createServer, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { isKnownHost } from './known-host.ts';
import { MalformedOtlp } from './otlp.ts';
import { encodeResponse } from './otlp-schema.ts';
import { type ExportTaker, listen, MAX_EXPORT_BYTES, unpack } from './wire.ts';

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** grpc-status */
const OK = 0;
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;

/** One flag byte (1: compressed), the length in four bytes, the message. */
const PREFIX_BYTES = 5;

export interface GrpcOptions {
  readonly host: string;
  readonly port: number;
  readonly taker: ExportTaker;
}

export async function listenGrpc(options: GrpcOptions): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer();
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // A client that goes away in the middle is not our fault; its stream reports it.
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => void answer(stream, headers, options));
  const port = await listen(server, options.host, options.port);
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
    });
  return { port, stop };
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { host, taker: { take, refused, strayed, cutOff } }: GrpcOptions,
): Promise<void> {
  stream.on('error', () => {});
  if (!isKnownHost(headers[':authority'], host)) {
    strayed(`gRPC ${headers[':path']} for ${headers[':authority']}`);
    stream.resume();
    return fail(stream, PERMISSION_DENIED, 'this receiver does not have that name; --otlp-host gives it one');
  }
  if (headers[':path'] !== METHOD) {
    strayed(`gRPC ${headers[':path']}`);
    stream.resume();
    if (stream.destroyed) return;
    return fail(stream, UNIMPLEMENTED, `only ${METHOD} is answered here`);
  }
  try {
    const message = await readMessage(stream, headers['grpc-encoding']);
    const { rejectedSpans, errorMessage } = take(message, 'protobuf');
    succeed(stream, rejectedSpans === 0 ? {} : { partialSuccess: { rejectedSpans, errorMessage } });
  } catch (error) {
    if (stream.destroyed) return cutOff();
    if (!(error instanceof GrpcError || error instanceof MalformedOtlp)) throw error;
    refused(error.message);
    fail(stream, error instanceof GrpcError ? error.code : INVALID_ARGUMENT, error.message);
  }
}

class GrpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

async function readMessage(stream: ServerHttp2Stream, packing: unknown): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_EXPORT_BYTES)
      throw new GrpcError(RESOURCE_EXHAUSTED, `a call must stay under ${MAX_EXPORT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (body.length < PREFIX_BYTES || body.readUInt32BE(1) !== body.length - PREFIX_BYTES) {
    throw new GrpcError(INVALID_ARGUMENT, 'a call must bring exactly one length-prefixed message');
  }
  const message = body.subarray(PREFIX_BYTES);
  if (body[0] === 0) return message;
  if (packing !== 'gzip')
    throw new GrpcError(UNIMPLEMENTED, `grpc-encoding must be gzip or identity, got ${String(packing)}`);
  return unpack(message);
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto', 'grpc-accept-encoding': 'identity,gzip' };

function succeed(stream: ServerHttp2Stream, value: Readonly<Record<string, unknown>>): void {
  const message = encodeResponse('ExportTraceServiceResponse', value);
  const frame = Buffer.alloc(PREFIX_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': OK }));
  stream.end(frame);
}

/** Headers and trailers in one. */
function fail(stream: ServerHttp2Stream, code: number, message: string): void {
  stream.respond({ ...HEADERS, 'grpc-status': code, 'grpc-message': encodeURIComponent(message) }, { endStream: true });
}
