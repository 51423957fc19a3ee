/** The one request after the load, which no journey makes: when its trace has arrived, everything that was exported before it has. */
import { randomBytes } from 'node:crypto';
import { SENTINEL_PATH } from '../../../core/endpoint.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { fetchText } from '../../../http/backend.ts';

export class Sentinel {
  readonly traceId = randomBytes(16).toString('hex');

  /** @returns its trace id; undefined when the server did not answer. Throws only the signal's reason. */
  async send(httpUrl: string, access: HttpAccess, signal: AbortSignal): Promise<string | undefined> {
    const answer = await fetchText(`${httpUrl}${SENTINEL_PATH}`, {
      signal,
      headers: { traceparent: `00-${this.traceId}-${this.traceId.slice(16)}-01` },
      ...access,
    });
    return answer.status === null ? undefined : this.traceId;
  }
}
