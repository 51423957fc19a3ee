/** Owns the names of what is measured. Refuses to know how and how much. */

/** Everything a latency sample may be about. One k6 sample carries exactly one of these in its tag `endpoint`. */
export const ENDPOINTS = [
  'health',
  'debates-list',
  'debates-create',
  'agent-response',
  'consensus',
  'ws-connect',
  'ws-ping',
  'ws-subscribe',
  'ws-frames',
  'ws-order',
  'ws-uptime',
  'ws-close',
  'start-lateness',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Those whose samples carry a latency, and whose failures are answers missed; the others record properties, not durations. */
export const TIMED_ENDPOINTS = [
  'health',
  'debates-list',
  'debates-create',
  'agent-response',
  'consensus',
  'ws-connect',
  'ws-ping',
  'ws-subscribe',
] as const satisfies readonly Endpoint[];

/** The HTTP endpoints: one sample is one response, and together they are "API" in the availability objective. */
export const HTTP_ENDPOINTS = [
  'health',
  'debates-list',
  'debates-create',
  'consensus',
] as const satisfies readonly Endpoint[];
