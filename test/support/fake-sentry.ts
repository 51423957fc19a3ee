/**
 * A fake of Sentry, named as such: it takes envelopes, and lists errors by the documented API (`List a Project's Error Events`, with `full=true`).
 * It records every call that it did not expect. It proves how we ask and read, not how Sentry behaves.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fieldsOf, readEnvelope } from '../../lib/systems/sentry/observe/envelope.ts';
import { withBody } from './body.ts';

export const SENTRY_TOKEN = 'token-of-a-sentry-0123456789';
export const SENTRY_PROJECT = 'acme/aragora';
const LIST = `/api/0/projects/${SENTRY_PROJECT}/events/`;

export interface FakeSentryOptions {
  /** Whether what it accepted is ever listed; default true. */
  readonly lists?: boolean;
  /** Whether it has listed an error from before; default true. */
  readonly older?: boolean;
  /** Errors of others that are listed once an error was accepted. */
  readonly others?: number;
}

export interface FakeSentry {
  readonly url: string;
  readonly dsn: string;
  readonly unexpected: readonly string[];
  stop(): Promise<void>;
}

export async function startFakeSentry(options: FakeSentryOptions = {}): Promise<FakeSentry> {
  const { lists = true, older = true, others = 0 } = options;
  const before = { eventID: 'older', title: 'an error from before', entries: [], tags: [] };
  const listed: object[] = older ? [before] : [];
  const unexpected: string[] = [];
  let accepted = 0;
  const answer = (asked: string, authorization: string | undefined, body: Buffer): readonly [number, unknown] => {
    if (asked === 'POST /api/1/envelope/') {
      const errors = readEnvelope(body).items.filter(({ type }) => type === 'event');
      accepted += errors.length;
      if (lists) listed.unshift(...errors.map(({ data }) => asListed(data)));
      return [200, { id: '1' }];
    }
    if (asked !== `GET ${LIST}?full=true`) {
      unexpected.push(asked);
      return [500, { detail: 'unexpected call' }];
    }
    if (authorization !== `Bearer ${SENTRY_TOKEN}`) return [401, { detail: 'Invalid token' }];
    const strangers = Array.from({ length: accepted > 0 ? others : 0 }, (_, at) => ({ eventID: `stranger-${at}` }));
    return [200, [...strangers, ...listed]];
  };
  const server = createServer((request, response) => {
    withBody(request, (body) => {
      const { method, url, headers } = request;
      const [status, json] = answer(`${method} ${url}`, headers.authorization, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    dsn: `http://key@127.0.0.1:${port}/1`,
    unexpected,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** In the API, parts are entries, headers are pairs, and environment and release are tags. */
function asListed(event: unknown): object {
  const { event_id: eventID, exception, request, breadcrumbs, contexts, user, environment, release } = fieldsOf(event);
  const { headers, ...asked } = fieldsOf(request);
  const entries = [
    { type: 'exception', data: exception },
    { type: 'request', data: { ...asked, headers: Object.entries(fieldsOf(headers)) } },
    { type: 'breadcrumbs', data: breadcrumbs },
  ];
  const tags = [
    { key: 'environment', value: environment },
    { key: 'release', value: release },
  ].filter(({ value }) => value !== undefined);
  return {
    eventID,
    'event.type': 'error',
    entries,
    tags,
    contexts,
    user,
    release: release ? { version: release } : null,
  };
}
