/**
 * Owns where a request's headers come out in telemetry: of a healthy target only its request id, in the log.
 * Refuses to know requests and how telemetry is written.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { only, type TelemetryFault } from './telemetry-behaviour.ts';

export interface Leaks {
  /** The header that a log line's `request_id` is taken from; lower case. */
  readonly requestIdHeader: string;
  /** Further attributes of the request's span. */
  attributesOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
  /** Further lines of the exposition. */
  metricLines(): readonly string[];
}

export function createLeaks(faults: readonly TelemetryFault[]): Leaks {
  const leaked = only(faults, 'header-leaked');
  const into = (place: (typeof leaked)[number]['into']) => leaked.find((fault) => fault.into === place)?.header;
  const [log, span, metric] = [into('log'), into('span'), into('metric')];
  let last = '';
  return {
    requestIdHeader: log ?? 'x-request-id',
    attributesOf: (headers) => {
      if (metric !== undefined) last = headers[metric] ?? last;
      return span === undefined ? {} : { [`http.request.header.${span}`]: headers[span] ?? '' };
    },
    metricLines: () => (metric === undefined ? [] : [`aragora_last_request_info{${metric}=${JSON.stringify(last)}} 1`]),
  };
}
