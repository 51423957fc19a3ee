/** The journey `consensus`. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import { answerForm, KEPT, tcpConnect } from './kept.ts';

/** Whether the answer about a consensus says what the debate itself says. */
export const consensusBody = { name: 'consensus-body', ...KEPT } as const satisfies JourneyEndpoint;

export const consensus = {
  name: 'consensus',
  title: 'asks whether a finished debate reached consensus',
  kind: 'arrivals',
  script: { path: 'scenarios/consensus.ts', function: 'default' },
  endpoints: [
    {
      name: 'consensus',
      samples: 'latency',
      http: { method: 'GET', path: '/api/debates/{id}/convergence' },
      fromDue: true,
      owed: { by: 'arrival' },
      unsentOutcomes: ['no-debate'],
      lastSpans: ['http.request'],
    },
    answerForm,
    tcpConnect,
    consensusBody,
  ],
  needsDebate: true,
  preflightPaths: [],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;
