/** Reads an answer to its end: a limit to its size, packed too. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Trouble } from './trouble.ts';

export interface WantedAnswer {
  /** A header of the answer that the caller wants. */
  readonly keep?: string;
  /** Larger answers are refused; default 64 MiB. */
  readonly maxBytes?: number;
}

/** Any status. */
export interface HttpResponse {
  readonly status: number;
  /** '' when it says none. */
  readonly contentType: string;
  /** Where it redirects to. */
  readonly location: string | undefined;
  readonly text: string;
  /** The header that `keep` named; absent where the answer has none. */
  readonly kept?: string;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** The answer, whole and unpacked. @throws BadAnswer where it is of no use; what undici throws where it breaks off. */
export async function responseOf(
  response: Dispatcher.ResponseData,
  { keep, maxBytes = MAX_BYTES }: WantedAnswer,
): Promise<HttpResponse> {
  const kept = keep === undefined ? undefined : [response.headers[keep]].flat()[0];
  const one = (name: string): string | undefined => [response.headers[name]].flat()[0];
  const body = await unpacked(await readBody(response.body, maxBytes), one('content-encoding'), maxBytes);
  return {
    status: response.statusCode,
    contentType: one('content-type') ?? '',
    location: one('location'),
    text: body.toString('utf8'),
    ...(kept === undefined ? {} : { kept }),
  };
}

/** The answer came, and is of no use. */
export class BadAnswer extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause?: unknown) {
    super(trouble.words, { cause });
    this.trouble = trouble;
  }
}

function tooLarge(maxBytes: number): BadAnswer {
  return new BadAnswer({ kind: 'too-large', words: `its answer is larger than ${Math.round(maxBytes / 2 ** 20)} MiB` });
}

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const gunzipAsync = promisify(gunzip);

/** Compressed answers were not asked for, but some proxies compress everything. */
async function unpacked(body: Buffer, encoding = '', maxBytes: number): Promise<Buffer> {
  const packing = encoding.trim().toLowerCase();
  if (packing === 'identity' || packing === '' || body.length === 0) return body;
  // RFC 9110, 8.4.1.3: x-gzip is gzip.
  if (packing !== 'gzip' && packing !== 'x-gzip')
    throw new BadAnswer({
      kind: 'unreadable',
      words: `its answer is compressed as ${packing}, which was not requested`,
    });
  return gunzipAsync(body, { maxOutputLength: maxBytes }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new BadAnswer({ kind: 'unreadable', words: `its answer can't be unpacked: ${cause.message}` }, cause);
  });
}
