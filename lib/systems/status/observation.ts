/** What external monitors recorded of the server, and how the addresses that they ask answer the harness. Nothing here is judged. */

/** `retrying`: a ping failed, and the monitor tries again before it calls the server down. `maintenance`: nobody promised anything. */
export type PingOutcome = 'up' | 'down' | 'retrying' | 'maintenance';

export interface Ping {
  /** When it began, Unix ms, by the monitor's clock. */
  readonly atMs: number;
  readonly outcome: PingOutcome;
  /** How long it took; null where that is not recorded. */
  readonly tookMs: number | null;
}

/** Pings of one hour of which only the sums are known. */
export interface HourOfPings {
  /** The end of the hour, Unix ms. */
  readonly untilMs: number;
  readonly pings: number;
  readonly failed: number;
}

export interface SeenMonitor {
  readonly name: string;
  /** What it asks; null where the source does not show it. */
  readonly url: string | null;
  /** Of `url`, without query and with no slash at its end. */
  readonly path: string | null;
  /** Whether `url` has the host and port of the server under load. */
  readonly atTarget: boolean;
  /** In the order of their times. */
  readonly pings: readonly Ping[];
  /** What lies before `pings`. */
  readonly hours: readonly HourOfPings[];
}

/** How one address at the server under load answered the harness. */
export interface AddressAnswered {
  readonly path: string;
  /** null: there was no whole answer. */
  readonly status: number | null;
  /** Why there was none. */
  readonly trouble: string | null;
}

export type StatusSource = 'blackbox' | 'uptime-kuma';

export interface StatusObserved {
  readonly kind: 'status';
  readonly status: 'collected';
  readonly source: StatusSource;
  readonly url: string;
  /** When the record was read, Unix ms, by the harness' clock. */
  readonly readAtMs: number;
  readonly monitors: readonly SeenMonitor[];
  /** Of these monitors the source shows days instead of single pings. */
  readonly summarised: readonly string[];
  readonly addresses: readonly AddressAnswered[];
}
