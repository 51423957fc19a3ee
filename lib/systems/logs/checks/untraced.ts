/** Requests that were sent without a trace id: they leave as many lines as those with one, as far as lines name the endpoint. */
import { failedCount } from '../../../core/recording.ts';
import type { LogsObserved, RouteLines } from '../observation.ts';
import type { LogFacts } from './frame.ts';

/** Fewer lines of requests with a trace id do not show that each request leaves one. */
const LEAST_LINES = 20;
/** The last lines may come after the log was read, and a line may be lost. */
const LOST_SHARE = 0.02;
const LATE_LINES = 5;

/** Endpoints at which requests without a trace id left too few lines. [] also where that can't be known. */
export function silentEndpoints({ routes = [], complete }: LogsObserved, { recording }: LogFacts): RouteLines[] {
  if (!complete) return [];
  return routes.filter(({ endpoint, own, others, untraced }) => {
    // What failed may not have arrived.
    const failed = (recording.endpoints.get(endpoint)?.seconds ?? []).reduce(
      (sum, second) => sum + failedCount(second.failed) + second.dropped,
      0,
    );
    return own >= LEAST_LINES && others < (untraced - failed) * (1 - LOST_SHARE) - LATE_LINES;
  });
}
