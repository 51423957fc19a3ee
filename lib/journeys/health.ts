/** The journey `health`. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import { answerForm, KEPT, serverTime, tcpConnect } from './kept.ts';

/** Whether the answer about health agrees with itself. */
export const healthBody = { name: 'health-body', ...KEPT } as const satisfies JourneyEndpoint;

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
    answerForm,
    tcpConnect,
    healthBody,
    serverTime,
  ],
  needsDebate: false,
  preflightPaths: [],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;
