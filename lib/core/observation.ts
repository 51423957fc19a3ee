/**
 * What the stage `observe` reads: the evidence that each observed system gave during the load. Compact facts without judgement, so that a
 * run can be judged again offline. Written to observations.json.
 */

/** What all observations have in common. Each system adds its own fields, and narrows its own observations (lib/systems/<name>/observation.ts). */
export type Observation = Collected | UnavailableObservation;

interface Collected {
  /** Id of the system that was observed. */
  readonly kind: string;
  readonly status: 'collected';
  /** `direct`: from the server itself; otherwise the backend from which it was read, for example `prometheus`. */
  readonly source?: string;
  /** Where it was read, without credentials. */
  readonly url?: string;
  /** The same in words, if it is not a URL. */
  readonly from?: string;
}

/** Evidence that could not be read. */
export interface UnavailableObservation {
  readonly kind: string;
  readonly status: 'unavailable';
  readonly source?: string;
  /** What went wrong, one sentence, for example `GET http://…/metrics answers 404`. */
  readonly reason: string;
  /** What the user can do. */
  readonly hint: string;
  /** Status of an answer that is not the evidence asked for; absent when nothing answered, or when no HTTP server was asked. */
  readonly httpStatus?: number;
}

export interface Unavailable<Kind extends string> extends UnavailableObservation {
  readonly kind: Kind;
  readonly source: string;
}

/** What a monitor outside of the run reports, for example `monitor.status-page`. */
export type MonitorObservation =
  | (Collected & { readonly kind: MonitorKind; readonly data: unknown })
  | (UnavailableObservation & { readonly kind: MonitorKind });
type MonitorKind = `monitor.${string}`;

/** The observations of one kind. The caller wrote that kind, so its fields are known. */
export function observationsOf<T extends Observation>(
  observations: readonly Observation[],
  kind: T['kind'],
): readonly T[] {
  return observations.filter((one) => one.kind === kind) as unknown as readonly T[];
}

/** Where a secret was found in evidence other than log lines; it is replaced there by asterisks. */
export interface SecretsObserved {
  readonly kind: 'secrets';
  readonly status: 'collected';
  readonly searched: number;
  readonly tooShort: number;
  readonly places: readonly {
    /** Kind of the observation that was searched. */
    readonly kind: string;
    /** Texts that were searched. */
    readonly texts: number;
    readonly leaks: number;
    readonly examples: readonly { readonly where: string; readonly text: string }[];
  }[];
}
