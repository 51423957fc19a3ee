/** What can be broken on purpose in the server's own process, in its pods, or behind it, and what the harness saw of that. */
import { isPodFault, type PodFault, type PodWitness } from './pod-fault.ts';

export type ServerFault = ProcessFault | PodFault;

/** Of the embedded server, or by a program of the user's. */
export type ProcessFault =
  /** The process is killed (SIGKILL), and started again at the same address so long after. */
  | { readonly kind: 'kill'; readonly forMs: number }
  /** The process stands still (SIGSTOP), and goes on so long after (SIGCONT). */
  | { readonly kind: 'pause'; readonly forMs: number }
  /** Its thread is busy with something else for so much of the time. */
  | { readonly kind: 'cpu'; readonly percent: number }
  /** It holds so much more memory. */
  | { readonly kind: 'memory'; readonly bytes: number }
  /** Its clock, and no other, is so much ahead; negative: behind. */
  | { readonly kind: 'clock'; readonly stepMs: number }
  /** Its connections to its Redis are cut, and no other is let through. */
  | { readonly kind: 'redis' }
  /** What the program of `--fault-command` does under this name. */
  | { readonly kind: 'command'; readonly name: string };

export type ServerFaultKind = ServerFault['kind'];

/** One call of the program of `--fault-command`. */
export interface CommandCall {
  /** null: it did not end by itself. */
  readonly exitCode: number | null;
  /** For a person, for example `it exited with 1: no such host`. */
  readonly how: string;
  readonly tookMs: number;
}

/** What was seen of one fault of the server, in figures. Times are Unix ms. */
export type Witness =
  | {
      readonly kind: 'kill';
      readonly pid: number;
      readonly goneAtMs: number;
      /** null: it was not started again. */
      readonly again: { readonly pid: number; readonly atMs: number } | null;
    }
  | {
      readonly kind: 'pause';
      readonly pid: number;
      readonly stoppedAtMs: number;
      readonly continuedAtMs: number;
      /** State of the process as the system says it, `T` is stopped: when it was to stand still, before it went on, and after. */
      readonly states: readonly [string, string, string];
    }
  | {
      readonly kind: 'cpu';
      readonly pid: number;
      readonly forMs: number;
      /** For how long its thread was busy with it by its own account, and CPU time that the system counted for all that it did. */
      readonly burntMs: number;
      readonly usedMs: number;
    }
  | {
      readonly kind: 'memory';
      readonly pid: number;
      /** Its memory as the system counts it: before, and the least while it held more. */
      readonly beforeBytes: number;
      readonly heldBytes: number;
    }
  | {
      readonly kind: 'clock';
      readonly pid: number;
      /** How far its clock was ahead of the harness's: before, right after the step, before it was taken back, and after. */
      readonly aheadMs: readonly [number, number, number, number];
    }
  /** Connections of the server to its Redis: those that were cut, and those that it tried meanwhile. */
  | { readonly kind: 'redis'; readonly cut: number; readonly refused: number }
  | {
      readonly kind: 'command';
      readonly file: string;
      readonly name: string;
      readonly begin: CommandCall;
      readonly end: CommandCall;
    }
  | PodWitness
  /** It could not be begun, or was not seen. */
  | { readonly kind: 'trouble'; readonly why: string };

export interface Ended {
  readonly witness: Witness;
  /** Why it may still be on: from then on nobody knows what clients meet. Absent: it is over. */
  readonly stillOn?: string | undefined;
}

/** A fault that has begun. */
export interface ActiveFault {
  /** Ends it, whatever happened since. Never throws. */
  end(): Promise<Ended>;
}

/** By the kinds, so that the compiler sees a new one. */
const KINDS: Readonly<Record<ProcessFault['kind'], true>> = {
  kill: true,
  pause: true,
  cpu: true,
  memory: true,
  clock: true,
  redis: true,
  command: true,
};

export function isServerFaultKind(kind: string): kind is ServerFaultKind {
  return Object.hasOwn(KINDS, kind) || isPodFault({ kind });
}

/** Whether the server can still tell what it did meanwhile. Of a program of the user's nobody knows. */
export function leavesTelemetry({ kind }: ServerFault): boolean {
  switch (kind) {
    case 'cpu':
    case 'memory':
    case 'redis':
      return true;
    // What it had counted and not yet sent is lost; what it is asked has no answer; what it says has another time.
    case 'kill':
    case 'pause':
    case 'clock':
    case 'command':
    // The same holds for pods: what a counter of several of them says depends on who is asked, and an agent answers for the server.
    case 'pod-status':
    case 'pod-latency':
    case 'pod-drop':
    case 'pod-kill':
      return false;
    default:
      throw new Error(`${JSON.stringify(kind satisfies never)} is no fault of a server`);
  }
}
