/** Requests that were sent without a trace id leave lines, too: each has one at least, as each with a trace id has. */
import type { LogsObserved } from '../observation.ts';
import type { LogFacts } from './frame.ts';
import { unreachedBy } from './unreached.ts';

/** The last lines may come after the log was read, and a line may be lost. */
const LOST_SHARE = 0.02;
const LATE_LINES = 5;

interface Silent {
  readonly sent: number;
  readonly lines: number;
}

/** null where there are as many lines without a trace id of the load as such requests, and where that can't be known. */
export function silentRequests({ lines, traceIds, complete }: LogsObserved, facts: LogFacts): Silent | null {
  const { untraced = 0, linesOfOwn, sent, found } = traceIds;
  if (!complete || linesOfOwn === undefined || sent === 0 || found < sent) return null;
  const others = lines - linesOfOwn;
  const isSilent = others < (untraced - unreachedBy(facts)) * (1 - LOST_SHARE) - LATE_LINES;
  return isSilent ? { sent: untraced, lines: others } : null;
}
