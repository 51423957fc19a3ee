/** Whether the lines of a debate have the trace id of the request that started it, and of no other. */
import type { TraceIds } from '../../../core/trace-ids.ts';
import { journeyNamed } from '../../../journeys/index.ts';
import type { LogVariety } from '../observation.ts';
import { isOfItself } from './debate-fields.ts';
import { Names } from './naming.ts';

const MOST_CHARS = 200;
/** A request for a path with this word may be about any debate, for example a list of them. */
const ABOUT_DEBATES = /debate/;

export class DebateNames {
  readonly #traceIds: TraceIds;
  readonly #names = new Names();
  /** Lines about a debate itself with the trace id of a request that has nothing to do with debates. */
  #elsewhere = 0;

  constructor(traceIds: TraceIds) {
    this.#traceIds = traceIds;
  }

  /** Counts lines about a debate itself: another one may name a debate that was asked for, or that had to make room. */
  add(entry: Readonly<Record<string, unknown>>, traceId: string): void {
    const { debate_id: id } = entry;
    if (typeof id !== 'string' || !isOfItself(entry)) return;
    const endpoints = this.#endpointsOf(traceId);
    if (endpoints.some(({ role }) => role === 'starts-debate')) this.#names.add(id.slice(0, MOST_CHARS), traceId);
    else if (endpoints.length > 0 && !endpoints.some(({ http }) => ABOUT_DEBATES.test(http?.path ?? '')))
      this.#elsewhere += 1;
  }

  facts(): LogVariety {
    const { traces, shared = 0 } = this.#names.facts();
    return { traces: traces + this.#elsewhere, shared: shared + this.#elsewhere };
  }

  #endpointsOf(traceId: string) {
    // The engine numbers the scenarios of a journey: engine-protocol.ts.
    const journey = this.#traceIds.locate(traceId)?.scenario.replace(/_\d+$/, '');
    return (journey === undefined ? undefined : journeyNamed(journey))?.endpoints ?? [];
  }
}
