/**
 * Reads the server's log while the load runs, from a file or a stream, until every trace id that was sent has appeared or a deadline has
 * passed. tally.ts counts what is in each line.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogsObservation } from '../observation.ts';
import { FollowedFile } from './follow.ts';
import { LineSplitter } from './lines.ts';
import { LineTally, type LoadSent, type LogSearch } from './tally.ts';

export type LogOrigin =
  | { readonly file: string }
  /** `name` is for a person, for example `the target's stdout`. */
  | { readonly stream: AsyncIterable<Uint8Array>; readonly name: string };

export interface StopOptions extends LoadSent {
  /** How many ms from now the missing trace ids are waited for at most: the server's own flush delay and some reserve. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface LogReader {
  /**
   * Ends the observation: as soon as every sent trace id has appeared, at the deadline, or when the stream ends. Throws only `signal`'s
   * reason. A stream stays with its owner: what still comes is read and thrown away, so that its writer never blocks.
   */
  stop(options: StopOptions): Promise<LogsObservation>;
  /** Ends it without a result. Harmless after `stop`. */
  cancel(): Promise<void>;
}

/** A source of lines that is being read. */
interface Pump {
  /** Reads what is there now. */
  catchUp(): Promise<void>;
  ended(): boolean;
  close(): Promise<void>;
  rotations(): number;
  /** Why there is no evidence; undefined while there is. */
  problem(): { readonly reason: string; readonly hint: string } | undefined;
}

const POLL_MS = 50;

/**
 * Starts with the first line that is written from now on. A file that does not exist yet is waited for; one that can't be read gives
 * `unavailable`.
 */
export async function startReading(origin: LogOrigin, search: LogSearch): Promise<LogReader> {
  const tally = new LineTally(search);
  const fromMs = Date.now();
  const pump = 'file' in origin ? await filePump(origin.file, tally) : streamPump(origin.stream, origin.name, tally);
  const from = 'file' in origin ? origin.file : origin.name;
  return {
    cancel: () => pump.close(),
    stop: async ({ deadlineMs, signal, ...load }) => {
      const startMs = performance.now();
      const waitedMs = () => Math.round(performance.now() - startMs);
      try {
        await pump.catchUp();
        while (!tally.hasAll(load.sent) && !pump.ended() && waitedMs() < deadlineMs) {
          await sleep(Math.min(POLL_MS, deadlineMs), undefined, signal === undefined ? {} : { signal });
          await pump.catchUp();
        }
        // The last trace id's line may not be the last line of its batch.
        await pump.catchUp();
      } finally {
        await pump.close();
        signal?.throwIfAborted();
      }
      const problem = pump.problem();
      if (problem !== undefined) return { kind: 'logs', status: 'unavailable', source: 'direct', ...problem };
      const facts = tally.facts(load);
      return {
        kind: 'logs',
        status: 'collected',
        source: 'direct',
        from,
        window: { fromMs, toMs: Date.now() },
        complete: true,
        rotations: pump.rotations(),
        ...facts,
        traceIds: { ...facts.traceIds, waitedMs: Math.min(waitedMs(), deadlineMs), deadlineMs },
        backend: null,
      };
    },
  };
}

async function filePump(path: string, tally: LineTally): Promise<Pump> {
  const lines = skippingSplitter(tally);
  const file = new FollowedFile(path, lines.push, lines.end);
  let stopped = false;
  let failure: Error | undefined;
  await file.goToEnd().then(
    (isMidLine) => isMidLine && lines.skipToNewline(),
    (error: Error) => {
      failure = error;
    },
  );
  // One reading at a time: two would mix their bytes.
  let reading = Promise.resolve();
  const catchUp = (): Promise<void> => {
    reading = reading
      .then(() => (stopped || failure !== undefined ? undefined : file.read()))
      .catch((error: Error) => {
        failure = error;
      });
    return reading;
  };
  // Keeps up with the load, so no rotation is missed.
  const watch = setInterval(() => void catchUp(), POLL_MS);
  return {
    catchUp,
    ended: () => failure !== undefined,
    rotations: () => file.rotations,
    problem: () => {
      if (failure !== undefined)
        return { reason: `the log file ${path} could not be read: ${failure.message}`, hint: 'check its permissions' };
      if (file.existed) return undefined;
      return { reason: `there is no log file ${path}`, hint: 'check the path, and where the server writes its log' };
    },
    close: async () => {
      stopped = true;
      clearInterval(watch);
      await reading;
      await file.close();
    },
  };
}

function streamPump(stream: AsyncIterable<Uint8Array>, name: string, tally: LineTally): Pump {
  const lines = new LineSplitter((line) => tally.add(line));
  let [ended, stopped] = [false, false];
  let failure: Error | undefined;
  const pump = async (): Promise<void> => {
    for await (const chunk of stream) {
      if (!stopped) lines.push(chunk);
    }
    if (!stopped) lines.end();
  };
  void pump()
    .catch((error: Error) => {
      failure = error;
    })
    .finally(() => {
      ended = true;
    });
  return {
    // What the system has for us now comes before the timers of the next turn.
    catchUp: () => new Promise((resolve) => setImmediate(resolve)),
    ended: () => ended,
    rotations: () => 0,
    problem: () =>
      failure && {
        reason: `${name} broke off: ${failure.message}`,
        hint: 'does the server still run, and write its log there?',
      },
    close: async () => {
      stopped = true;
    },
  };
}

/** A splitter that can skip the rest of a line that began before the observation. */
function skippingSplitter(tally: LineTally) {
  const lines = new LineSplitter((line) => tally.add(line));
  let skipping = false;
  return {
    skipToNewline: () => {
      skipping = true;
    },
    push: (bytes: Uint8Array) => {
      if (!skipping) return lines.push(bytes);
      const end = bytes.indexOf(10);
      if (end === -1) return;
      skipping = false;
      lines.push(bytes.subarray(end + 1));
    },
    /** The file is another one from here. */
    end: () => {
      skipping = false;
      lines.end();
    },
  };
}
