/** What the HTTP and the gRPC side of the receiver share: a port, the limit on a body, unpacking. */
import type { AddressInfo, Server as NetServer } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SloError } from '../../../core/error.ts';
import { MalformedOtlp, type OtlpEncoding } from './otlp.ts';

/** The answer to an export request, however it came. */
export interface ExportAnswer {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}
export interface ExportTaker {
  /** @throws MalformedOtlp when the body is not an export request */
  take(body: Uint8Array, encoding: OtlpEncoding): ExportAnswer;
  /** A request that was meant for us, and why it was refused. */
  refused(problem: string): void;
  /** A request for something that is not received here, for example the metrics or logs that an SDK exports to the same port. */
  strayed(what: string): void;
  /** A request whose sender went away in the middle: it says nothing about what was sent. */
  cutOff(): void;
}

/** Larger bodies, compressed or not, are refused. */
export const MAX_EXPORT_BYTES = 32 * 1024 * 1024;

/** The port on which it listens. @throws SloError `prerequisite-missing` when it is taken */
export function listen(server: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const message = `the trace receiver can't listen on ${host}:${port}`;
      reject(
        new SloError('prerequisite-missing', message, { hint: `${cause.message}; port 0 takes a free one`, cause }),
      );
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

const gunzipAsync = promisify(gunzip);

/** @throws MalformedOtlp when it is not gzip or unpacks to too much */
export async function unpack(packed: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipAsync(packed, { maxOutputLength: MAX_EXPORT_BYTES });
  } catch (error) {
    throw new MalformedOtlp(`the body can't be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
}
