/** Owns reading the body of a request to a fake, whose client may go away in the middle. Refuses to know what it says. */
import type { IncomingMessage } from 'node:http';

/** The whole body, handed to `done`; of a client that goes away before its end nothing is, for nobody waits for an answer. */
export function withBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('error', () => {})
    .on('end', () => done(Buffer.concat(chunks)));
}
