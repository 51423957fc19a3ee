/** The clock of a replay: `Date` says what the tape says, and nobody sleeps: whoever observes waits by `node:timers/promises`. */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type * as timers from 'node:timers/promises';

type Timers = typeof timers;

let isStaged = false;
let nowMs = 0;
let skippedMs = 0;
/** Whether a sleep lets time pass: while the tape sets the time it does not. */
let sleepTakesTime = true;
/** Where sleepers wait, if anywhere: all of them have come when the first has. */
let gate: Gate | undefined;

export interface Gate {
  readonly opened: Promise<void>;
  /** Called when somebody waits there. */
  reached(): void;
}

/** A sleep takes at least so long, so that nobody polls often until a deadline. */
const LEAST_SLEEP_MS = 1000;

function timersOf(real: Timers): Timers {
  const setTimeout = async <T>(
    ms = 1,
    value?: T,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T | undefined> => {
    if (!isStaged) return real.setTimeout(ms, value, { signal });
    // Whatever has come by now is taken in first.
    await new Promise((resolve) => setImmediate(resolve));
    if (gate !== undefined) await waitAt(gate, signal);
    if (signal?.aborted === true) throw new DOMException('The operation was aborted', 'AbortError');
    if (sleepTakesTime) passMs(Math.max(LEAST_SLEEP_MS, ms));
    return value;
  };
  return { ...real, setTimeout } as Timers;
}

async function waitAt({ opened, reached }: Gate, signal?: AbortSignal): Promise<void> {
  reached();
  await Promise.race([opened, new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))]);
}

function passMs(ms: number): void {
  skippedMs += ms;
  nowMs += ms;
}

export const stageClock = {
  set(atMs: number): void {
    nowMs = atMs;
  },
  letSleepsTakeTime(takesTime: boolean): void {
    sleepTakesTime = takesTime;
  },
  /** From now on nobody's sleep ends before the gate is opened or the sleeper is called off. */
  holdSleepersAt(closed: Gate): void {
    gate = closed;
    void closed.opened.then(() => {
      gate = undefined;
    });
  },
};

/** Does it on the stage's time, which begins at `fromMs`. One at a time: the time is everybody's. */
export async function onStage<T>(fromMs: number, act: () => Promise<T>): Promise<T> {
  const { Date: realDate } = globalThis;
  const { now: stopwatch } = performance;
  nowMs = fromMs;
  globalThis.Date = StagedDate;
  performance.now = () => stopwatch.call(performance) + skippedMs;
  stageTimers();
  isStaged = true;
  sleepTakesTime = true;
  try {
    return await act();
  } finally {
    isStaged = false;
    performance.now = stopwatch;
    globalThis.Date = realDate;
  }
}

const StagedDate = new Proxy(Date, {
  construct: (real, args, made) => Reflect.construct(real, args.length === 0 ? [nowMs] : args, made) as Date,
  get: (real, name, made): unknown => (name === 'now' ? () => nowMs : Reflect.get(real, name, made)),
});

let areTimersStaged = false;

/** For all who import them, now or before. They are the real ones while nobody is on stage. */
function stageTimers(): void {
  if (areTimersStaged) return;
  areTimersStaged = true;
  const real = createRequire(import.meta.url)('node:timers/promises') as Timers;
  Object.assign(real, timersOf({ ...real }));
  syncBuiltinESMExports();
}
