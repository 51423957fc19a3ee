/** The words for promises about spans: names, attributes, sampling, and where a release keeps them instead. */
import type { Endpoint } from '../../core/endpoint.ts';
import type { Source } from '../../core/source.ts';

export type AttributeType = 'string' | 'number';

/** One way to write a span. */
export interface SpanForm {
  /** As the document writes it, for example `debate.round.{n}`. */
  readonly name: string;
  /** A regular expression for the whole name; absent: `name` itself. */
  readonly pattern?: string;
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly source: Source;
}

/** A promised span; where documents disagree, any of its forms keeps the promise. */
export interface SpanSignal {
  /** Stable, for example `debate.round`; part of finding ids. */
  readonly id: string;
  readonly forms: readonly SpanForm[];
  /** Requests to any of these endpoints make the server record one. */
  readonly provokedBy: readonly Endpoint[];
}

/** Which `http.request` span belongs to a request. */
export interface RequestSpan {
  readonly method: string;
  /** A regular expression for the whole path, without the query. */
  readonly path: string;
}

/** What is promised about traces. */
export interface SpanSignals {
  readonly signals: readonly SpanSignal[];
  readonly requestSpans: Readonly<Partial<Record<Endpoint, RequestSpan>>>;
  readonly serviceName: { readonly value: string; readonly source: Source };
  /** Share (0–1) of the traces without an incoming context that are recorded. */
  readonly samplingRatio: { readonly value: number; readonly source: Source };
  /** Where the promises on propagation and on the service map are written. */
  readonly propagation: Source;
  readonly serviceMap: {
    readonly edges: readonly { readonly parent: string; readonly child: string }[];
    readonly source: Source;
  };
}

/** Where a release keeps a promised span under another name. */
export interface SpanRename {
  /** `SpanSignal.id`. */
  readonly signal: string;
  /** For a person, for example `GET /api/health`. */
  readonly name: string;
  readonly pattern: string;
  /** Documented attribute → the release's own. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The server's own team says so: under this name it is promised. */
  readonly isOwn?: true;
}

export interface SpanMapping {
  readonly renames: readonly SpanRename[];
  /** The attribute in which the release keeps an incoming trace id that it does not continue; null when it has none. */
  readonly traceIdAttribute: string | null;
}

/** What a plan says about traces. */
export interface TracePromises {
  readonly contract: SpanSignals;
  /** Where the release keeps it instead; null: as documented. */
  readonly mapping: SpanMapping | null;
}
