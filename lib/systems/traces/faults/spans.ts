/**
 * Owns how spans are made to lie: who hangs under whom when they begin, what they say when they are exported, who is recorded.
 * Refuses to know how spans are exported (tracing.ts), and which faults are named what.
 */
import { randomBytes } from 'node:crypto';
import { only, type TelemetryFault } from '../../../target/telemetry-behaviour.ts';
import {
  type ActiveSpan,
  type OutgoingSpan,
  TRACEPARENT,
  type Tracing,
  type TracingOptions,
} from '../../../target/tracing.ts';

type Faults = readonly TelemetryFault[];
type Attributes = Readonly<Record<string, unknown>>;

/** Attributes that a span brings along to its export, where they are taken off. */
const APART = '#apart';
const LOST = '#lost';
const NO_MARKS: Readonly<Record<string, string | boolean>> = {};

export function faultyTracingOptions(options: TracingOptions, faults: Faults): TracingOptions {
  const [ratio] = only(faults, 'sampling-ratio');
  const [flagged] = only(faults, 'set-flag-ignored');
  const edit = spanEditor(faults);
  return {
    ...options,
    ...(ratio === undefined ? {} : { ratio: ratio.ratio }),
    ...(flagged === undefined ? {} : { flaggedShare: flagged.share }),
    ...(edit === undefined ? {} : { edit }),
    ignoresUnsetFlag: only(faults, 'unset-flag-ignored').length > 0,
  };
}

/** What decides where a span stands is known only when it begins. */
export function faultyTracing(tracing: Tracing, faults: Faults): Tracing {
  const beginsAnew = only(faults, 'context-lost').some(({ what }) => what === 'trace');
  const [lost] = only(faults, 'traces-lost');
  const grow = grower(faults);
  return {
    ...tracing,
    request: (traceparent, attributes) => {
      const [, traceId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
      const isLost = lost !== undefined && traceId !== undefined && isOneIn(lost.every, traceId);
      const marks = isLost ? { [LOST]: true } : NO_MARKS;
      const span = tracing.request(beginsAnew ? undefined : traceparent, { ...attributes, ...marks });
      return grow(beginsAnew && traceId !== undefined ? under(span, traceId) : span, span, marks);
    },
  };
}

/** The same span under the trace id that a log should tell. */
function under(span: ActiveSpan, traceId: string): ActiveSpan {
  return {
    traceId,
    child: (name, attributes) => under(span.child(name, attributes), traceId),
    end: (more) => span.end(more),
  };
}

type Grow = (span: ActiveSpan, request: ActiveSpan, marks: Readonly<Record<string, string | boolean>>) => ActiveSpan;

function grower(faults: Faults): Grow {
  const strays = only(faults, 'span-under-request').map(({ span }) => span);
  const missing = only(faults, 'span-missing').map(({ span }) => span);
  const apart = only(faults, 'span-apart').map(({ span }) => span);
  const grow: Grow = (span, request, marks) => ({
    traceId: span.traceId,
    child: (name, attributes = {}) => {
      if (missing.includes(name)) return { ...grow(span, request, marks), end: () => {} };
      const own = apart.includes(name) ? { ...marks, [APART]: name } : marks;
      const parent = strays.includes(name) ? request : span;
      return grow(parent.child(name, { ...attributes, ...own }), request, own);
    },
    end: (attributes) => span.end(attributes),
  });
  return grow;
}

type Edit = (span: OutgoingSpan) => readonly OutgoingSpan[];

/** Changes spans as they are exported; undefined when no fault is about that. */
function spanEditor(faults: Faults): Edit | undefined {
  const edits = faults.flatMap((fault) => editOf(fault) ?? []);
  if (edits.length === 0) return undefined;
  return (span) => edits.reduce<readonly OutgoingSpan[]>((spans, edit) => spans.flatMap(edit), [span]);
}

function editOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'span-renamed':
      return on(fault.span, (span) => [{ ...span, name: fault.to }]);
    case 'span-orphaned':
      return on(fault.span, (span) => [{ ...span, parentSpanId: newId() }]);
    case 'span-status':
      return on(fault.span, (span) => [{ ...span, isError: fault.status === 'error' }]);
    case 'span-times':
      return on(fault.span, (span) => [
        isOneIn(fault.every ?? 1, span.traceId) ? later(span, fault.startMs, fault.endMs) : span,
      ]);
    case 'span-ends-first':
      return on(fault.span, (span) => [later(span, 0, -span.durationMs - 1)]);
    case 'span-timeless':
      return on(fault.span, (span) => [later(span, 0, -span.durationMs)]);
    case 'span-invalid':
      return on(fault.span, (span) => [span, { ...span, traceId: '0'.repeat(32) }]);
    case 'service-name':
      return (span) => [{ ...span, serviceName: fault.name }];
    case 'context-lost':
      return fault.what === 'trace' ? undefined : on('http.request', (span) => [{ ...span, parentSpanId: undefined }]);
    default:
      return attributeEditOf(fault) ?? markEditOf(fault);
  }
}

function attributeEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'span-attribute-missing':
      return on(fault.span, (span) => [{ ...span, attributes: without(span.attributes, fault.attribute) }]);
    case 'span-attribute-mistyped':
      return on(fault.span, (span) => {
        const value = span.attributes[fault.attribute];
        const wrong = typeof value === 'number' ? String(value) : 1;
        return [{ ...span, attributes: { ...span.attributes, [fault.attribute]: wrong } }];
      });
    case 'span-attribute-instead':
      return on(fault.span, (span) => [
        { ...span, attributes: { ...span.attributes, [fault.attribute]: fault.value } },
      ]);
    default:
      return undefined;
  }
}

function markEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'traces-lost':
      return (span) => (LOST in span.attributes ? [] : [span]);
    case 'span-apart':
      return (span) => [APART in span.attributes ? apartFrom(span) : span];
    default:
      return undefined;
  }
}

/** In a trace of its own: the same digits backwards. */
function apartFrom(span: OutgoingSpan): OutgoingSpan {
  const isFirst = span.attributes[APART] === span.name;
  return {
    ...span,
    attributes: without(span.attributes, APART),
    traceId: [...span.traceId].reverse().join(''),
    ...(isFirst ? { parentSpanId: undefined } : {}),
  };
}

function on(name: string, change: Edit): Edit {
  return (span) => (name === 'all' || span.name === name ? change(span) : [span]);
}

function later(span: OutgoingSpan, startMs: number, endMs: number): OutgoingSpan {
  return { ...span, laterMs: { start: span.laterMs.start + startMs, end: span.laterMs.end + endMs } };
}

function without(attributes: Attributes, name: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
}

/** One trace id in so many, always the same ones. */
function isOneIn(every: number, traceId: string): boolean {
  return Number.parseInt(traceId.slice(16, 20), 16) % every === 0;
}

function newId(): string {
  return randomBytes(8).toString('hex');
}
