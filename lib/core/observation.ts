/**
 * What `observe` brings: the evidence that each observed system gave during the load. Compact facts and no judgement, so that a run can
 * be judged again offline. Written to observations.json.
 */

/**
 * The envelope of what one system gave. Each system has fields of its own beside these, and narrows its own observations
 * (lib/systems/<name>/observation.ts).
 */
export type Observation = Collected | UnavailableObservation;

interface Collected {
  /** Id of the system that was observed. */
  readonly kind: string;
  readonly status: 'collected';
  /** `direct`: from the server itself; else the backend that it was had from, e.g. `prometheus`. */
  readonly source?: string;
  /** Where it was had, without credentials. */
  readonly url?: string;
  /** The same in words, where it is no URL. */
  readonly from?: string;
}

/** Evidence that could not be had. */
export interface UnavailableObservation {
  readonly kind: string;
  readonly status: 'unavailable';
  readonly source?: string;
  /** What went wrong, one sentence, e.g. `GET http://…/metrics answers 404`. */
  readonly reason: string;
  /** What the user can do. */
  readonly hint: string;
  /** Of an answer that is not the evidence asked for; absent when nothing answered, or when it was not an HTTP server that was asked. */
  readonly httpStatus?: number;
}

export interface Unavailable<Kind extends string> extends UnavailableObservation {
  readonly kind: Kind;
  readonly source: string;
}

/** What a monitor outside of the run brings, e.g. `monitor.status-page`. */
export type MonitorObservation =
  | (Collected & { readonly kind: MonitorKind; readonly data: unknown })
  | (UnavailableObservation & { readonly kind: MonitorKind });
type MonitorKind = `monitor.${string}`;

/** Those of one kind. Whoever asks for a kind is who wrote it, so that its fields are known. */
export function observationsOf<T extends Observation>(
  observations: readonly Observation[],
  kind: T['kind'],
): readonly T[] {
  return observations.filter((one) => one.kind === kind) as unknown as readonly T[];
}

/** Where a secret stood in evidence other than log lines; there it is replaced by asterisks. */
export interface SecretsObserved {
  readonly kind: 'secrets';
  readonly status: 'collected';
  readonly searched: number;
  readonly tooShort: number;
  readonly places: readonly {
    /** Kind of the observation that was searched. */
    readonly kind: string;
    /** Texts looked at. */
    readonly texts: number;
    readonly leaks: number;
    readonly examples: readonly { readonly where: string; readonly text: string }[];
  }[];
}
