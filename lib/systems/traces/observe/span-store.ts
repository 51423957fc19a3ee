/**
 * The received spans, in limited memory: the traces of the load's own sampled requests whole, a fixed share of the others whole, and counts
 * of everything.
 */

import { type SecretFinder, secretFinder } from '../../../observe/secrets.ts';
import { ALL_HASHES, traceHash } from '../../../observe/trace-hash.ts';
import type { Span } from '../observation.ts';
import { leakPlaces } from './leaks.ts';
import type { ReceivedSpan } from './otlp.ts';
import { SentTwice } from './sent-twice.ts';
import { SpanCounts } from './span-counts.ts';

export interface StoreOptions {
  /**
   * What the harness sent under a trace id: true with the sampled flag, false without it, null nothing. Traces sent sampled are kept whole,
   * the others are counted and sampled. Absent: it is unknown, and all are kept while there is room.
   */
  readonly flagSent?: (traceId: string) => boolean | null;
  /** An attribute in which the server keeps an incoming trace id that it does not continue. */
  readonly traceIdAttribute?: string | null;
  /** Which endpoint of the load a request's span is about; null for another one. Absent: endpoints are not distinguished. */
  readonly endpointOf?: (span: Span) => string | null;
  /** What must not appear in any span; absent: nothing is searched for. */
  readonly secrets?: SecretFinder;
  /** Most spans in memory; default 60,000 (about 60 MB). More spans are only counted. */
  readonly maxSpans?: number;
  /** Most traces kept of those that the harness did not send sampled; default 300. */
  readonly maxOthers?: number;
}

interface Trace {
  /** null when only its existence is recorded. */
  spans: Span[] | null;
  hasRoot: boolean;
  lastArrivalMs: number;
}

const MAX_ALIASES = 100_000;
const MAX_TRACES = 500_000;
const MAX_EXAMPLES = 5;

export class SpanStore {
  readonly #options: StoreOptions;
  readonly #traces = new Map<string, Trace>();
  /** Trace id that the harness sent → the one that the server made of it. */
  readonly #aliases = new Map<string, string>();
  readonly secrets: SecretFinder;
  readonly counts: SpanCounts;
  readonly leaks = { count: 0, examples: [] as string[] };
  /** Spans that came again with another content: how many, and the first few traces. */
  readonly differing = { count: 0, examples: [] as string[] };
  readonly twice = new SentTwice();
  /** Spans and traces for which there was no room; only their number is known. */
  overflow = 0;
  #kept = 0;
  /** Of traces that are not ours, those are kept whose hash is below this; it is halved whenever there are too many. */
  #threshold = ALL_HASHES;
  readonly #others = new Set<string>();

  constructor(options: StoreOptions = {}) {
    this.#options = options;
    this.secrets = options.secrets ?? secretFinder([]);
    this.counts = new SpanCounts(options.endpointOf);
  }

  get traceCount(): number {
    return this.#traces.size;
  }

  add(received: readonly ReceivedSpan[], nowMs: number): void {
    this.twice.addExport(received);
    for (const { span, otherTexts } of received) {
      const isFirstRoot = span.parentSpanId === null && this.#traces.get(span.traceId)?.hasRoot !== true;
      this.counts.add(span, isFirstRoot);
      this.#scan(span, otherTexts);
      this.#keep(span, nowMs);
    }
  }

  /** Whether any span of the trace arrived. */
  has(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  /** [] when none arrived or none was kept. */
  spansOf(traceId: string): readonly Span[] {
    return this.#traces.get(traceId)?.spans ?? [];
  }

  /** Under which trace id to find what was sent as `traceId`; null when nothing arrived. */
  find(traceId: string): string | null {
    return this.has(traceId) ? traceId : (this.#aliases.get(traceId) ?? null);
  }

  /** Unix ms of the last span's arrival; null for an unknown trace. */
  lastArrivalMs(traceId: string): number | null {
    return this.#traces.get(traceId)?.lastArrivalMs ?? null;
  }

  /** Traces with kept spans. */
  *keptTraceIds(): Iterable<string> {
    for (const [traceId, { spans }] of this.#traces) if (spans !== null && spans.length > 0) yield traceId;
  }

  /**
   * Traces that were recorded although they were sent without the sampled flag. If it is unknown what was sent: traces that continue a
   * context that is not in `known`.
   */
  *recordedUnasked(known: ReadonlySet<string>): Iterable<string> {
    const { flagSent } = this.#options;
    for (const [traceId, { hasRoot }] of this.#traces) {
      if (flagSent === undefined ? !hasRoot && !known.has(traceId) : flagSent(traceId) === false) yield traceId;
    }
    for (const traceId of this.#aliases.keys()) if (flagSent?.(traceId) === false) yield traceId;
  }

  #scan(span: Span, otherTexts: readonly string[]): void {
    if (this.secrets.searched === 0) return;
    for (const place of leakPlaces(span, otherTexts, this.secrets)) {
      const { examples } = this.leaks;
      this.leaks.count += 1;
      if (examples.length < MAX_EXAMPLES && !examples.includes(place)) examples.push(place);
    }
  }

  #keep(span: Span, nowMs: number): void {
    const { maxSpans = 60_000 } = this.#options;
    const trace = this.#traces.get(span.traceId) ?? this.#begin(span.traceId);
    if (trace === null) return;
    trace.lastArrivalMs = nowMs;
    trace.hasRoot ||= span.parentSpanId === null;
    this.#alias(span, trace);
    // An exporter that got no answer in time sends again.
    if (trace.spans === null) return;
    const known = trace.spans.find(({ spanId }) => spanId === span.spanId);
    if (known !== undefined) {
      this.#compare(known, span);
      return;
    }
    if (this.#kept >= maxSpans) {
      this.overflow += 1;
      return;
    }
    trace.spans.push(span);
    this.#kept += 1;
  }

  #compare(known: Span, again: Span): void {
    if (JSON.stringify(known) === JSON.stringify(again)) return;
    note(this.differing, known.traceId);
  }

  #begin(traceId: string): Trace | null {
    if (this.#traces.size >= MAX_TRACES) {
      this.overflow += 1;
      return null;
    }
    const { flagSent } = this.#options;
    const isOurs = flagSent === undefined || flagSent(traceId) === true;
    const trace: Trace = { spans: isOurs || this.#chosen(traceId) ? [] : null, hasRoot: false, lastArrivalMs: 0 };
    this.#traces.set(traceId, trace);
    if (!isOurs && trace.spans !== null) this.#remember(traceId);
    return trace;
  }

  #chosen(traceId: string): boolean {
    return traceHash(traceId) < this.#threshold;
  }

  #remember(traceId: string): void {
    this.#others.add(traceId);
    while (this.#others.size > (this.#options.maxOthers ?? 300)) {
      this.#threshold /= 2;
      for (const other of this.#others) {
        if (!this.#chosen(other)) this.#forget(other);
      }
    }
  }

  #forget(traceId: string): void {
    this.#others.delete(traceId);
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return;
    this.#kept -= trace.spans?.length ?? 0;
    trace.spans = null;
  }

  #alias(span: Span, trace: Trace): void {
    const { traceIdAttribute, flagSent } = this.#options;
    if (traceIdAttribute === undefined || traceIdAttribute === null) return;
    const sent = span.attributes[traceIdAttribute];
    if (typeof sent !== 'string' || sent === span.traceId || this.#aliases.size >= MAX_ALIASES) return;
    const flag = flagSent?.(sent);
    if (flag === null) return;
    this.#aliases.set(sent, span.traceId);
    if (flag === false) return;
    trace.spans ??= [];
    // From now on it is the load's own, and must not be thinned out.
    this.#others.delete(span.traceId);
  }
}

function note(problems: { count: number; readonly examples: string[] }, traceId: string): void {
  problems.count += 1;
  if (problems.examples.length < MAX_EXAMPLES && !problems.examples.includes(traceId)) problems.examples.push(traceId);
}
