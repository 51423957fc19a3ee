/** The header by which a client hands its trace on. Apart from tracing.ts, because reading that one reads all of OpenTelemetry. */

/** Trace id, span id, flags. */
export const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
