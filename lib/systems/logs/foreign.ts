/** Whether the server's log has the requests that something in front of it may have answered. */
import type { JudgeInput } from '../../core/run.ts';
import { evidenceOf } from '../evidence.ts';
import { type ForeignShown, foreignTraces, shownAmong } from '../foreign.ts';
import type { LogsObservation } from './observation.ts';

/** null where it can't tell: a log without trace ids names no request. */
export function foreignLogged(input: JudgeInput): ForeignShown | null {
  const observed = evidenceOf<LogsObservation>(input.observations, 'logs');
  if (observed?.status !== 'collected' || !observed.complete || observed.seenTraceIds.length === 0) return null;
  const seen = new Set(observed.seenTraceIds);
  return shownAmong(foreignTraces(input), (traceId) => seen.has(traceId));
}
