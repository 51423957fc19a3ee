/** What collecting from a receiver and from a backend have in common: what is asked for, what is waited for, how it is counted. */

import type { SecretFinder } from '../../../observe/secrets.ts';
import type { TracedRequest, TraceLookup } from '../observation.ts';
import type { TraceBackend } from './backend.ts';
import type { Receiver } from './receiver.ts';
import { isAnswered } from './select.ts';

/** A sampled request before the last one, which the API answered with 404. */
export interface RefusedRequest {
  readonly traceId: string;
  /** Of one to the same path that was answered well: for a debate that exists. */
  readonly besideId: string;
}

export interface CollectOptions {
  /** Where the target exports to. Without it the first backend is the evidence; the others are compared with the evidence. */
  readonly receiver?: Receiver | undefined;
  readonly backends: readonly TraceBackend[];
  /** The load's requests whose trace ids are known, also the unsampled ones. */
  readonly requests: readonly TracedRequest[];
  /** How many requests the load sent without the sampled flag, and without `traceparent`; absent: counted among `requests`. */
  readonly sent?: { readonly unsampled: number; readonly unflagged: number };
  /**
   * Trace id of a sampled request that was sent after all others were answered. A process exports its spans in order, so once this one has
   * arrived, all spans of the others have arrived that ever will. Absent: only the looked-up requests are waited for.
   */
  readonly sentinel?: string | undefined;
  /** Absent: it was not sent, or not refused. */
  readonly refused?: RefusedRequest | undefined;
  /** Names of spans that a whole trace of a request to an endpoint has; null: the endpoint is not traced. */
  readonly awaited: (endpoint: string) => readonly string[] | null;
  /** Unix ms. */
  readonly load: { readonly startedAtMs: number; readonly endedAtMs: number };
  readonly serviceName: string;
  /** Whether the harness itself set the target's export address. If so, nothing received means that nothing was exported. */
  readonly exportsHere: boolean;
  /** From the call on; default 15,000: batch exporters send every 5 s, and a debate may still be running. */
  readonly deadlineMs?: number;
  /** What must not appear in a span that a backend has; a receiver gets its own. */
  readonly secrets?: SecretFinder;
  /** Ends the waiting; what has arrived until then is returned. */
  readonly signal?: AbortSignal;
}

export const DEADLINE_MS = 15_000;
export const MAX_EXAMPLES = 5;

/** At least a second. */
export function remainingMs({ deadlineMs = DEADLINE_MS }: CollectOptions, startedAtMs: number): number {
  return Math.max(1000, startedAtMs + deadlineMs - Date.now());
}

/** Sampled requests that were answered, of endpoints that are traced. An arrival without a debate was not answered if its creation was not. */
export function wantedRequests({ requests, awaited }: Pick<CollectOptions, 'requests' | 'awaited'>): TracedRequest[] {
  const unanswered = new Set(requests.flatMap((request) => (isAnswered(request) ? [] : [request.traceId])));
  const isLost = ({ outcome, traceId }: TracedRequest) => outcome === 'no-debate' && unanswered.has(traceId);
  return requests.filter(
    (request) =>
      request.sampled === true && isAnswered(request) && !isLost(request) && awaited(request.endpoint) !== null,
  );
}

export function common({ requests, sent }: CollectOptions) {
  const unflagged = sent?.unflagged ?? requests.filter(({ sampled }) => sampled === null).length;
  return { kind: 'traces', status: 'collected', unflaggedRequests: unflagged } as const;
}

/** A failed request may not have everything that a good one has. */
export function awaitedOf({ awaited }: CollectOptions, { endpoint, outcome }: TracedRequest): readonly string[] {
  return outcome === 'ok' ? (awaited(endpoint) ?? []) : [];
}

/** How many of the requests were found, by endpoint. */
export function lookups(requests: readonly TracedRequest[], isFound: (traceId: string) => boolean): TraceLookup[] {
  const endpoints = [...new Set(requests.map(({ endpoint }) => endpoint))];
  return endpoints.map((endpoint) => {
    const sent = requests.filter((request) => request.endpoint === endpoint);
    const missing = sent.filter(({ traceId }) => !isFound(traceId)).map(({ traceId }) => traceId);
    return {
      endpoint,
      sent: sent.length,
      found: sent.length - missing.length,
      examples: missing.slice(0, MAX_EXAMPLES),
    };
  });
}

const MAX_NAMES = 100;

export function frequent(names: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...names].sort((a, b) => b[1] - a[1]).slice(0, MAX_NAMES));
}
