/** The rules for every descriptor. */
import { type HttpRoute, type JourneyEndpoint, SENTINEL_PATH, START_LATENESS } from '../core/endpoint.ts';
import type { JourneyDescriptor } from '../core/journey.ts';

/** Scenarios of k6 and exports of scripts are named after it. */
export const JOURNEY_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What is wrong with a journey beside those that there are already, as the rest of a sentence; null when nothing is. */
export function problemOf(journey: JourneyDescriptor, others: readonly JourneyDescriptor[]): string | null {
  const { name, endpoints } = journey;
  if (!JOURNEY_NAME.test(name)) return 'needs a name of lower-case letters, digits and single dashes';
  if (others.some((other) => other.name === name)) return 'is there already';
  if (endpoints.length === 0) return 'measures nothing';
  const names = endpoints.map((endpoint) => endpoint.name);
  if (new Set(names).size < names.length) return 'names an endpoint twice';
  for (const endpoint of endpoints) {
    const problem = endpointProblem(endpoint, journey, others);
    if (problem !== null) return `has the endpoint "${endpoint.name}", ${problem}`;
  }
  return null;
}

function endpointProblem(
  endpoint: JourneyEndpoint,
  { kind, endpoints }: JourneyDescriptor,
  others: readonly JourneyDescriptor[],
): string | null {
  const { name, owed, http, samples } = endpoint;
  if (!JOURNEY_NAME.test(name)) return 'whose name is not of lower-case letters, digits and single dashes';
  if (name === START_LATENESS) return 'which is what the generator measures of itself';
  if (owed.by === 'arrival' && kind === 'sockets') return 'which arrivals owe, and it has none';
  if (owed.by === 'second' && kind === 'arrivals') return 'which sockets owe, and it has none';
  if (owed.by === 'arrival' && owed.unless !== undefined) {
    const { unless } = owed;
    if (!endpoints.some((other) => other.name === unless.endpoint))
      return `owed unless "${unless.endpoint}", which it does not measure`;
  }
  if (http !== undefined && samples !== 'latency') return 'which is an HTTP request, and so has a latency';
  if (http?.path === SENTINEL_PATH)
    return `which requests ${SENTINEL_PATH}, where the harness sends its own last request`;
  const shared = others.flatMap((other) => other.endpoints).find((other) => other.name === name);
  return shared === undefined || meaning(shared) === meaning(endpoint)
    ? null
    : 'which another journey has with another meaning';
}

/** What must be the same wherever the endpoint is measured. When it is due, and who owes it, may differ. */
function meaning({ samples, http, role, lastSpans, unsentOutcomes }: JourneyEndpoint): string {
  return JSON.stringify([samples, http?.method, http?.path, role, lastSpans, unsentOutcomes]);
}

/** Whether two requests may be the same one: by the same method, to paths of which each segment is the same, or stands for any. */
export function areAlike(a: HttpRoute, b: HttpRoute): boolean {
  const [one, other] = [segmentsOf(a.path), segmentsOf(b.path)];
  return a.method === b.method && one.length === other.length && one.every((segment, at) => meets(segment, other[at]));
}

/** A slash at the end makes no other path. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}

function meets(one: string, other = ''): boolean {
  return one === other || one.includes('{') || other.includes('{');
}
