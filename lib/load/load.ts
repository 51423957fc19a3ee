/**
 * k6 as a process: its flags, its stream, its end, and a watch over it. Every way in which it can end is a LoadReason. Its exit code is
 * never a verdict.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { EngineRecord } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import type { LoadReason } from '../core/recording.ts';
import { type Segment, WHOLE } from '../core/segment.ts';
import { Child, type ChildEnd, endText } from '../process/child.ts';
import { dashboardFlags } from './dashboard.ts';
import { engineEnvironment } from './environment.ts';
import type { SampleSource, StreamEnd } from './sources/source.ts';

export interface LoadRequest {
  readonly enginePath: string;
  readonly source: SampleSource;
  /** Path of the script that k6 runs, absolute. */
  readonly entryPath: string;
  /** Path of engine.json, absolute. */
  readonly planPath: string;
  /** The arrivals that it sends; absent: all. */
  readonly segment?: Segment;
  /** Path of k6's own log, absolute. */
  readonly logPath: string;
  /** Port of k6's own web dashboard while it runs; absent: no dashboard. */
  readonly dashboardPort?: number | undefined;
  /** How long the load lasts according to the plan. */
  readonly durationSec: number;
  readonly token: string | undefined;
  /** PEM of the authority that signed the target's certificate, absolute. */
  readonly caFile?: string | undefined;
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
export const PATIENCE: Patience = { silenceMs: 30_000, endMs: 10_000 };
/** Time beyond the plan: setup, the answers of the last arrivals, teardown. */
export const OVERTIME_SEC = 45;

/** k6 keeps every sample in memory unless both summary and thresholds are off; a usage report would leave the machine. */
export const ENGINE_FLAGS = ['--summary-mode=disabled', '--no-thresholds', '--no-usage-report', '--no-color'] as const;
/** Its REST API would take a port. */
const FLAGS = [...ENGINE_FLAGS, '--quiet', '--address', ''];

export const ENGINE_MEMORY = {
  /** Collects garbage at five times the live heap, not at twice: 7 to 21 % less CPU at saturation for about 16 % more memory (docs/benchmarks.md). */
  GOGC: '400',
  /**
   * From here on it collects more often: five times the little that a server can make it keep would be much. A load of one phase stays far
   * below. One whose rates change comes near it: k6 keeps the virtual users of a rate until its last arrival may have ended, and has those of
   * the next one ready (docs/benchmarks.md).
   */
  GOMEMLIMIT: '2GiB',
} as const;

/** Runs k6 to its end, whichever way it ends. Nothing of it is still running when this returns. */
export async function runLoad(request: LoadRequest): Promise<LoadReason> {
  const { source, signal } = request;
  if (signal.aborted) return { kind: 'interrupted', signal: String(signal.reason) };
  const k6 = start(request);
  if (k6.pid === undefined)
    return { kind: 'engine-died', exitCode: null, signal: null, detail: endText(await k6.exited) };
  k6.stopOn(signal, () => ({ kind: 'interrupted', signal: String(signal.reason) }));
  k6.stopOn(request.decided, () => request.decided?.reason as LoadReason);
  const watch = new Watch(k6, request);
  try {
    const streamEnd = await source.read(k6.output(source.fd), (record) => {
      watch.heard();
      request.onRecord(record);
    });
    const end = await k6.exited;
    // If k6 lost records while it was ended on purpose, the decision rests on incomplete data.
    if (k6.stoppedBy?.kind === 'decided-early' && !streamEnd.complete)
      return { kind: 'ended-early', detail: streamEnd.detail };
    return k6.stoppedBy ?? reasonOf(end, streamEnd, request.logPath);
  } catch (error) {
    const reason: LoadReason = { kind: 'storage', detail: (error as Error).message };
    await k6.stop(reason);
    if (error instanceof SloError && error.code === 'storage') return reason;
    throw error;
  } finally {
    watch.stop();
  }
}

/** SIGINT lets k6 write what it has. */
function start(request: LoadRequest): Child<LoadReason> {
  const { source, planPath, logPath, dashboardPort, token, canary, caFile, patience = PATIENCE } = request;
  const { segment = WHOLE } = request;
  const outputs = [...source.args, ...dashboardFlags(dashboardPort), ...segmentFlags(segment)];
  const access = {
    // Go reads it besides the machine's own authorities.
    ...(caFile === undefined ? {} : { SSL_CERT_FILE: caFile }),
    ...(token === undefined ? {} : { ARAGORA_API_TOKEN: token }),
    ...(canary === undefined ? {} : { ARAGORA_SLO_CANARY: canary }),
  };
  return new Child(request.enginePath, {
    // k6 reads a comma or a bracket in a path as an end of it, so it gets only the log's name.
    args: ['run', ...FLAGS, '--log-output', `file=${basename(logPath)}`, ...outputs, request.entryPath],
    cwd: dirname(logPath),
    env: { ...ENGINE_MEMORY, ...engineEnvironment(process.env), ...access, PLAN: planPath },
    stdio: ['ignore', source.fd === 1 ? 'pipe' : 'ignore', 'ignore', source.fd === 3 ? 'pipe' : 'ignore'],
    asks: 'SIGINT',
    patienceMs: patience.endMs,
  });
}

/** k6's own words for one of several equal parts. With the sequence of all parts, it deals out arrivals in turn. */
export function segmentFlags({ index, of }: Segment): string[] {
  if (of === 1) return [];
  const ends = ['0', ...Array.from({ length: of - 1 }, (_, at) => `${at + 1}/${of}`), '1'];
  return [
    ...['--execution-segment', `${ends[index]}:${ends[index + 1]}`],
    ...['--execution-segment-sequence', ends.join(',')],
  ];
}

/** Ends k6 when it is silent for too long, or when it outlasts its plan. */
class Watch {
  readonly #k6: Child<LoadReason>;
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  readonly #silenceMs: number;
  /** By the monotonic clock, like all times here: a wall clock may jump. */
  #heardAtMs = performance.now();

  constructor(k6: Child<LoadReason>, { durationSec, patience = PATIENCE }: LoadRequest) {
    this.#k6 = k6;
    this.#silenceMs = patience.silenceMs;
    this.#deadlineMs = performance.now() + (durationSec + OVERTIME_SEC) * 1000;
    this.#timer = setInterval(() => this.#look(), 1000);
  }

  heard(): void {
    this.#heardAtMs = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs >= this.#silenceMs) this.#end({ kind: 'engine-hung', silentSec: Math.floor(silentMs / 1000) });
    else if (performance.now() >= this.#deadlineMs) this.#end({ kind: 'overtime', overSec: OVERTIME_SEC });
  }

  #end(reason: LoadReason): void {
    this.stop();
    // The end of its stream is waited for anyway.
    this.#k6.stop(reason).catch(() => {});
  }
}

/** k6's exit codes: errext/exitcodes of v2.2.0. */
const SCRIPT_EXCEPTION = 107;

function reasonOf({ exitCode, signal }: ChildEnd, stream: StreamEnd, logPath: string): LoadReason {
  const complaint = lastComplaint(logPath);
  if (exitCode === SCRIPT_EXCEPTION) return { kind: 'script-error', detail: complaint };
  if (exitCode !== 0) return { kind: 'engine-died', exitCode, signal, detail: complaint };
  return stream.complete ? { kind: 'finished' } : { kind: 'ended-early', detail: stream.detail };
}

/** The last line of k6's log that is an error, else its last line, as k6 wrote it. */
function lastComplaint(logPath: string): string {
  const lines = existsSync(logPath) ? readFileSync(logPath, 'utf8').trim().split('\n') : [];
  return lines.findLast((line) => line.includes('level=error')) ?? (lines.at(-1) || 'its log says nothing');
}
