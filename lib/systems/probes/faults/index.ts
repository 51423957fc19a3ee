/** Carries out each fault, and has the named breaks. */
import { breakBy, carriedOut } from '../../../target/break.ts';
import type { Distortion } from '../../../target/distortion.ts';
import type { Metrics } from '../../../target/metrics.ts';
import type { ProbeName } from '../promises.ts';
import * as answers from './answers.ts';
import { MORE_OF_IT, type MoreOfIt, type ProbeFault } from './faults.ts';

/** Longer than any socket of the load says nothing after it has opened. */
const SILENT_MS = 2000;

function distortionOf({ kind }: ProbeFault): Distortion {
  switch (kind) {
    case 'large-body':
      return { answer: answers.largeBody };
    case 'unknown-debate':
      return { answer: answers.unknownDebate };
    case 'running':
      return { answer: answers.running };
    case 'read-back':
      return { answer: answers.readBack };
    case 'convergence':
      return { answer: answers.convergence };
    case 'list':
      return { answer: answers.list };
    case 'list-status':
      return { answer: answers.listStatus };
    case 'user-agent':
      return { answer: answers.userAgent };
    case 'accept':
      return { answer: answers.accept };
    case 'idle-connection':
      return { answer: answers.idleConnection };
    case 'subscribers':
      return {
        frame: (right, { place }) => (place !== null && place > 0 && right.includes('"agent_message"') ? null : right),
      };
    case 'subscription-state':
      return {
        frame: (right) =>
          /"type":"sync".*"rounds":2,/.test(right) ? right.replace('"ended":true', '"ended":false') : right,
      };
    case 'old-socket':
      return {
        frame: (right, { silentMs }) => (silentMs > SILENT_MS && right.includes('"pong"') ? null : right),
      };
    case 'services':
      return { answer: answers.services };
    case 'running-list':
      return { answer: answers.listCompleted };
    case 'list-tomorrow':
      return { answer: answers.listTomorrow };
    case 'list-consensus':
      return { answer: answers.listConsensus };
    case 'idle-connection-other':
      return { answer: answers.idleConnectionOther };
    case 'read-back-texts':
      return { answer: answers.readBackTexts };
    case 'accept-type':
      return { answer: answers.acceptType };
    case 'label-values-status':
      return { counting: refusedAsGood };
    case 'subscribers-texts':
      return {
        frame: (right, { place }) => (place !== null && place > 0 ? right.replaceAll('stage the', 'skip the') : right),
      };
    case 'subscription-state-agents':
      return {
        frame: (right) =>
          /"type":"sync".*"rounds":2,/.test(right)
            ? right.replace('"agents":["demo","demo"]', '"agents":["somebody"]')
            : right,
      };
    case 'label-values':
      return { counting: byPath };
  }
}

/** Whatever is not there is counted under its own path. */
function byPath(metrics: Metrics): Metrics {
  return {
    ...metrics,
    request: (answered, into) =>
      metrics.request(answered.status === 404 ? { ...answered, endpoint: answered.path } : answered, into),
  };
}

/** What is not there counts as what is. */
function refusedAsGood(metrics: Metrics): Metrics {
  return {
    ...metrics,
    request: (answered, into) =>
      metrics.request(answered.status === 404 ? { ...answered, status: 200 } : answered, into),
  };
}

const WHAT: Readonly<Record<ProbeName, string>> = {
  'old-socket': 'a WebSocket that said nothing for 2 s is open, and its pings are not answered',
  'idle-connection': 'a request over a connection that was idle for 2 s is never answered, if its client has no name',
  'user-agent': 'Uptime Kuma is refused with 403',
  services: 'the health of the services is healthy over all, and unhealthy of one',
  list: 'the list of debates leaves out the newest, and counts it',
  'large-body': 'a body of more than 16 KiB ends in 500',
  subscribers: 'the second subscriber of a debate gets no message of an agent',
  'subscription-state': 'the state of a debate of two rounds that has ended says that it has not',
  running: 'a debate that still runs is shown as completed',
  'read-back': 'a debate that has ended is shown with another agent',
  convergence: 'the convergence of a debate of two rounds says the opposite of its event',
  'unknown-debate': 'a debate that does not exist is answered with 200',
  accept: 'whoever prefers OpenMetrics does not get the calls of agents',
  'label-values': 'requests for what does not exist are counted under their own paths',
};

/** Each with its finding. */
const MORE: Readonly<Record<MoreOfIt, readonly [ProbeName, string]>> = {
  'list-status': ['list', 'the list of debates shows each as running for ever'],
  'running-list': ['running', 'the list of debates shows each as completed from its creation on'],
  'list-tomorrow': ['list', 'the list of debates says that each will be created tomorrow'],
  'list-consensus': ['list', 'the list of debates shows each without consensus'],
  'idle-connection-other': [
    'idle-connection',
    "a request over a connection that was idle for 2 s gets the answer to somebody else's",
  ],
  'subscribers-texts': ['subscribers', 'the second subscriber of a debate gets other texts than the first'],
  'subscription-state-agents': [
    'subscription-state',
    'the state of a debate of two rounds names agents that are not part of it',
  ],
  'read-back-texts': ['read-back', 'a debate of two rounds is shown with texts that nobody said'],
  'accept-type': ['accept', 'whoever prefers OpenMetrics gets a counter as a gauge'],
  'label-values-status': ['label-values', 'requests for what does not exist are counted with the status 200'],
};

export const PROBES_BREAKS = carriedOut(
  [
    ...(Object.keys(WHAT) as ProbeName[]).map((kind) =>
      breakBy<ProbeFault>(`probes.${kind}`, `probes.${kind}`, WHAT[kind], { kind }),
    ),
    ...MORE_OF_IT.map((kind) => {
      const [name, what] = MORE[kind];
      return breakBy<ProbeFault>(`probes.${kind}`, `probes.${name}`, what, { kind });
    }),
  ],
  distortionOf,
);
