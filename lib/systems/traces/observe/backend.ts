/** What a trace backend (Jaeger and similar) must be able to do. */

import type { HttpFailure } from '../../../http/backend.ts';
import type { BackendKind } from '../../../observe/backends.ts';
import type { TraceBackendInfo } from '../backends.ts';
import type { ServiceMap, Span } from '../observation.ts';

export type Answer<T> = { readonly ok: true; readonly value: T } | HttpFailure;

export interface TraceSearch {
  readonly service: string;
  /** Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Most traces. */
  readonly limit: number;
}

/** One backend's API. No function throws, except with the signal's reason. */
export interface TraceBackend {
  /** As observations name it, for example `jaeger`. */
  readonly source: string;
  /** Without credentials. */
  readonly url: string;
  /** Names of the services whose traces it has. */
  services(): Promise<Answer<readonly string[]>>;
  /** [] for a trace that it does not know. */
  trace(traceId: string): Promise<Answer<readonly Span[]>>;
  /** Whole traces with a span of the service, at most `limit`. */
  search(search: TraceSearch): Promise<Answer<readonly Span[]>>;
  /** Which service called which, as far as it can say. */
  edges(endMs: number, lookbackMs: number): Promise<Answer<ServiceMap['edges']>>;
}

export type TraceBackendKind = BackendKind<TraceBackend> & TraceBackendInfo;
