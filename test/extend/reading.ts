/** A user's own journey: a client reads a finished debate. */
import type { ArrivalsDescriptor } from '../../lib/core/journey.ts';

export const reading = {
  name: 'reading',
  title: 'reads a finished debate',
  kind: 'arrivals',
  script: { path: 'test/extend/reading.k6.ts', function: 'reading' },
  endpoints: [
    {
      name: 'debate-read',
      samples: 'latency',
      http: { method: 'GET', path: '/api/debates/{id}' },
      fromDue: true,
      owed: { by: 'arrival' },
      lastSpans: ['http.request'],
    },
  ],
  needsDebate: true,
  preflightPaths: [],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;
