/** How many requests of the load may never have reached the server, so that it can't have logged them, and for how long it answered. */
import { endpointsInRole, endpointsOf, type JourneyEndpoint } from '../../../core/endpoint.ts';
import type { Plan } from '../../../core/plan.ts';
import { failedCount } from '../../../core/recording.ts';
import type { JudgeInput } from '../../../core/run.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { plannedJourneys } from '../../../core/timeline.ts';

type Facts = Pick<JudgeInput, 'plan' | 'load' | 'recording'>;

/** The API's endpoints that the load requests. */
function askedOf(plan: Plan): JourneyEndpoint[] {
  return endpointsOf(plannedJourneys(plan)).filter(({ http }) => http !== undefined);
}

/** ms from the first second with an answered API request to the last, without those two seconds, which may be incomplete. 0 without any. */
export function answeringMs({ plan, recording: { endpoints } }: Facts): number {
  const seconds = askedOf(plan).flatMap(({ name }) =>
    (endpoints.get(name)?.seconds ?? []).flatMap(({ second, count, failed }) =>
      count > failedCount(failed) ? [second] : [],
    ),
  );
  const lasted =
    seconds.reduce((most, one) => Math.max(most, one), 0) -
    seconds.reduce((least, one) => Math.min(least, one), Infinity);
  return Math.max(0, lasted - 1) * 1000;
}

/** Arrivals whose trace id the server may never have seen: the request failed on its way, or the handshake before it did. */
export function unreachedBy({ plan, load, recording }: Facts): number {
  const unanswered = askedOf(plan).reduce((sum, endpoint) => {
    const seconds = recording.endpoints.get(endpoint.name)?.seconds ?? [];
    return sum + seconds.reduce((all, { failed }) => all + unreachedAmong(failed, endpoint), 0);
  }, 0);
  const created = endpointsInRole(plannedJourneys(plan), 'starts-debate')
    .flatMap((endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [])
    .reduce((sum, { count }) => sum + count, 0);
  return unanswered + Math.max(0, debatesBegun(plan, load) - created);
}

function unreachedAmong(failed: Readonly<Record<string, number>>, { unsentOutcomes = [] }: JourneyEndpoint): number {
  return Object.entries(failed).reduce((sum, [outcome, count]) => {
    const isUnsent = unsentOutcomes.some((one) => one === outcome);
    return isUnsent || sampleOutcome(outcome).reached !== 'yes' ? sum + count : sum;
  }, 0);
}

/** Arrivals of journeys that start debates. */
function debatesBegun(plan: Plan, load: JudgeInput['load']): number {
  const starting = plannedJourneys(plan).filter(({ endpoints }) =>
    endpoints.some(({ role }) => role === 'starts-debate'),
  );
  return load.journeys
    .filter(({ journey }) => starting.some(({ name }) => name === journey))
    .reduce((sum, { delivered }) => sum + delivered, 0);
}
