/** The stage on which the scripts of the load play without k6: a clock that jumps, timers, the samples that were recorded, and the server's side. */
import { START_SECOND } from '../../support/judged.ts';

/** What a client gets for an HTTP request; `reset`: no answer at all. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface HttpAsked {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
}

/** One frame as a client gets it. */
export interface Frame {
  /** Since the message of the client that it answers. */
  readonly afterMs: number;
  /** `null` is a binary frame. */
  readonly text: string | null;
}

export interface Server {
  ask(asked: HttpAsked): HttpAnswer | 'reset';
  /** What it sends after the handshake. */
  greet(): readonly Frame[];
  /** What it sends because of a message of the client. */
  hear(message: Readonly<Record<string, unknown>>): readonly Frame[];
}

export interface Sample {
  readonly endpoint: string;
  readonly outcome: string;
  readonly ms: number;
  readonly atMs: number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export const START_MS = START_SECOND * 1000;

export class Stage {
  nowMs = START_MS;
  scenario = '';
  iteration = 0;
  readonly samples: Sample[] = [];
  readonly server: Server;
  /** In the order in which they are due. */
  readonly #timers: Timer[] = [];

  constructor(server: Server) {
    this.server = server;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { atMs: this.nowMs + Math.max(0, ms), run };
    const next = this.#timers.findLastIndex(({ atMs }) => atMs <= timer.atMs) + 1;
    this.#timers.splice(next, 0, timer);
    return timer;
  }

  cancel(timer: unknown): void {
    const at = this.#timers.indexOf(timer as Timer);
    if (at !== -1) this.#timers.splice(at, 1);
  }

  /** Runs what is due, in its order, until nothing is left or the time is over. */
  run(untilMs: number): void {
    for (let first = this.#timers.shift(); first !== undefined && first.atMs <= untilMs; first = this.#timers.shift()) {
      this.nowMs = Math.max(this.nowMs, first.atMs);
      first.run();
    }
  }
}

let present: Stage | undefined;

/** The stage of the mutant that is played. */
export function stage(): Stage {
  if (present === undefined) throw new Error('nothing is played');
  return present;
}

/** Sets the stage, and the clock that scripts read. */
export function enter(next: Stage): void {
  present = next;
  Date.now = () => next.nowMs;
}
