/** Whether the server's spans have the requests that something in front of it may have answered, and the observation without those that are not there. */
import type { JudgeInput } from '../../core/run.ts';
import { evidenceOf } from '../evidence.ts';
import { type ForeignShown, foreignTraces, shownAmong } from '../foreign.ts';
import type { Looked } from '../system.ts';
import { tracesView } from './checks/view.ts';
import type { TracesObservation, TracesObserved } from './observation.ts';
import type { TracePromises } from './signals.ts';

/** null where it can't tell. A span of a gateway in front shows nothing of the server: good requests have one of the server, too. */
export function foreignTraced(input: JudgeInput, { promises, exclusive }: Looked<TracePromises>): ForeignShown | null {
  const observed = evidenceOf<TracesObservation>(input.observations, 'traces');
  if (observed?.status !== 'collected') return null;
  const { matched } = tracesView(observed, { ...promises, exclusive }, input);
  const foreign = foreignTraces(input);
  const services = new Set(
    matched.flatMap(({ request, span }) => (request.outcome === 'ok' ? [span.serviceName] : [])),
  );
  if (services.size === 0) return null;
  const own = new Set(
    matched.filter(({ span }) => services.has(span.serviceName)).map(({ request }) => request.traceId),
  );
  const asked = observed.requests.flatMap(({ traceId }) => (foreign.has(traceId) ? [traceId] : []));
  return shownAmong(new Set(asked), (traceId) => own.has(traceId));
}

/** What may not have reached the server need not have left a trace. */
export function tracedUnclear(observed: TracesObserved, input: Pick<JudgeInput, 'recording'>): TracesObserved {
  const foreign = foreignTraces(input);
  const mayLack = (endpoint: string): number =>
    (input.recording.endpoints.get(endpoint)?.traces ?? []).filter(({ traceId }) => foreign.has(traceId)).length;
  return {
    ...observed,
    requests: observed.requests.filter(({ traceId }) => !foreign.has(traceId)),
    sampled: observed.sampled.map((one) => ({
      ...one,
      sent: Math.max(one.found, one.sent - mayLack(one.endpoint)),
    })),
  };
}
