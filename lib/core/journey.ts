/** What a virtual user does: a journey as its descriptor says it, before anybody plans how much of it there is. */
import type { Endpoint, JourneyEndpoint } from './endpoint.ts';
import type { OwnRequest } from './own-request.ts';

/** For example `debates-list`: lower case, digits and single dashes, so that scenarios and exports can be named after it. */
export type JourneyName = string;

interface DescriptorBase {
  readonly name: JourneyName;
  /** What one arrival, or one socket, does. */
  readonly title: string;
  /** The k6 script: relative to the root of aragora-slo, or absolute. `function` is the name of its export, often `default`. */
  readonly script: { readonly path: string; readonly function: string };
  /** Everything that the script records, except the start lateness. */
  readonly endpoints: readonly JourneyEndpoint[];
  /** Whether one debate is created and finished before the load; the function then gets its id. */
  readonly needsDebate: boolean;
  /** Whether it opens WebSockets; absent: it opens none. */
  readonly usesSocket?: true;
  /**
   * Paths besides /api/health that are requested once before the load, because the journey requests them again and again. `{id}` stands for
   * the prepared debate.
   */
  readonly preflightPaths: readonly string[];
}

/** Arrivals at a rate: each does the journey once. */
export interface ArrivalsDescriptor extends DescriptorBase {
  readonly kind: 'arrivals';
  /**
   * How long one arrival may hold its virtual user before arrivals are dropped. All users exist before the start, so a drop always means
   * that the target held every one of them this long.
   */
  readonly holdSec: number;
  /** How long an arrival may be under way without delaying an early answer: longer than every limit of what it requests. */
  readonly underWaySec: number;
  /** Whether one arrival is one HTTP request, so some can go without `traceparent` for the sampling ratio. */
  readonly isOneRequest: boolean;
  /** What it asks, where the script is the one for all journeys that a profile describes; absent: the script knows it. */
  readonly request?: OwnRequest;
  /** The paths that its own script asks, with names in braces, by endpoint; absent: its script knows them. */
  readonly templates?: Readonly<Record<Endpoint, string>>;
}

/** Sockets that are held open for the whole time. */
export interface SocketsDescriptor extends DescriptorBase {
  readonly kind: 'sockets';
}

export type JourneyDescriptor = ArrivalsDescriptor | SocketsDescriptor;
