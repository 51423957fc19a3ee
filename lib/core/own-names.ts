/** The names that a release has for what is promised, as its team wrote them down: they are laid over a built-in contract. */

/** Where a release keeps a documented metric. */
export interface OwnMetric {
  readonly name: string;
  /** Only series whose labels match count: the release's own label → regular expression for its whole value. */
  readonly where?: Readonly<Record<string, string>>;
  /** Documented label → the release's own. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface OwnSpan {
  readonly name: string;
  /** A regular expression for the whole name; absent: `name` itself. */
  readonly pattern?: string;
  /** Documented attribute → the release's own. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Plain data: it is written to plan.json, so that an old run is judged by the names that it was made with. */
export interface OwnNames {
  /** Their file, as it was named. */
  readonly file: string;
  /** The WebSocket subprotocol that a client must offer. */
  readonly subprotocol?: string;
  /** By documented name. */
  readonly metrics?: Readonly<Record<string, OwnMetric>>;
  /** By `SpanSignal.id`. */
  readonly spans?: Readonly<Record<string, OwnSpan>>;
  /** The attribute in which the release keeps an incoming trace id that it does not continue. */
  readonly traceIdAttribute?: string;
  /** Documented field of a log line → the release's own. */
  readonly logs?: Readonly<Record<string, string>>;
}

/** What a run was judged by, for a person: the contract, and the file laid over it. */
export function contractText({
  contract,
  ownNames,
}: {
  readonly contract: string;
  readonly ownNames?: Pick<OwnNames, 'file'>;
}): string {
  return ownNames === undefined ? contract : `${contract} + ${ownNames.file}`;
}
