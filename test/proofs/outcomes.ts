/** What clients record where a break of theirs hits once: a failed sample of the endpoint it is about, and what follows from it. */
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { EndpointRecording } from '../../lib/core/recording.ts';
import type { SocketFault } from '../../lib/target/behaviour.ts';
import type { Break } from '../../lib/target/break-felt.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';

/** Failed samples by endpoint and kind, e.g. `{ health: { status_503: 1 } }`. */
export type Failures = Readonly<Record<Endpoint, Readonly<Record<string, number>>>>;

export function failuresOf({ finding, shows: shown, patch: { http = [], sockets = [] } }: Break): Failures {
  const shows: string = shown ?? '';
  const [fault] = sockets;
  const property = DOCUMENTED_OBJECTIVES.find(({ id }) => id === finding && id.startsWith('content.'));
  if (property?.kind === 'protocol') {
    const own = { [property.endpoint]: { [shows]: 1 } };
    // A debate on another question has no first message.
    return shows === 'another-question' ? { ...own, 'agent-response': { [shows]: 1 } } : own;
  }
  if (fault !== undefined) return socketFailures(fault, finding, shows);
  const [route = '', kind = ''] = shows.split(' ');
  const own = { [route]: { [kind]: 1 } };
  // Whoever gets no debate can't hear an agent.
  return http[0]?.route === 'debates-create' ? { ...own, 'agent-response': { 'no-debate': 1 } } : own;
}

function socketFailures(fault: SocketFault, finding: string, shows: string): Failures {
  switch (fault.kind) {
    case 'refuse':
    case 'other-subprotocol':
    case 'connection-info':
      return { 'ws-connect': { [shows]: 1 }, 'agent-response': { 'no-socket': 1 } };
    case 'empty-messages':
      return { 'agent-response': { [shows]: 1 } };
    case 'pong':
      // An answer to another ping is none to this one.
      return {
        'ws-ping': shows === 'timeout' || shows === 'time-went-back' ? { [shows]: 1 } : { timeout: 1, [shows]: 1 },
      };
    default:
      return { [finding.replace('websocket.', 'ws-')]: { [shows]: 1 } };
  }
}

/** Together. */
export function sumOf(all: readonly Failures[]): Failures {
  const sum: Record<Endpoint, Record<string, number>> = {};
  for (const failures of all) {
    for (const [endpoint, kinds] of Object.entries(failures)) {
      sum[endpoint] ??= {};
      for (const [kind, count] of Object.entries(kinds)) sum[endpoint][kind] = (sum[endpoint][kind] ?? 0) + count;
    }
  }
  return sum;
}

/** What was recorded; endpoints without a failure are absent. */
export function recordedFailures(endpoints: Iterable<EndpointRecording>): Failures {
  return sumOf(
    [...endpoints].flatMap(({ endpoint, seconds }) =>
      seconds.flatMap(({ failed }) => (Object.keys(failed).length === 0 ? [] : [{ [endpoint]: failed }])),
    ),
  );
}
