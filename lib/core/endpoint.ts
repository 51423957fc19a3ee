/** What is measured: the name of an endpoint, and what its journey says about it. */
import type { SampleOutcome } from './sample-outcome.ts';

/**
 * What a latency sample is about, for example `health`. One k6 sample has exactly one in its tag `endpoint`. Any text, because a program
 * may register journeys with other endpoints, and recordings may come from it.
 */
export type Endpoint = string;

/** How late the generator itself started arrivals. It says nothing about the server, so it belongs to no journey. */
export const START_LATENESS: Endpoint = 'start-lateness';

/** An HTTP request of the load. `{id}` in the path stands for any one segment. */
export interface HttpRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * What one good sample says of the server's work, for the checks that compare the server's own telemetry with it:
 * - `starts-debate`: a debate was started; `first-answer`: how long its first agent took to answer.
 * - `agent-message`: an agent spoke, that long after the debate's creation was sent.
 * - `debate-end`: the end of a debate was seen, that long after its creation was sent; `debate-talk`: how long such a debate lasted for sure.
 * - `consensus`: a debate reached consensus.
 * - `carries-events`: a frame or an event came as it should, so what clients saw of debates can be counted.
 * - `opens-socket`, `closes-socket`: a WebSocket was opened, or closed by both sides.
 * - those that end in `-at`: when something happened, see moment.ts. A creation was sent; of a debate whose end was seen, the earliest time of
 *   its first message (`heard`) and of its last one (`spoken`), and its end; a WebSocket was asked for, it was ready, its client began to
 *   close it or lost it (`left`), both sides had closed it.
 */
export type EndpointRole =
  | 'starts-debate'
  | 'first-answer'
  | 'agent-message'
  | 'debate-end'
  | 'debate-talk'
  | 'consensus'
  | 'carries-events'
  | 'opens-socket'
  | 'closes-socket'
  | 'debate-sent-at'
  | 'debate-heard-at'
  | 'debate-spoken-at'
  | 'debate-ended-at'
  | 'socket-asked-at'
  | 'socket-ready-at'
  | 'socket-left-at'
  | 'socket-closed-at';

/**
 * The path of the one request that the harness sends after the load. Every release answers it. No journey may request it, because counts that
 * are compared leave it out.
 */
export const SENTINEL_PATH = '/api/auth/oauth/providers';

/** An endpoint as its journey describes it. */
export interface JourneyEndpoint {
  readonly name: Endpoint;
  /**
   * `property`: a sample says whether something was kept, and its value is not a time that a client waited. `event`: a client saw something
   * happen. It is judged by no limit, and no report shows it as a latency.
   */
  readonly samples: 'latency' | 'property' | 'event';
  /** The request that one sample is; absent if a sample is not a separate HTTP request. All endpoints that have one are "the API". */
  readonly http?: HttpRoute;
  /** true: values count from the moment when the arrival was due. false: from a moment that the script knows. */
  readonly fromDue: boolean;
  /**
   * Who owes a sample: each arrival (if it is dropped or never answered, it counts as failed), each socket in each second, or nobody.
   * `unless` names the sample of the same arrival that shows that there could be none.
   */
  readonly owed:
    | { readonly by: 'arrival'; readonly unless?: { readonly endpoint: Endpoint; readonly outcome: SampleOutcome } }
    | { readonly by: 'second' }
    | { readonly by: 'nobody' };
  /** Outcomes with which nothing was sent at all, although a sample was recorded. */
  readonly unsentOutcomes?: readonly SampleOutcome[];
  readonly role?: EndpointRole;
  /** A profile describes it: no document promises anything of it. */
  readonly own?: true;
  /** The status of a good answer; absent: 200, and for a creation what the target showed. */
  readonly goodStatus?: number;
  /** Spans (`SpanSignal.id`) that end last in the trace of a good sample, as documented; absent: no trace is looked for. */
  readonly lastSpans?: readonly string[];
}

interface Measuring {
  readonly kind: 'arrivals' | 'sockets';
  readonly endpoints: readonly JourneyEndpoint[];
}

/**
 * Every endpoint of these journeys, once, in the order of the reports: those that arrivals owe, those of sockets, and others that come with
 * arrivals.
 */
export function endpointsOf(journeys: readonly Measuring[]): JourneyEndpoint[] {
  const of = (kind: Measuring['kind']) => journeys.flatMap((one) => (one.kind === kind ? one.endpoints : []));
  const arrivals = of('arrivals');
  const all = [...arrivals.filter(({ owed }) => owed.by === 'arrival'), ...of('sockets'), ...arrivals];
  return all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
}

/** Names of the endpoints for which each arrival of a journey owes a sample; [] for sockets. */
export function owedByArrival({ endpoints }: Pick<Measuring, 'endpoints'>): Endpoint[] {
  return endpoints.filter(({ owed }) => owed.by === 'arrival').map(({ name }) => name);
}

/** Names of the endpoints that have this role in these journeys. */
export function endpointsInRole(journeys: readonly Measuring[], role: EndpointRole): Endpoint[] {
  return endpointsOf(journeys)
    .filter((endpoint) => endpoint.role === role)
    .map(({ name }) => name);
}
