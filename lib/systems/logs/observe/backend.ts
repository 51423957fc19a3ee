/**
 * What a log backend must be able to do, and what is done with each: single trace ids are searched for until they are found or a deadline
 * has passed, then all lines are read and counted as if they came from a file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFailure } from '../../../http/backend.ts';
import type { BackendKind } from '../../../observe/backends.ts';
import type { LogBackendInfo } from '../backends.ts';
import { levelNamed } from '../levels.ts';
import type { LogBackendFacts, LogsObservation } from '../observation.ts';
import { Problems } from './problems.ts';
import { LineTally, type LoadSent, type LogSearch } from './tally.ts';

export interface LogWindow {
  /** Unix ms: the start and the end of the load. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LogEntry {
  /** The line as the server wrote it. */
  readonly text: string;
  /** The label `level` under which the backend stores it; null when it has none. */
  readonly level: string | null;
}

/** Why the backend could not be asked. */
export type BackendFailure = Pick<HttpFailure, 'reason' | 'hint'>;

/** One backend's API. Neither function throws, except with the signal's reason. */
export interface LogBackend {
  readonly source: string;
  readonly hasLabels: boolean;
  /** For a person, for example `http://loki:3100 {app="aragora"}`. */
  readonly query: string;
  /** Whether a line with this text is found. */
  find(text: string, window: LogWindow): Promise<boolean | BackendFailure>;
  /** Gives all entries of the window, oldest first, to `add`, until `add` says that no more are wanted. */
  read(window: LogWindow, add: (entry: LogEntry) => boolean): Promise<BackendFailure | undefined>;
}

export type LogBackendKind = BackendKind<LogBackend> & LogBackendInfo;

export interface BackendOptions extends LoadSent {
  readonly window: LogWindow;
  /** ms from the call within which a line must be found by its trace id: the stated delay. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** This many of the looked-up trace ids are searched for one by one. */
const MOST_LOOKUPS = 10;
/** No more lines than this are read from a backend. */
const MOST_LINES = 500_000;
const AGAIN_MS = 500;
/** After the deadline for late lines, reading goes on for no longer than this. */
const MOST_READ_MS = 20_000;
/** Lines may be written a little after the load's end, and by a clock that is slightly wrong. */
const MARGIN_MS = 5_000;

/** Call it when the load has ended. Throws only the signal's reason. */
export async function observeBackend(
  backend: LogBackend,
  search: LogSearch,
  options: BackendOptions,
): Promise<LogsObservation> {
  const startMs = performance.now();
  const waitedMs = () => Math.round(performance.now() - startMs);
  const again = async () => {
    const restMs = options.deadlineMs - waitedMs();
    if (restMs <= 0) return false;
    await sleep(Math.min(AGAIN_MS, restMs), undefined, options.signal === undefined ? {} : { signal: options.signal });
    return true;
  };
  const window = { fromMs: options.window.fromMs - MARGIN_MS, toMs: options.window.toMs + MARGIN_MS };
  const lookups = await lookUp(backend, options, { window, waitedMs, again });
  if ('reason' in lookups) return unavailable(backend, lookups);
  for (;;) {
    options.signal?.throwIfAborted();
    const pass = new Pass(search, backend.hasLabels, startMs + options.deadlineMs + MOST_READ_MS);
    const failure = await backend.read(window, (entry) => pass.add(entry));
    if (failure !== undefined) return unavailable(backend, failure);
    // Lines arrive late and in any order, so missing ones are searched for in all lines again.
    if (!pass.hasAll(options) && pass.complete && (await again())) continue;
    const { deadlineMs } = options;
    return pass.observation(backend, options, Math.min(waitedMs(), deadlineMs), { lookups, deadlineMs });
  }
}

function unavailable({ source }: LogBackend, { reason, hint }: BackendFailure): LogsObservation {
  return { kind: 'logs', status: 'unavailable', source, reason, hint };
}

interface Waiting {
  readonly window: LogWindow;
  readonly waitedMs: () => number;
  /** Waits a while; false once the time is up. */
  readonly again: () => Promise<boolean>;
}

async function lookUp(
  backend: LogBackend,
  { lookup }: LoadSent,
  { window, waitedMs, again }: Waiting,
): Promise<LogBackendFacts['lookups'] | BackendFailure> {
  const wanted = evenly(lookup, MOST_LOOKUPS);
  const foundAfterMs = new Map<string, number>();
  do {
    const missing = wanted.filter((traceId) => !foundAfterMs.has(traceId));
    const answers = await Promise.all(
      missing.map(async (traceId) => {
        const found = await backend.find(traceId, window);
        if (found === true) foundAfterMs.set(traceId, waitedMs());
        return found;
      }),
    );
    const failure = answers.find((answer) => typeof answer === 'object');
    if (failure !== undefined) return failure;
  } while (foundAfterMs.size < wanted.length && (await again()));
  return wanted.map((traceId) => ({ traceId, foundAfterMs: foundAfterMs.get(traceId) ?? null }));
}

/** At most `most` of them, evenly spread, with the last one, because it arrives last. */
function evenly<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return values.filter(
    (_, index) => Math.floor(((index + 1) * most) / values.length) > Math.floor((index * most) / values.length),
  );
}

/** One reading of all lines. */
class Pass {
  readonly #tally: LineTally;
  readonly #search: LogSearch;
  readonly #hasLabels: boolean;
  readonly #endMs: number;
  readonly #other = new Problems();
  readonly #none = new Problems();
  #same = 0;
  #complete = true;

  /** @param endMs by `performance.now()`: nothing is read after it. */
  constructor(search: LogSearch, hasLabels: boolean, endMs: number) {
    this.#endMs = endMs;
    this.#tally = new LineTally(search);
    this.#search = search;
    this.#hasLabels = hasLabels;
  }

  get complete(): boolean {
    return this.#complete;
  }

  add({ text, level }: LogEntry): boolean {
    if (this.#tally.lines === MOST_LINES || performance.now() > this.#endMs) {
      this.#complete = false;
      return false;
    }
    if (text.trim() === '') return true;
    const line = this.#tally.add({ text, cut: false, validUtf8: true });
    const own = line?.[this.#search.signals.levelField];
    if (!this.#hasLabels) return true;
    if (level === null) this.#none.add(() => this.#tally.problem(text, 'has no label level'));
    // Collectors have words of their own for levels.
    else if (typeof own !== 'string' || levelNamed(own) === levelNamed(level)) this.#same += 1;
    else this.#other.add(() => this.#tally.problem(text, `is labelled level="${level}"`));
    return true;
  }

  hasAll({ sent }: LoadSent): boolean {
    return this.#tally.hasAll(sent);
  }

  observation(
    { source, query }: LogBackend,
    options: BackendOptions,
    waitedMs: number,
    facts: Pick<LogBackendFacts, 'lookups' | 'deadlineMs'>,
  ): LogsObservation {
    const tally = this.#tally.facts(options);
    return {
      kind: 'logs',
      status: 'collected',
      source,
      from: query,
      window: options.window,
      complete: this.#complete,
      rotations: 0,
      ...tally,
      traceIds: { ...tally.traceIds, waitedMs, deadlineMs: facts.deadlineMs },
      backend: {
        query,
        ...facts,
        levelLabel: this.#hasLabels ? { same: this.#same, other: this.#other.facts(), none: this.#none.facts() } : null,
      },
    };
  }
}
