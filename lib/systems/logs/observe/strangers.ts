/**
 * Requests in lines whose trace ids the load did not send: those that the load sent without one, and those of others. Of many, a share is
 * kept, chosen by a hash of the trace id, so that memory stays limited and their number can still be estimated.
 */
import { ALL_HASHES, traceHash } from '../../../observe/trace-hash.ts';
import type { Strangers } from '../observation.ts';
import { type LineFacts, LoggedRequests } from './requests.ts';

const MOST_KEPT = 2048;
const TRACE_ID = /^[0-9a-f]{32}$/;

type Entry = Readonly<Record<string, unknown>>;

export class StrangeRequests {
  readonly #kept = new LoggedRequests();
  readonly #ids = new Set<string>();
  /** Those are kept whose hash is below this; it is halved whenever there are too many. */
  #threshold = ALL_HASHES;

  add(traceId: string, entry: Entry, line: LineFacts): void {
    if (!TRACE_ID.test(traceId) || traceHash(traceId) >= this.#threshold) return;
    this.#ids.add(traceId);
    this.#kept.add(traceId, entry, line);
    while (this.#ids.size > MOST_KEPT) this.#thin();
  }

  #thin(): void {
    this.#threshold /= 2;
    for (const traceId of this.#ids) {
      if (traceHash(traceId) < this.#threshold) continue;
      this.#ids.delete(traceId);
      this.#kept.forget(traceId);
    }
  }

  facts(): Strangers {
    const requests = [...this.#ids].flatMap((traceId) => this.#kept.of([traceId]));
    return { share: this.#threshold / ALL_HASHES, requests: requests.filter(({ said }) => said.path !== undefined) };
  }
}
