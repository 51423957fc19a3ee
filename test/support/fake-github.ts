/** A GitHub that expects exactly the given calls, in their order: any other call is answered with 500 and recorded. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withBody } from './body.ts';

export interface ExpectedCall {
  /** For example `PATCH /repos/o/r/issues/7`; a query is left out. */
  readonly call: string;
  /** Parts of the body that must be there. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly answer?: unknown;
}

export interface FakeGithub {
  readonly env: Readonly<Record<string, string>>;
  /** What came unexpectedly, and what was expected and did not come; [] when all is well. */
  problems(): string[];
  stop(): Promise<void>;
}

export const TOKEN = 'gh-t0ken';

export async function fakeGithub(expected: readonly ExpectedCall[]): Promise<FakeGithub> {
  const left = [...expected];
  const problems: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const call = `${request.method} ${request.url?.split('?')[0]}`;
    const next = left.shift();
    const body = parsed(text);
    const wrong = Object.entries(next?.body ?? {}).filter(([key, value]) => !matches(body[key], value));
    if (call !== next?.call) problems.push(`unexpected ${call}, expected ${next?.call ?? 'nothing'}`);
    else if (wrong.length > 0) problems.push(`${call} with ${text}, expected ${wrong.map(String).join('; ')}`);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) problems.push(`${call} without the token`);
    const known = call === next?.call;
    response.writeHead(known ? (next.status ?? 200) : 500, { 'content-type': 'application/json' });
    response.end(typeof next?.answer === 'string' ? next.answer : JSON.stringify(next?.answer ?? {}));
  };
  const server = createServer((request, response) => {
    withBody(request, (body) => answer(request, response, body.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: { GITHUB_API_URL: url, GITHUB_REPOSITORY: 'o/r', GITHUB_TOKEN: TOKEN },
    problems: () => [...problems, ...left.map(({ call }) => `missing ${call}`)],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A body that is not JSON has none of the expected parts. */
function parsed(text: string): Record<string, unknown> {
  try {
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return {};
  }
}

function matches(seen: unknown, wanted: unknown): boolean {
  if (wanted instanceof RegExp) return typeof seen === 'string' && wanted.test(seen);
  return JSON.stringify(seen) === JSON.stringify(wanted);
}
