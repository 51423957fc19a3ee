/** What can be changed of the target's own telemetry on its way out, and several such changes as one. A healthy target changes nothing. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Exposition, Metrics } from './metrics.ts';
import type { OutgoingSpan, Sampling, Tracing } from './tracing.ts';

/** Each part is absent where nothing is changed. A part may remember what it saw: make a new distortion for each target. */
export interface Distortion {
  /** An exposition as it leaves. */
  readonly exposition?: (right: Exposition) => Exposition;
  /** A span as it is exported; gives what is exported instead. */
  readonly span?: (span: OutgoingSpan) => readonly OutgoingSpan[];
  /** A log line without its end; gives the lines that are written instead. */
  readonly line?: (line: string) => readonly string[];
  /** What is counted and timed. */
  readonly counting?: (metrics: Metrics) => Metrics;
  /** Where spans stand, which is decided when they begin. */
  readonly tracing?: (tracing: Tracing) => Tracing;
  readonly sampling?: Sampling;
  /** Sees the headers of each request; gives further attributes of its span. */
  readonly onRequest?: (headers: IncomingHttpHeaders) => Readonly<Record<string, string>>;
  /** The header, in lower case, that a log line's `request_id` is taken from, instead of `x-request-id`. */
  readonly requestIdHeader?: string;
}

/** All of them as one, each applied to what those before it made. */
export function combined(all: readonly Distortion[]): Distortion {
  const expositions = all.flatMap(({ exposition }) => exposition ?? []);
  const spans = all.flatMap(({ span }) => span ?? []);
  const lines = all.flatMap(({ line }) => line ?? []);
  const countings = all.flatMap(({ counting }) => counting ?? []);
  const tracings = all.flatMap(({ tracing }) => tracing ?? []);
  const samplings = all.flatMap(({ sampling }) => sampling ?? []);
  const onRequests = all.flatMap(({ onRequest }) => onRequest ?? []);
  const requestIdHeader = all.findLast((one) => one.requestIdHeader !== undefined)?.requestIdHeader;
  return {
    ...(expositions.length > 0 && { exposition: inTurn(expositions) }),
    ...(spans.length > 0 && { span: spread(spans) }),
    ...(lines.length > 0 && { line: spread(lines) }),
    ...(countings.length > 0 && { counting: inTurn(countings) }),
    ...(tracings.length > 0 && { tracing: inTurn(tracings) }),
    ...(samplings.length > 0 && { sampling: Object.assign({}, ...samplings) as Sampling }),
    ...(onRequests.length > 0 && {
      onRequest: (headers) => Object.assign({}, ...onRequests.map((see) => see(headers))),
    }),
    ...(requestIdHeader !== undefined && { requestIdHeader }),
  };
}

function inTurn<T>(changes: readonly ((before: T) => T)[]): (before: T) => T {
  return (before) => changes.reduce((value, change) => change(value), before);
}

function spread<T>(changes: readonly ((one: T) => readonly T[])[]): (one: T) => readonly T[] {
  return (one) => changes.reduce<readonly T[]>((some, change) => some.flatMap(change), [one]);
}
