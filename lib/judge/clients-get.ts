/** What clients get, as the table of evidence counts it: an answer for each API endpoint of these journeys, and what else objectives are about. */
import { SIDES, type SignalInfo } from '../core/coverage.ts';
import { endpointsOf, type JourneyEndpoint } from '../core/endpoint.ts';
import { OF_OBJECTIVES } from '../core/finding.ts';
import type { Objective } from '../core/plan.ts';

/** Only objectives promise how long something may take, and what has to be true besides an answer. */
export function coveredByClients(
  journeys: Parameters<typeof endpointsOf>[0],
  objectives: readonly Objective[],
): SignalInfo[] {
  const promised = objectives.flatMap((one) => ('endpoint' in one ? [one.endpoint] : []));
  const timed = objectives.flatMap((one) => (one.kind === 'latency' ? [one.endpoint] : []));
  return endpointsOf(journeys).flatMap((endpoint): SignalInfo[] => {
    const isAnswer = endpoint.http !== undefined;
    if (!isAnswer && !promised.includes(endpoint.name)) return [];
    return [
      {
        system: OF_OBJECTIVES,
        name: clientSignal(endpoint),
        kind: isAnswer ? 'answer' : 'seen',
        aspects: aspectsOf(endpoint, timed),
      },
    ];
  });
}

/** `GET /api/health`; a part of a socket's life has its endpoint's name. */
export function clientSignal({ name, http }: Pick<JourneyEndpoint, 'name' | 'http'>): string {
  return http === undefined ? name : `${http.method} ${http.path}`;
}

/** No document says that an answer can be too fast. */
function aspectsOf({ name, samples }: JourneyEndpoint, timed: readonly string[]): SignalInfo['aspects'] {
  if (samples !== 'latency') return { content: SIDES };
  return { exists: ['below'], content: SIDES, ...(timed.includes(name) ? { time: ['above'] } : {}) };
}
