/** Carries out each fault, and has the named breaks. */
import { breakBy, carriedOut } from '../../../target/break.ts';
import type { Distortion } from '../../../target/distortion.ts';
import type { Metrics } from '../../../target/metrics.ts';
import type { ProbeName } from '../promises.ts';
import * as answers from './answers.ts';
import type { ProbeFault } from './faults.ts';

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

const WHAT: Readonly<Record<ProbeName, string>> = {
  'old-socket': 'a WebSocket that said nothing for 2 s is open, and its pings are not answered',
  'idle-connection': 'a request over a connection that was idle for 2 s is never answered, if its client has no name',
  'user-agent': 'Uptime Kuma is refused with 403',
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

const LIST_STATUS = 'the list of debates shows each as running for ever';

export const PROBES_BREAKS = carriedOut(
  [
    ...(Object.keys(WHAT) as ProbeName[]).map((kind) =>
      breakBy<ProbeFault>(`probes.${kind}`, `probes.${kind}`, WHAT[kind], { kind }),
    ),
    breakBy<ProbeFault>('probes.list-status', 'probes.list', LIST_STATUS, { kind: 'list-status' }),
  ],
  distortionOf,
);
