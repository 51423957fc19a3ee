/** Which attribute of a span is which documented one: by values that the client sent or got, and by its documented name. */
import { plural } from '../../core/numbers.ts';
import { numberIn } from '../../systems/traces/checks/view.ts';
import type { LookedUpRequest, Span, SpanValue, TracesObserved } from '../../systems/traces/observation.ts';
import type { SpanSignal, SpanSignals } from '../../systems/traces/signals.ts';

/** A span, and whether a value can be that of the documented attribute, as its client knows it; absent: it knows nothing of it. */
interface Sent {
  readonly span: Span;
  readonly fits: Readonly<Record<string, (value: SpanValue | undefined) => boolean>>;
}

/** Fewer spans can agree by chance. */
const LEAST_SPANS = 5;

/** Those of the spans whose request is known. */
export function sentOf(observed: TracesObserved, contract: SpanSignals, spans: readonly Span[]): Sent[] {
  const byTrace = new Map(observed.requests.map((request) => [request.foundTraceId ?? '', request]));
  return spans.flatMap((span) => {
    const request = byTrace.get(span.traceId);
    return request === undefined ? [] : [{ span, fits: fitsOf(request, contract) }];
  });
}

function fitsOf({ endpoint, outcome, question }: LookedUpRequest, { requestSpans }: SpanSignals): Sent['fits'] {
  const route = requestSpans[endpoint];
  const isGood = (value: SpanValue | undefined): boolean => {
    const status = numberIn(value);
    return typeof status === 'number' && status >= 200 && status < 300;
  };
  return {
    ...(route !== undefined && {
      method: (value: SpanValue | undefined) => value === route.method,
      path: (value: SpanValue | undefined) =>
        typeof value === 'string' && new RegExp(`^(?:${route.path})/?(?:\\?.*)?$`).test(value),
    }),
    ...(outcome === 'ok' && { status: isGood }),
    ...(question !== undefined && { 'debate.task': (value: SpanValue | undefined) => value === question }),
  };
}

export interface Found {
  /** Documented attribute → the release's own, where that is another. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly evidence: readonly string[];
}

/** An attribute that keeps its documented name needs no evidence, and one whose value two attributes have gets no other. */
export function attributesOf({ forms }: SpanSignal, spans: readonly Span[], sent: readonly Sent[]): Found {
  const attributes: Record<string, string> = {};
  const evidence: string[] = [];
  for (const documented of Object.keys(forms[0]?.attributes ?? {})) {
    if (spans.some((span) => Object.hasOwn(span.attributes, documented))) continue;
    const known = sent.filter(({ fits }) => fits[documented] !== undefined);
    if (known.length < LEAST_SPANS) continue;
    const keys = Object.keys(known[0]?.span.attributes ?? {}).filter((key) =>
      known.every(({ span, fits }) => fits[documented]?.(span.attributes[key]) === true),
    );
    const [key] = keys;
    if (key === undefined) continue;
    if (keys.length === 1) attributes[documented] = key;
    const said = `is what the client knows as ${documented}, in ${plural(known.length, 'span')}`;
    evidence.push(keys.length === 1 ? `${key} ${said}` : `each of ${keys.join(', ')} ${said}`);
  }
  return { attributes, evidence };
}
