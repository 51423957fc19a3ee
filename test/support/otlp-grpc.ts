/** A sender of OTLP over gRPC for tests, and a relay that receives OTLP over HTTP and sends it on over gRPC, as a collector does. */
import { createServer } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { withBody } from './body.ts';

interface GrpcAnswer {
  readonly status: unknown;
  readonly message: unknown;
  readonly body: Buffer;
}

/** One unary call through Node's own HTTP/2 client. */
export function grpcCall(url: string, body: Buffer, headers: Record<string, string> = {}): Promise<GrpcAnswer> {
  const session = connect(url);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  const chunks: Buffer[] = [];
  const said: Record<string, unknown> = {};
  stream.on('response', (response) => Object.assign(said, response));
  stream.on('trailers', (trailers) => Object.assign(said, trailers));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.end(body);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      session.destroy();
      reject(error);
    };
    session.on('error', fail);
    stream.on('error', fail);
    stream.on('end', () => {
      session.close();
      resolve({ status: said['grpc-status'], message: said['grpc-message'], body: Buffer.concat(chunks) });
    });
  });
}

/** One message with its prefix, as in gRPC. */
export function framed(message: Uint8Array, packed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = packed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

export interface Relay {
  /** URL for OTLP over HTTP with protobuf; exporters send there. */
  readonly url: string;
  /** The `grpc-status` of each call, in turn. */
  readonly statuses: unknown[];
  stop(): Promise<void>;
}

/** Hands every export on to `grpcUrl`. If it is refused there, the answer says that it is final, so nobody tries again. */
export async function startRelay(grpcUrl: string): Promise<Relay> {
  const statuses: unknown[] = [];
  const server = createServer((request, response) => {
    withBody(request, async (body) => {
      const status = await grpcCall(grpcUrl, framed(body)).then(
        (answer) => answer.status,
        (error: Error) => error.message,
      );
      statuses.push(status);
      response.writeHead(status === '0' ? 200 : 400).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, statuses, stop };
}
