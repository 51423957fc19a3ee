/** The journeys `debates-list` and `debates-create`, and the endpoint that they share with `agents`. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import { answerForm, KEPT, MOMENT, tcpConnect } from './kept.ts';

const PATH = '/api/debates';

/** Whether a list agrees with itself. */
export const listBody = { name: 'list-body', ...KEPT } as const satisfies JourneyEndpoint;
/** Whether a list has a debate that a client started. */
export const listHolding = { name: 'list-holding', ...KEPT } as const satisfies JourneyEndpoint;

/** One debate started. Measured from the due time only where nothing comes before it. */
export const creation = {
  name: 'debates-create',
  samples: 'latency',
  http: { method: 'POST', path: PATH },
  role: 'starts-debate',
  lastSpans: ['http.request', 'debate.run'],
} as const satisfies Partial<JourneyEndpoint>;

/** When a creation was sent. */
export const debateSentAt = {
  name: 'debate-sent-at',
  ...MOMENT,
  role: 'debate-sent-at',
} as const satisfies JourneyEndpoint;

export const debatesList = {
  name: 'debates-list',
  title: 'asks for the list of debates',
  kind: 'arrivals',
  script: { path: 'scenarios/debates.ts', function: 'default' },
  endpoints: [
    {
      name: 'debates-list',
      samples: 'latency',
      http: { method: 'GET', path: PATH },
      fromDue: true,
      owed: { by: 'arrival' },
      lastSpans: ['http.request'],
    },
    answerForm,
    tcpConnect,
    listBody,
    listHolding,
  ],
  needsDebate: false,
  preflightPaths: [PATH],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;

export const debatesCreate = {
  name: 'debates-create',
  title: 'starts a debate and does not watch it',
  kind: 'arrivals',
  script: { path: 'scenarios/debates.ts', function: 'debatesCreate' },
  endpoints: [{ ...creation, fromDue: true, owed: { by: 'arrival' } }, answerForm, tcpConnect, debateSentAt],
  needsDebate: false,
  preflightPaths: [],
  holdSec: 1.5,
  underWaySec: 3,
  isOneRequest: true,
} as const satisfies ArrivalsDescriptor;
