/** Clients' figures beside the server's own. Written to findings.json. Findings judge them; this only shows them. */

/** Requests of one endpoint, method and status, as both sides counted them. */
export interface ComparedRequests {
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly status: string;
  /** Answers that clients got. */
  readonly clients: number;
  /** The counter's increase over the run. */
  readonly server: number;
  /** Why they differ, as far as it is known; '' when they don't. */
  readonly explanation: string;
}

export interface ClientServerPercentile {
  /** 50, 95 or 99. */
  readonly percentile: number;
  /** Of the answered samples; null when nothing was answered. */
  readonly clientMs: number | null;
  /** The bucket of the server's percentile: above `serverFromMs`, up to `serverToMs` (null: +Inf). */
  readonly serverFromMs: number;
  readonly serverToMs: number | null;
  /** How the two figures fit together. */
  readonly explanation: string;
}

/** Latencies of one endpoint. */
export interface ComparedLatency {
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  /** Means over all samples of either side, ms. */
  readonly clientMeanMs: number;
  readonly serverMeanMs: number;
  readonly percentiles: readonly ClientServerPercentile[];
  /** The server's buckets, cumulative shares (0–1) of its requests at or below `toMs` (null: +Inf), ascending. */
  readonly buckets: readonly { readonly toMs: number | null; readonly share: number }[];
}

export interface Comparison {
  /** In the order of the endpoints; [] when the server has no counter to compare with. */
  readonly requests: readonly ComparedRequests[];
  readonly latencies: readonly ComparedLatency[];
}
