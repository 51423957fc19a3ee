/** The journey `agents`. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import { creation } from './debates.ts';
import { wsClose, wsConnect, wsFrames, wsOrder } from './websocket.ts';

/** From the start of a debate to the first message of an agent. */
export const agentResponse = {
  name: 'agent-response',
  samples: 'latency',
  fromDue: false,
  owed: { by: 'arrival' },
  role: 'first-answer',
  lastSpans: ['http.request', 'debate.run'],
} as const satisfies JourneyEndpoint;

/** The handshake comes before it. Where that failed, the WebSocket's own findings say so. */
const watchedCreation = {
  ...creation,
  fromDue: false,
  owed: { by: 'arrival', unless: { endpoint: agentResponse.name, outcome: 'no-socket' } },
} as const satisfies JourneyEndpoint;

export const agents = {
  name: 'agents',
  title: 'opens a WebSocket, starts a debate and watches it until its end',
  kind: 'arrivals',
  script: { path: 'scenarios/agents.ts', function: 'default' },
  endpoints: [watchedCreation, agentResponse, wsConnect, wsFrames, wsOrder, wsClose],
  needsDebate: false,
  preflightPaths: [],
  // A debate is followed for 15 s, and its socket closed within 5 s.
  holdSec: 20,
  underWaySec: 20,
  isOneRequest: false,
} as const satisfies ArrivalsDescriptor;
