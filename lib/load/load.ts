/**
 * Owns k6 as a process: its flags, its stream, its end, and a watch over it. Every way it can end is a LoadReason.
 * Refuses to know what the samples say: records are handed on, and the exit code is never a verdict.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EngineRecord } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import type { LoadReason } from '../core/recording.ts';
import type { SampleSource, StreamEnd } from './sources/source.ts';

export interface LoadRequest {
  readonly enginePath: string;
  readonly source: SampleSource;
  /** engine.json, absolute. */
  readonly planPath: string;
  /** Where k6's own log goes, absolute. */
  readonly logPath: string;
  /** How long the load lasts by the plan. */
  readonly durationSec: number;
  readonly token: string | undefined;
  readonly onRecord: (record: EngineRecord) => void;
  readonly signal: AbortSignal;
}

/** The engine tells something every second; k6's setup may take the time of a few requests before. */
const SILENCE_SEC = 30;
/** Beyond the plan: setup, the last arrivals' time to be answered, teardown. */
const OVERTIME_SEC = 60;
const KILL_AFTER_MS = 10_000;
const ENTRY = fileURLToPath(new URL('../../scenarios/all.ts', import.meta.url));

/**
 * k6 keeps every sample in memory unless both summary and thresholds are off; its REST API would take a port; a usage
 * report would leave the machine.
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

/** Runs k6 to its end, whatever end that is. Nothing of it is left running when this returns. */
export async function runLoad(request: LoadRequest): Promise<LoadReason> {
  const { source, signal } = request;
  if (signal.aborted) return { kind: 'interrupted', signal: String(signal.reason) };
  const child = start(request);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const watch = new Watch(child, request);
  try {
    const stream = child.stdio[source.fd] as Readable;
    const streamEnd = await source.read(stream, (record) => {
      watch.heard();
      request.onRecord(record);
    });
    const [exitCode, exitSignal] = await exited;
    return watch.verdict ?? reasonOf(exitCode, exitSignal, streamEnd, request.logPath);
  } catch (error) {
    watch.end();
    await exited;
    if (error instanceof SloError && error.code === 'storage') return { kind: 'storage', detail: error.message };
    throw error;
  } finally {
    watch.stop();
  }
}

function start({ enginePath, source, planPath, logPath, token }: LoadRequest): ChildProcess {
  const args = ['run', ...FLAGS, '--log-output', `file=${logPath}`, ...source.args, ENTRY];
  const { ARAGORA_API_TOKEN: _, ...inherited } = process.env;
  const env = { ...inherited, PLAN: planPath, ...(token === undefined ? {} : { ARAGORA_API_TOKEN: token }) };
  return spawn(enginePath, args, {
    env,
    stdio: ['ignore', source.fd === 1 ? 'pipe' : 'ignore', 'ignore', source.fd === 3 ? 'pipe' : 'ignore'],
    // A Ctrl-C at the terminal is for the harness, which ends its children in order.
    detached: true,
  });
}

/** Ends k6 when the user asks, when it falls silent, or when it outlasts its plan; remembers which came first. */
class Watch {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  #heardAtMs = Date.now();
  #kill: NodeJS.Timeout | undefined;
  verdict: LoadReason | undefined;

  constructor(child: ChildProcess, { signal, durationSec }: LoadRequest) {
    this.#child = child;
    this.#signal = signal;
    this.#deadlineMs = Date.now() + (durationSec + OVERTIME_SEC) * 1000;
    this.#timer = setInterval(() => this.#look(), 1000);
    signal.addEventListener('abort', this.#interrupt);
  }

  heard(): void {
    this.#heardAtMs = Date.now();
  }

  /** SIGINT lets k6 flush what it has; SIGKILL follows when it does not end. */
  end(): void {
    if (this.#kill !== undefined || this.#child.exitCode !== null) return;
    this.#child.kill('SIGINT');
    this.#kill = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#kill);
    this.#signal.removeEventListener('abort', this.#interrupt);
  }

  readonly #interrupt = (): void => {
    this.verdict ??= { kind: 'interrupted', signal: String(this.#signal.reason) };
    this.end();
  };

  #look(): void {
    const silentSec = Math.floor((Date.now() - this.#heardAtMs) / 1000);
    if (silentSec < SILENCE_SEC && Date.now() < this.#deadlineMs) return;
    this.verdict ??= { kind: 'engine-hung', silentSec };
    this.end();
  }
}

/** k6's exit codes: errext/exitcodes of v2.2.0. */
const SCRIPT_EXCEPTION = 107;

function reasonOf(exitCode: number | null, signal: string | null, stream: StreamEnd, logPath: string): LoadReason {
  const complaint = lastComplaint(logPath);
  if (exitCode === SCRIPT_EXCEPTION) return { kind: 'script-error', detail: complaint };
  if (exitCode !== 0) return { kind: 'engine-died', exitCode, signal, detail: complaint };
  return stream.complete ? { kind: 'finished' } : { kind: 'ended-early', detail: stream.detail };
}

/** The last line of k6's log that is an error, as it wrote it; empty when there is none. */
function lastComplaint(logPath: string): string {
  const lines = readFileSync(logPath, 'utf8').trim().split('\n');
  return lines.findLast((line) => line.includes('level=error')) ?? lines.at(-1) ?? '';
}
