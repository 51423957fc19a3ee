/** The requests after the load, which no journey makes, each under a trace id of its own. */
import { randomBytes } from 'node:crypto';
import { debatePath, idLike, UNKNOWN_ID_BYTES } from '../../../core/debate-path.ts';
import { SENTINEL_PATH } from '../../../core/endpoint.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { type HttpResponse, type HttpTrouble, send } from '../../../http/client.ts';
import type { RefusedRequest } from './collecting.ts';

/** How the server is reached. */
export interface Reached {
  readonly httpUrl: string;
  readonly access: HttpAccess;
  readonly signal: AbortSignal;
}

class TracedAlone {
  readonly traceId = randomBytes(16).toString('hex');

  /** Throws only the signal's reason. */
  ask(path: string, { httpUrl, access, signal }: Reached): Promise<HttpResponse | HttpTrouble> {
    const headers = { traceparent: `00-${this.traceId}-${this.traceId.slice(16)}-01` };
    return send(`${httpUrl}${path}`, { signal, headers, ...access });
  }
}

/** The last one: when its trace has arrived, everything that was exported before it has. */
export class Sentinel {
  readonly #request = new TracedAlone();
  readonly traceId = this.#request.traceId;

  /** @returns its trace id; undefined when the server did not answer. Throws only the signal's reason. */
  async send(reached: Reached): Promise<string | undefined> {
    return (await this.#request.ask(SENTINEL_PATH, reached)).status === null ? undefined : this.traceId;
  }
}

/**
 * Before it: for a debate that exists, and for one that does not. The first one shows that the server has such a path, and traces it. The id of
 * the second is new in each run, so no cache has the answer.
 */
export class Refused {
  readonly #known = new TracedAlone();
  readonly #unknown = new TracedAlone();
  readonly traceIds = [this.#known.traceId, this.#unknown.traceId];

  /** @returns undefined where it was not the API that found the one and refused the other. Throws only the signal's reason. */
  async send(known: string, reached: Reached): Promise<RefusedRequest | undefined> {
    const found = await this.#known.ask(debatePath(known), reached);
    if (found.status !== 200) return undefined;
    const unknown = idLike(known, randomBytes(UNKNOWN_ID_BYTES).toString('hex'));
    const answer = await this.#unknown.ask(debatePath(unknown), reached);
    const isRefused = 'text' in answer && answer.status === 404 && /\bjson\b/i.test(answer.contentType);
    return isRefused ? { traceId: this.#unknown.traceId, besideId: this.#known.traceId } : undefined;
  }
}
