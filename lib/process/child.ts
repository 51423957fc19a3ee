/** A child process that is asked to end before it is killed, and that never outlives the harness. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChildOptions {
  readonly args: readonly string[];
  readonly stdio: StdioOptions;
  /** The harness' own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string | undefined;
  /** Asks it to end; SIGTERM when absent. */
  readonly asks?: NodeJS.Signals;
  /** How long it may take to end when asked. Then it is killed. */
  readonly patienceMs: number;
  /** Its own children get each signal too, and `stop` waits for them. */
  readonly group?: boolean;
}

export interface ChildEnd {
  /** null when a signal ended it or it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started, e.g. it does not exist. */
  readonly startError?: NodeJS.ErrnoException;
}

/** Each child that may still have a process. */
const alive = new Set<Child<unknown>>();
process.on('exit', () => {
  for (const child of alive) child.kill();
});

const POLL_MS = 20;
/** A killed process gives its memory back first. */
const KILLED_MS = 30_000;
const CAN_GROUP = process.platform !== 'win32';

/** @typeParam Cause why it was stopped, in the words of whoever stops it. */
export class Child<Cause = void> {
  readonly #options: ChildOptions;
  /** null when it could not even be tried. */
  readonly #process: ChildProcess | null;
  #stopping: Promise<ChildEnd> | undefined;
  #ended: ChildEnd | undefined;
  /** What stopped it first; undefined while nothing has. */
  stoppedBy: Cause | undefined;
  /** Resolves when it is gone. Its output may still be on its way. */
  readonly exited: Promise<ChildEnd>;
  /** Resolves when it is gone and its output has ended. */
  readonly closed: Promise<ChildEnd>;

  /** Never throws: a child that could not be started has exited with `startError`. @param file looked up on `env.PATH`. */
  constructor(file: string, options: ChildOptions) {
    this.#options = options;
    const started = start(file, options);
    this.#process = started instanceof Error ? null : started;
    const wrong = (error: NodeJS.ErrnoException): ChildEnd => unstarted(file, options.cwd, error);
    this.exited = started instanceof Error ? Promise.resolve(wrong(started)) : endOf(started, 'exit', wrong);
    this.closed = started instanceof Error ? this.exited : endOf(started, 'close', wrong);
    alive.add(this);
    void this.exited.then((end) => {
      this.#ended = end;
    });
    void this.closed.then(() => {
      if (!this.#hasProcess()) alive.delete(this);
    });
  }

  /** undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What became of it; undefined while it runs. */
  get end(): ChildEnd | undefined {
    return this.#ended;
  }

  /** What it writes to this file descriptor, which `stdio` made a pipe; empty when it could not be started. */
  output(fd: number): Readable {
    const stream = this.#process?.stdio[fd];
    return stream instanceof Readable ? stream : Readable.from([]);
  }

  /** Text for its stdin, which `stdio` made a pipe. One that is gone takes nothing, which is no error: its end says more. */
  write(text: string): void {
    const stdin = this.#process?.stdin;
    if (stdin === undefined || stdin === null || stdin.destroyed) return;
    if (stdin.listenerCount('error') === 0) stdin.on('error', () => {});
    stdin.write(text);
  }

  /** The first line on its stdout, which is read on; undefined when it ended before. Throws `signal`'s reason. */
  async firstLine(signal: AbortSignal): Promise<string | undefined> {
    const lines = createInterface({ input: this.output(1) });
    const line = once(lines, 'line', { signal }).then(
      ([text]) => text as string,
      (error: unknown) => {
        signal.throwIfAborted();
        throw error;
      },
    );
    return Promise.race([line, this.closed.then(() => undefined)]);
  }

  /** Asks it to end, kills it when it does not, and resolves when it is gone. The first cause counts, and later calls change nothing. */
  stop(cause: Cause): Promise<ChildEnd> {
    this.stoppedBy ??= cause;
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /** Stops it when `signal` is aborted, at once if it is already. Whoever waits with `stop` hears of a failure. */
  stopOn(signal: AbortSignal | undefined, cause: () => Cause): void {
    if (signal === undefined) return;
    const stop = (): void => void this.stop(cause()).catch(() => {});
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    void this.closed.then(() => signal.removeEventListener('abort', stop));
  }

  kill(): void {
    this.#send('SIGKILL');
  }

  /** Makes it stand still until `resume`, or its end. Returns whether there was a process. */
  pause(): boolean {
    return CAN_GROUP && this.#send('SIGSTOP');
  }

  resume(): boolean {
    return CAN_GROUP && this.#send('SIGCONT');
  }

  async #end(): Promise<ChildEnd> {
    this.#send(this.#options.asks ?? 'SIGTERM');
    if (!(await this.#goneWithin(this.#options.patienceMs))) {
      this.kill();
      if (!(await this.#goneWithin(KILLED_MS))) throw new Error(`process ${this.pid} survived SIGKILL`);
    }
    alive.delete(this);
    return this.exited;
  }

  async #goneWithin(ms: number): Promise<boolean> {
    const deadlineMs = performance.now() + ms;
    const over = new AbortController();
    await Promise.race([this.exited, sleep(ms, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
    // Its own children may live on for a moment, and nothing says when they are gone.
    while (this.#hasProcess()) {
      if (performance.now() >= deadlineMs) return false;
      await sleep(POLL_MS);
    }
    return true;
  }

  #hasProcess(): boolean {
    return this.#send(0);
  }

  /** Whether there was a process to send it to. */
  #send(signal: NodeJS.Signals | 0): boolean {
    const child = this.#process;
    if (child?.pid === undefined) return false;
    if (!this.#options.group || !CAN_GROUP) {
      return child.exitCode === null && child.signalCode === null && child.kill(signal);
    }
    try {
      return process.kill(-child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  }
}

/** `it exited with 1`, or why it did not start. */
export function endText({ exitCode, signal, startError }: ChildEnd): string {
  return startError?.message ?? `it exited with ${signal ?? exitCode}`;
}

/** Some reasons for not starting are thrown at once (it is being written, the environment is too large), others come as an event. */
function start(file: string, { args, stdio, env, cwd }: ChildOptions): ChildProcess | NodeJS.ErrnoException {
  try {
    // In a group of its own: a Ctrl-C at the terminal is for the harness, which ends its children in order.
    return spawn(file, args, { env: env ?? process.env, cwd, stdio, detached: CAN_GROUP });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function unstarted(file: string, cwd: string | undefined, cause: NodeJS.ErrnoException): ChildEnd {
  const { code = '' } = cause;
  const why =
    code === 'ENOENT' && cwd !== undefined && !existsSync(cwd) ? `there is no folder ${cwd}` : NOT_STARTED[code];
  const words = `"${file}" could not be started: ${why ?? cause.message}`;
  return { exitCode: null, signal: null, startError: Object.assign(new Error(words, { cause }), { code }) };
}

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there, or what it needs to run is not (is it on PATH?)',
  EACCES: 'it may not be run here (its permissions, or those of a folder above it)',
  ENOEXEC: 'it is no program for this machine',
  ETXTBSY: 'it is being written',
  E2BIG: 'its arguments or its environment are too large',
};

async function endOf(
  child: ChildProcess,
  event: 'exit' | 'close',
  unstarted: (error: NodeJS.ErrnoException) => ChildEnd,
): Promise<ChildEnd> {
  try {
    const [exitCode, signal] = (await once(child, event)) as [number | null, NodeJS.Signals | null];
    return { exitCode, signal };
  } catch (error) {
    return unstarted(error as NodeJS.ErrnoException);
  }
}
