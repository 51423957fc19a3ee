/**
 * A fake HTTP backend for tests: it answers the calls of a script, in any order, and records unexpected calls and calls that did not come.
 * A fake proves how we ask and read, not how the real backend behaves.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withBody } from './body.ts';

export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export type FakeAnswer = { readonly status?: number } & ({ readonly json: unknown } | { readonly text: string });

/** `GET /path` and its answers in turn. The last one is repeated if it is a function. */
export type FakeScript = Readonly<Record<string, readonly (FakeAnswer | ((call: FakeCall) => FakeAnswer))[]>>;

export class FakeBackend {
  readonly url: string;
  readonly calls: FakeCall[];
  readonly #close: () => Promise<void>;
  readonly #complaints: () => string[];

  private constructor(url: string, calls: FakeCall[], complaints: () => string[], close: () => Promise<void>) {
    this.url = url;
    this.calls = calls;
    this.#complaints = complaints;
    this.#close = close;
  }

  static async start(script: FakeScript): Promise<FakeBackend> {
    const calls: FakeCall[] = [];
    const unexpected: string[] = [];
    const left = new Map(
      Object.entries(script).map(([key, answers]) => [key, { answers: [...answers], called: false }]),
    );
    const answerOf = (call: FakeCall): FakeAnswer => {
      const due = left.get(`${call.method} ${call.path}`);
      const next = due?.answers[0];
      if (due === undefined || next === undefined) {
        unexpected.push(`${call.method} ${call.path}`);
        return { status: 500, json: 'unexpected call' };
      }
      due.called = true;
      if (typeof next === 'function') {
        if (due.answers.length > 1) due.answers.shift();
        return next(call);
      }
      due.answers.shift();
      return next;
    };
    const server = createServer((request, response) => {
      withBody(request, (body) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
        const [method, headers] = [request.method ?? '', request.headers];
        const call = { method, path: pathname, query: searchParams, body: body.toString(), headers };
        calls.push(call);
        const answer = answerOf(call);
        const [type, text] =
          'text' in answer ? ['text/plain', answer.text] : ['application/json', JSON.stringify(answer.json)];
        response.writeHead(answer.status ?? 200, { 'content-type': type }).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    const missing = () =>
      [...left].flatMap(([key, { answers, called }]) => {
        const open = answers.filter((answer) => typeof answer !== 'function').length;
        return open > 0 || !called ? [`did not come: ${key}`] : [];
      });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new FakeBackend(url, calls, () => [...unexpected.map((call) => `unexpected: ${call}`), ...missing()], close);
  }

  /** Ends it. @throws Error when a call came that is not in the script, or one of the script did not come. */
  async stop(): Promise<void> {
    await this.#close();
    const complaints = this.#complaints();
    if (complaints.length > 0) throw new Error(`the fake backend complains: ${complaints.join('; ')}`);
  }
}
