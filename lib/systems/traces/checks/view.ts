/**
 * How the collected spans are looked at: what each stands for (by its documented name or a release's own), whose parent is missing, and
 * which span answers which request.
 */
import type { JudgeInput } from '../../../core/run.ts';
import { goodStatusOf, statusOf } from '../../answered.ts';
import type { LookedUpRequest, Span, SpanValue, TracesObserved } from '../observation.ts';
import type { AttributeType, RequestSpan, SpanForm, SpanMapping, SpanSignals } from '../signals.ts';
import { isEntry, orphansOf } from '../span-tree.ts';

/** Why a check that looks at requests has nothing to look at. */
export const NOTHING_MATCHED = 'no request was found again as an http.request span';

/** What a span stands for. */
export interface Role {
  /** `SpanSignal.id` */
  readonly signal: string;
  readonly name: string;
  /** Documented attribute → where to find it, and its type. */
  readonly attributes: readonly { readonly documented: string; readonly key: string; readonly type: AttributeType }[];
  /** Whether the name is the release's own instead of a documented one. */
  readonly mapped: boolean;
  /** Whether the server's own team says that name, so that it is promised. Absent: no. */
  readonly isOwn?: boolean;
}

export interface MatchedRequest {
  readonly request: LookedUpRequest;
  /** Its `http.request` span. */
  readonly span: Span;
}

export interface TracesView {
  readonly observed: TracesObserved;
  readonly contract: SpanSignals;
  readonly mapping: SpanMapping | null;
  /** Everything else that is known of the run. */
  readonly run: JudgeInput;
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
  /** Spans by trace. */
  readonly traces: ReadonlyMap<string, readonly Span[]>;
  /** Traces that will not get more spans. */
  readonly settled: readonly (readonly Span[])[];
  /** Requests whose `http.request` span was found. */
  readonly matched: readonly MatchedRequest[];
  /** undefined for a span that no document and no mapping names. */
  roleOf(span: Pick<Span, 'name'>): Role | undefined;
  /** A documented attribute of a span, wherever it is kept. */
  attributeOf(span: Span, documented: string): SpanValue | undefined;
  /** How many spans of a signal were received, under documented names or under the release's own. */
  countOf(signal: string, names: 'documented' | 'mapped'): number;
  orphansOf(trace: readonly Span[]): readonly Span[];
  /** Whether the span is of a service that took part in the load's own traces; true for all if none of those arrived. */
  isOwn(span: Span): boolean;
}

/** What was promised of the spans, and where a release keeps it. */
interface Promised {
  readonly contract: SpanSignals;
  readonly mapping: SpanMapping | null;
  readonly exclusive: boolean;
}

/** A number that is written as text is one: no document says how a span writes its numbers. */
export function numberIn(value: SpanValue | undefined): SpanValue | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

export function tracesView(
  observed: TracesObserved,
  { contract, mapping, exclusive }: Promised,
  run: JudgeInput,
): TracesView {
  const roleOf = roles(contract, mapping);
  const attributeOf: TracesView['attributeOf'] = (span, documented) => {
    const found = roleOf(span)?.attributes.find((attribute) => attribute.documented === documented);
    if (found === undefined) return undefined;
    const value = span.attributes[found.key];
    return found.type === 'number' ? numberIn(value) : value;
  };
  const traces = grouped(observed.spans);
  const unsettled = new Set(observed.unsettled);
  const base = { observed, contract, mapping, run, exclusive, traces, roleOf, attributeOf };
  return {
    ...base,
    settled: [...traces].filter(([traceId]) => !unsettled.has(traceId)).map(([, spans]) => spans),
    matched: observed.requests.flatMap((request) => matchedOf(base, request)),
    countOf: (signal, names) =>
      Object.entries(observed.spanNames).reduce((sum, [name, count]) => {
        const role = roleOf({ name });
        if (role?.signal !== signal) return sum;
        // What a team says itself is as good as documented.
        return (role.mapped && role.isOwn !== true) === (names === 'mapped') ? sum + count : sum;
      }, 0),
    orphansOf: (trace) => orphansOf(trace, clientParents(observed, roleOf)),
    isOwn: ownSpans(observed, traces),
  };
}

/** Others may export to the same place, and call the server in their own traces. */
function ownSpans({ requests }: TracesObserved, traces: TracesView['traces']): TracesView['isOwn'] {
  const found = requests.flatMap(({ foundTraceId }) => traces.get(foundTraceId ?? '') ?? []);
  const own = new Set(found.map(({ serviceName }) => serviceName));
  return ({ serviceName }) => own.size === 0 || own.has(serviceName);
}

function grouped(spans: readonly Span[]): Map<string, Span[]> {
  const traces = new Map<string, Span[]>();
  for (const span of spans) {
    const trace = traces.get(span.traceId);
    if (trace === undefined) traces.set(span.traceId, [span]);
    else trace.push(span);
  }
  return traces;
}

function roles(contract: SpanSignals, mapping: SpanMapping | null): (span: Pick<Span, 'name'>) => Role | undefined {
  const documented = contract.signals.flatMap(({ id, forms }) =>
    forms.map((form) => ({ matches: matcher(form), role: documentedRole(id, form) })),
  );
  const own = (mapping?.renames ?? []).map(({ signal, name, pattern, attributes, isOwn = false }) => {
    const types = contract.signals.find(({ id }) => id === signal)?.forms[0]?.attributes ?? {};
    const mappedAttributes = Object.entries(types).map(([key, type]) => ({
      documented: key,
      key: attributes[key] ?? key,
      type,
    }));
    const role: Role = { signal, name, attributes: mappedAttributes, mapped: true, isOwn };
    return { matches: matcher({ name, pattern }), role, isOwn };
  });
  // A team may keep a documented name and rename its attributes alone.
  const all = [...own.filter(({ isOwn }) => isOwn), ...documented, ...own];
  const known = new Map<string, Role | undefined>();
  return ({ name }) => {
    if (!known.has(name)) known.set(name, all.find(({ matches }) => matches(name))?.role);
    return known.get(name);
  };
}

function matcher({ name, pattern }: { name: string; pattern?: string }): (name: string) => boolean {
  if (pattern === undefined) return (candidate) => candidate === name;
  const whole = new RegExp(`^(?:${pattern})$`);
  return (candidate) => whole.test(candidate);
}

function documentedRole(signal: string, { name, attributes }: SpanForm): Role {
  const own = Object.entries(attributes).map(([key, type]) => ({ documented: key, key, type }));
  return { signal, name, attributes: own, mapped: false };
}

/** If the `traceparent` that was sent is known, only its own parent id is the client's; otherwise any entry into the server may have one. */
function clientParents(observed: TracesObserved, roleOf: TracesView['roleOf']): (span: Span) => boolean {
  const sent = new Map<string, Set<string>>();
  for (const { traceId, parentSpanId } of observed.requests) {
    if (parentSpanId === undefined) continue;
    sent.set(traceId, (sent.get(traceId) ?? new Set()).add(parentSpanId));
  }
  return (span) =>
    sent.get(span.traceId)?.has(span.parentSpanId ?? '') ?? (isEntry(span) || roleOf(span)?.signal === 'http.request');
}

type Base = Pick<TracesView, 'run' | 'contract' | 'traces' | 'roleOf' | 'attributeOf'>;

function matchedOf(base: Base, request: LookedUpRequest): MatchedRequest[] {
  const { contract, traces, roleOf, attributeOf } = base;
  const wanted = requestSpanOf(contract, request.endpoint);
  if (wanted === undefined || request.foundTraceId === null) return [];
  const spans = traces.get(request.foundTraceId) ?? [];
  const entries = spans.filter((span) => roleOf(span)?.signal === 'http.request' || span.kind === 'server');
  const fits = entries.filter(
    (span) => attributeOf(span, 'method') === wanted.method && isAsked(wanted, String(attributeOf(span, 'path'))),
  );
  // A single entry answers the request even if its attributes are missing, or say something else.
  const candidates = withStatus(fits.length === 0 && entries.length === 1 ? entries : fits, request, base);
  const shortest = candidates.reduce<Span | undefined>(
    (least, span) => (least === undefined || durationUs(span) < durationUs(least) ? span : least),
    undefined,
  );
  return shortest === undefined ? [] : [{ request, span: shortest }];
}

/** A balancer may send a refused request again: the client saw the last answer. All of them if none has its status. */
function withStatus(
  spans: readonly Span[],
  { outcome, endpoint }: LookedUpRequest,
  { attributeOf, run: { plan } }: Base,
): readonly Span[] {
  const status = statusOf(outcome, endpoint, plan) ?? goodStatusOf(endpoint, plan);
  const seen = spans.filter((span) => attributeOf(span, 'status') === status);
  return seen.length > 0 ? seen : spans;
}

/** What the span of a request to this endpoint says; undefined for an endpoint without such a span. */
export function requestSpanOf({ requestSpans }: SpanSignals, endpoint: string): RequestSpan | undefined {
  return Object.entries(requestSpans).find(([known]) => known === endpoint)?.[1];
}

/** Whether a span's path is the one that was requested, with or without a query or a slash at its end. */
export function isAsked(wanted: RequestSpan, path: string): boolean {
  return new RegExp(`^(?:${wanted.path})/?(?:\\?.*)?$`).test(path);
}

/** Negative when the span ends before it starts. */
export function durationUs({ startUnixNano, endUnixNano }: Span): number {
  return Number(BigInt(endUnixNano) - BigInt(startUnixNano)) / 1000;
}

/** The server's spans of a signal in a trace. */
export function spansOf(view: TracesView, trace: readonly Span[], signal: string): Span[] {
  return trace.filter((span) => view.isOwn(span) && view.roleOf(span)?.signal === signal);
}
