/** A journey that the package does not have: asks for one debate by its id. */
import type { ArrivalsDescriptor } from '../../../lib/core/journey.ts';

export const toy = {
  name: 'toy',
  title: 'asks for one debate',
  kind: 'arrivals',
  script: { path: 'test/extend/journey/toy.k6.ts', function: 'toy' },
  endpoints: [
    {
      name: 'toy-debate',
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
