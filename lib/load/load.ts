/**
 * k6 as a process: its flags, its stream, its end, and a watch over it. Every way in which it can end is a LoadReason. Its exit code is
 * never a verdict.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { EngineRecord } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import type { LoadReason } from '../core/recording.ts';
import { dashboardFlags } from './dashboard.ts';
import type { SampleSource, StreamEnd } from './sources/source.ts';

export interface LoadRequest {
  readonly enginePath: string;
  readonly source: SampleSource;
  /** Path of the script that k6 runs, absolute. */
  readonly entryPath: string;
  /** Path of engine.json, absolute. */
  readonly planPath: string;
  /** Path of k6's own log, absolute. */
  readonly logPath: string;
  /** Port of k6's own web dashboard while it runs; absent: no dashboard. */
  readonly dashboardPort?: number | undefined;
  /** How long the load lasts according to the plan. */
  readonly durationSec: number;
  readonly token: string | undefined;
  /** Sent as a cookie, and searched for in the server's telemetry. */
  readonly canary?: string | undefined;
  readonly onRecord: (record: EngineRecord) => void;
  /** Aborted, with its LoadReason, once the recording is sufficient. Absent: the whole load is run. */
  readonly decided?: AbortSignal;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
}

/** How long k6 may be silent, and how long it may take to end when asked to. */
export interface Patience {
  readonly silenceMs: number;
  readonly endMs: number;
}

/** The engine writes something every second; before that, k6's setup may take as long as a few requests. */
const PATIENCE: Patience = { silenceMs: 30_000, endMs: 10_000 };
/** Time beyond the plan: setup, the answers of the last arrivals, teardown. */
const OVERTIME_SEC = 45;

/**
 * k6 keeps every sample in memory unless both summary and thresholds are off; its REST API would take a port; a usage report would leave
 * the machine.
 */
const FLAGS = [
  '--summary-mode=disabled',
  '--no-thresholds',
  '--no-usage-report',
  '--no-color',
  '--quiet',
  '--address',
  '',
];

/** Collects garbage at five times the live heap, not at twice: 7 to 21 % less CPU at saturation for about 16 % more memory (docs/benchmarks.md). */
const GOGC = '400';

/** Runs k6 to its end, whichever way it ends. Nothing of it is still running when this returns. */
export async function runLoad(request: LoadRequest): Promise<LoadReason> {
  const { source, signal } = request;
  if (signal.aborted) return { kind: 'interrupted', signal: String(signal.reason) };
  const child = started(request);
  if ('kind' in child) return child;
  const exited = endOf(child);
  const watch = new Watch(child, request);
  try {
    const stream = child.stdio[source.fd] as Readable;
    const streamEnd = await source.read(stream, (record) => {
      watch.heard();
      request.onRecord(record);
    });
    const end = await exited;
    // If k6 lost records while it was ended on purpose, the decision rests on incomplete data.
    if (watch.verdict?.kind === 'decided-early' && !streamEnd.complete)
      return { kind: 'ended-early', detail: streamEnd.detail };
    return watch.verdict ?? reasonOf(end, streamEnd, request.logPath);
  } catch (error) {
    watch.end();
    await exited;
    if (error instanceof SloError && error.code === 'storage') return { kind: 'storage', detail: error.message };
    throw error;
  } finally {
    watch.stop();
  }
}

/** Some reasons for not starting are thrown at once (the file is being written, the environment is too large); others come as an event. */
function started(request: LoadRequest): ChildProcess | LoadReason {
  try {
    return start(request);
  } catch (error) {
    return { kind: 'engine-died', exitCode: null, signal: null, detail: (error as Error).message };
  }
}

function start({
  enginePath,
  source,
  entryPath,
  planPath,
  logPath,
  dashboardPort,
  token,
  canary,
}: LoadRequest): ChildProcess {
  const outputs = [...source.args, ...dashboardFlags(dashboardPort)];
  const args = ['run', ...FLAGS, '--log-output', `file=${logPath}`, ...outputs, entryPath];
  const secrets = {
    ...(token === undefined ? {} : { ARAGORA_API_TOKEN: token }),
    ...(canary === undefined ? {} : { ARAGORA_SLO_CANARY: canary }),
  };
  const env = { GOGC, ...inherited(process.env), ...secrets, PLAN: planPath };
  return spawn(enginePath, args, {
    env,
    stdio: ['ignore', source.fd === 1 ? 'pipe' : 'ignore', 'ignore', source.fd === 3 ? 'pipe' : 'ignore'],
    // Ctrl-C at the terminal is for the harness, which ends its children in order.
    detached: true,
  });
}

/** Variables K6_… are k6's own options: one left over in a shell would change the load, or write the token into the log (K6_HTTP_DEBUG). */
function inherited(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !name.startsWith('K6_') && name !== 'ARAGORA_API_TOKEN' && name !== 'ARAGORA_SLO_CANARY',
    ),
  );
}

interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started. */
  readonly startError?: string;
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  try {
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { exitCode, signal };
  } catch (error) {
    return { exitCode: null, signal: null, startError: (error as Error).message };
  }
}

/**
 * Ends k6 when the user asks for it, when its answer is sure, when it is silent for too long, or when it outlasts its plan. Remembers which
 * came first.
 */
class Watch {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #decided: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  readonly #patience: Patience;
  /** By the monotonic clock, like all times here: a wall clock may jump. */
  #heardAtMs = performance.now();
  #kill: NodeJS.Timeout | undefined;
  verdict: LoadReason | undefined;

  constructor(child: ChildProcess, { signal, decided, durationSec, patience = PATIENCE }: LoadRequest) {
    this.#child = child;
    this.#signal = signal;
    this.#decided = decided;
    this.#patience = patience;
    this.#deadlineMs = performance.now() + (durationSec + OVERTIME_SEC) * 1000;
    this.#timer = setInterval(() => this.#look(), 1000);
    signal.addEventListener('abort', this.#interrupt);
    decided?.addEventListener('abort', this.#suffice);
    process.on('exit', this.#killNow);
  }

  heard(): void {
    this.#heardAtMs = performance.now();
  }

  /** SIGINT lets k6 write what it has; SIGKILL follows if it does not end. */
  end(): void {
    if (this.#kill !== undefined || this.#child.exitCode !== null) return;
    this.#child.kill('SIGINT');
    this.#kill = setTimeout(() => this.#child.kill('SIGKILL'), this.#patience.endMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#kill);
    this.#signal.removeEventListener('abort', this.#interrupt);
    this.#decided?.removeEventListener('abort', this.#suffice);
    process.off('exit', this.#killNow);
  }

  /** Used when the harness ends without waiting. */
  readonly #killNow = (): void => {
    this.#child.kill('SIGKILL');
  };

  readonly #interrupt = (): void => {
    this.verdict ??= { kind: 'interrupted', signal: String(this.#signal.reason) };
    this.end();
  };

  readonly #suffice = (): void => {
    this.verdict ??= this.#decided?.reason as LoadReason;
    this.end();
  };

  #look(): void {
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs >= this.#patience.silenceMs)
      this.verdict ??= { kind: 'engine-hung', silentSec: Math.floor(silentMs / 1000) };
    else if (performance.now() >= this.#deadlineMs) this.verdict ??= { kind: 'overtime', overSec: OVERTIME_SEC };
    else return;
    this.end();
  }
}

/** k6's exit codes: errext/exitcodes of v2.2.0. */
const SCRIPT_EXCEPTION = 107;

function reasonOf({ exitCode, signal, startError }: ProcessEnd, stream: StreamEnd, logPath: string): LoadReason {
  const complaint = startError ?? lastComplaint(logPath);
  if (exitCode === SCRIPT_EXCEPTION) return { kind: 'script-error', detail: complaint };
  if (exitCode !== 0) return { kind: 'engine-died', exitCode, signal, detail: complaint };
  return stream.complete ? { kind: 'finished' } : { kind: 'ended-early', detail: stream.detail };
}

/** The last line of k6's log that is an error, else its last line, as k6 wrote it. */
function lastComplaint(logPath: string): string {
  const lines = existsSync(logPath) ? readFileSync(logPath, 'utf8').trim().split('\n') : [];
  return lines.findLast((line) => line.includes('level=error')) ?? (lines.at(-1) || 'its log says nothing');
}
