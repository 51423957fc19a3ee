/** The journey `health`. */
import type { ArrivalsDescriptor } from '../core/journey.ts';

export const health = {
  name: 'health',
  title: 'asks for the health of the server',
  kind: 'arrivals',
  script: { path: 'scenarios/health.ts', function: 'default' },
  endpoints: [
    {
      name: 'health',
      samples: 'latency',
      http: { method: 'GET', path: '/api/health' },
      fromDue: true,
      owed: { by: 'arrival' },
      lastSpans: ['http.request'],
    },
  ],
  needsDebate: false,
  preflightPaths: [],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;
