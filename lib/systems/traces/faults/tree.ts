/**
 * Gives traces a wrong shape: spans that are missing, have another parent, or lose their trace. That is decided when a span begins; a mark
 * among its attributes says what to do at the export.
 */
import type { Distortion } from '../../../target/distortion.ts';
import type { OutgoingSpan } from '../../../target/span-edits.ts';
import { TRACEPARENT } from '../../../target/traceparent.ts';
import type { ActiveSpan } from '../../../target/tracing.ts';
import type { TreeFault } from './faults.ts';
import { isOneIn, without } from './spans.ts';

/** Attributes that a span carries until its export, where they are removed. */
const APART = '#apart';
const LOST = '#lost';

export function otherParents({
  kind,
  span: name,
}: Extract<TreeFault, { kind: 'span-missing' | 'span-under-request' }>): Distortion {
  const growing = (span: ActiveSpan, request: ActiveSpan): ActiveSpan => ({
    traceId: span.traceId,
    child: (child, attributes) => {
      if (child !== name) return growing(span.child(child, attributes), request);
      if (kind === 'span-missing') return { ...growing(span, request), end: () => {} };
      return growing(request.child(child, attributes), request);
    },
    end: (attributes) => span.end(attributes),
  });
  return {
    tracing: (tracing) => ({
      ...tracing,
      request: (traceparent, attributes) => {
        const request = tracing.request(traceparent, attributes);
        return growing(request, request);
      },
    }),
  };
}

/** Marks the children of the span called `name` (all if it is null), and their descendants. */
function marking(span: ActiveSpan, name: string | null, mark: Readonly<Record<string, string | boolean>>): ActiveSpan {
  return {
    traceId: span.traceId,
    child: (child, attributes) =>
      name === null || child === name
        ? marking(span.child(child, { ...attributes, ...mark }), null, mark)
        : marking(span.child(child, attributes), name, mark),
    end: (attributes) => span.end(attributes),
  };
}

export function apartTraces(name: string): Distortion {
  return {
    tracing: (tracing) => ({
      ...tracing,
      request: (traceparent, attributes) => marking(tracing.request(traceparent, attributes), name, { [APART]: name }),
    }),
    span: (span) => [APART in span.attributes ? apartFrom(span) : span],
  };
}

/** In another trace: the same digits backwards. */
function apartFrom(span: OutgoingSpan): OutgoingSpan {
  const isFirst = span.attributes[APART] === span.name;
  return {
    ...span,
    attributes: without(span.attributes, APART),
    traceId: [...span.traceId].reverse().join(''),
    ...(isFirst ? { parentSpanId: undefined } : {}),
  };
}

export function lostTraces(every: number): Distortion {
  const mark = { [LOST]: true };
  return {
    tracing: (tracing) => ({
      ...tracing,
      request: (traceparent, attributes) => {
        const traceId = traceIdOf(traceparent);
        if (traceId === undefined || !isOneIn(every, traceId)) return tracing.request(traceparent, attributes);
        return marking(tracing.request(traceparent, { ...attributes, ...mark }), null, mark);
      },
    }),
    span: (span) => (LOST in span.attributes ? [] : [span]),
  };
}

/** The log still has the trace id that the caller sent. */
export function newTraces(): Distortion {
  return {
    tracing: (tracing) => ({
      ...tracing,
      request: (traceparent, attributes) => {
        const span = tracing.request(undefined, attributes);
        const traceId = traceIdOf(traceparent);
        return traceId === undefined ? span : under(span, traceId);
      },
    }),
  };
}

function under(span: ActiveSpan, traceId: string): ActiveSpan {
  return {
    traceId,
    child: (name, attributes) => under(span.child(name, attributes), traceId),
    end: (attributes) => span.end(attributes),
  };
}

function traceIdOf(traceparent: string | undefined): string | undefined {
  return TRACEPARENT.exec(traceparent ?? '')?.[1];
}
