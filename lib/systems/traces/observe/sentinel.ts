/** The requests after the load, which no journey makes, each under a trace id of its own. */
import { randomBytes } from 'node:crypto';
import { REFUSED_PATH, SENTINEL_PATH } from '../../../core/endpoint.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { type HttpResponse, type HttpTrouble, send } from '../../../http/client.ts';

class TracedAlone {
  readonly traceId = randomBytes(16).toString('hex');
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  protected ask(httpUrl: string, access: HttpAccess, signal: AbortSignal): Promise<HttpResponse | HttpTrouble> {
    const headers = { traceparent: `00-${this.traceId}-${this.traceId.slice(16)}-01` };
    return send(`${httpUrl}${this.#path}`, { signal, headers, ...access });
  }
}

/** The last one: when its trace has arrived, everything that was exported before it has. */
export class Sentinel extends TracedAlone {
  constructor() {
    super(SENTINEL_PATH);
  }

  /** @returns its trace id; undefined when the server did not answer. Throws only the signal's reason. */
  async send(httpUrl: string, access: HttpAccess, signal: AbortSignal): Promise<string | undefined> {
    return (await this.ask(httpUrl, access, signal)).status === null ? undefined : this.traceId;
  }
}

/** The one before it, for a debate that does not exist. */
export class Refused extends TracedAlone {
  constructor() {
    super(REFUSED_PATH);
  }

  /** @returns its trace id; undefined where it was not the API that said "not found". Throws only the signal's reason. */
  async send(httpUrl: string, access: HttpAccess, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.ask(httpUrl, access, signal);
    const isRefused = 'text' in answer && answer.status === 404 && /\bjson\b/i.test(answer.contentType);
    return isRefused ? this.traceId : undefined;
  }
}
