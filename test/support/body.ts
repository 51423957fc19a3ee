/** Reads the body of a request to a fake. Its client may go away in the middle. */
import type { IncomingMessage } from 'node:http';

/** Hands the whole body to `done`. If the client goes away before its end, `done` is not called, because nobody waits for an answer. */
export function withBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('error', () => {})
    .on('end', () => done(Buffer.concat(chunks)));
}
