/** The journey `agents`. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import { creation, debateSentAt } from './debates.ts';
import { answerForm, KEPT, MOMENT, serverTime, tcpConnect } from './kept.ts';
import { socketMoments, wsClose, wsConnect, wsFrames, wsOrder } from './websocket.ts';

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

/** There is a sample for each that a client sees, and nobody knows beforehand how many. */
const seen = { samples: 'event', fromDue: false, owed: { by: 'nobody' } } as const;

/** Each message of an agent, since the creation was sent. */
export const debateMessage = {
  name: 'debate-message',
  ...seen,
  role: 'agent-message',
} as const satisfies JourneyEndpoint;
/** Each end of a debate, since the creation was sent: no debate lasted longer. */
export const debateEnd = { name: 'debate-end', ...seen, role: 'debate-end' } as const satisfies JourneyEndpoint;
/** Of each debate whose end was seen, from its start to its last message: no debate lasted shorter. */
export const debateTalk = { name: 'debate-talk', ...seen, role: 'debate-talk' } as const satisfies JourneyEndpoint;
/** Each debate that reached consensus; the value is 0. */
export const debateConsensus = {
  name: 'debate-consensus',
  ...seen,
  role: 'consensus',
} as const satisfies JourneyEndpoint;

/** Of each debate whose end was seen: before then no agent had spoken. */
export const debateHeardAt = {
  name: 'debate-heard-at',
  ...MOMENT,
  role: 'debate-heard-at',
} as const satisfies JourneyEndpoint;
/** Of each debate whose end was seen: before then its last agent had not spoken. */
export const debateSpokenAt = {
  name: 'debate-spoken-at',
  ...MOMENT,
  role: 'debate-spoken-at',
} as const satisfies JourneyEndpoint;
/** When its end was seen. */
export const debateEndedAt = {
  name: 'debate-ended-at',
  ...MOMENT,
  role: 'debate-ended-at',
} as const satisfies JourneyEndpoint;

/** Of each debate in which an agent spoke, once it is over: whether all of its agents did. */
export const debateAgents = { name: 'debate-agents', ...KEPT } as const satisfies JourneyEndpoint;
/** Whether they spoke of its question. */
export const debateTexts = { name: 'debate-texts', ...KEPT } as const satisfies JourneyEndpoint;
/** Whether its rounds followed each other. The value is 1 where any was announced. */
export const debateRounds = { name: 'debate-rounds', ...KEPT } as const satisfies JourneyEndpoint;
/** Whether its end is reported as it was. */
export const debateOutcome = { name: 'debate-outcome', ...KEPT } as const satisfies JourneyEndpoint;
/** Whether it went on after the first message. */
export const debateProgress = { name: 'debate-progress', ...KEPT } as const satisfies JourneyEndpoint;

export const agents = {
  name: 'agents',
  title: 'opens a WebSocket, starts a debate and watches it until its end',
  kind: 'arrivals',
  script: { path: 'scenarios/agents.ts', function: 'default' },
  endpoints: [
    watchedCreation,
    agentResponse,
    wsConnect,
    wsFrames,
    wsOrder,
    wsClose,
    debateMessage,
    debateEnd,
    debateTalk,
    debateConsensus,
    answerForm,
    tcpConnect,
    debateAgents,
    debateTexts,
    debateRounds,
    debateOutcome,
    debateProgress,
    serverTime,
    debateSentAt,
    debateHeardAt,
    debateSpokenAt,
    debateEndedAt,
    ...socketMoments,
  ],
  needsDebate: false,
  usesSocket: true,
  preflightPaths: [],
  // A debate is followed for 15 s, and its socket closed within 5 s.
  holdSec: 20,
  underWaySec: 20,
  isOneRequest: false,
} as const satisfies ArrivalsDescriptor;
