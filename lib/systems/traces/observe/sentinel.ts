/** The one request after the load, which no journey makes: whoever sees its trace sees all that was exported before it. */
import { randomBytes } from 'node:crypto';
import { withToken } from '../../../http/access.ts';
import { fetchText } from '../../../http/backend.ts';

/** Every release answers it, and no journey asks for it: so it is in no endpoint's counts. */
const PATH = '/api/auth/oauth/providers';

export class Sentinel {
  readonly traceId = randomBytes(16).toString('hex');

  /** @returns its trace id; undefined when the server did not answer. Throws only the signal's reason. */
  async send(httpUrl: string, token: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const answer = await fetchText(`${httpUrl}${PATH}`, {
      signal,
      headers: { traceparent: `00-${this.traceId}-${this.traceId.slice(16)}-01` },
      ...withToken(token),
    });
    return answer.status === null ? undefined : this.traceId;
  }
}
