/**
 * `aragora-slo/kit`: what the script of a journey imports, `script:` in a profile (docs/journeys.md). It imports nothing, so that it compiles
 * under the settings of any project.
 */

/** What exists before the load. */
export interface Prepared {
  /** A finished debate; null if there is none, or the profile does not ask for it (`debate: true`). */
  readonly debateId: string | null;
}

/** One arrival of the open model. */
export interface Arrival {
  /** Unix ms at which it was due. */
  readonly dueMs: number;
  /** How late it started, ms, ≥ 0. */
  readonly latenessMs: number;
  readonly traceId: string;
  /** Seeded by the run and the arrival: the same run asks the same again. */
  readonly random: {
    /** 0 … 2³² − 1. */
    uint32(): number;
    /** Lower-case hexadecimal digits; `length` is a multiple of 8. */
    hex(length: number): string;
    pick<T>(values: readonly [T, ...T[]]): T;
  };
}

/** An endpoint that the profile describes. */
export interface Endpoint {
  readonly name: string;
  readonly http: { readonly method: string; readonly path: string };
}

export interface Response {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is wrong with an answer. `check_1` is the first check of your own, and so on. */
export type Outcome = 'ok' | 'not-json' | 'wrong-answer' | 'no-debate' | `check_${number}`;

export interface Call {
  readonly endpoint: Endpoint;
  /** For each `{name}` in its path. */
  readonly values?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with an answer of the good status; undefined when nothing is. */
  readonly verify?: (response: Response) => Outcome | undefined;
}

export interface Called {
  readonly response: Response;
  /** `ok`, or why it failed: docs/journeys.md lists all of them. */
  readonly outcome: string;
}

/** The arrival that this call of your function answers. Call it first, and once. */
export function arrival(): Arrival;

/** An endpoint of the profile by its name. Ask for it outside of your function: a wrong name then ends the run before its load. */
export function endpoint(name: string): Endpoint;

/** Sends one request, and records one sample: from the time when the arrival was due to the complete answer. */
export function call(due: Arrival, request: Call): Called;

/** Records one sample that is no request of its own. */
export function record(endpoint: Endpoint, latencyMs: number, outcome: Outcome, due?: Arrival): void;

/** The value at a path of gjson; undefined when the body has none, or is not JSON. */
export function jsonAt(response: Response, path: string): unknown;
