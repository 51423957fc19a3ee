/** What a client writes down of the debate that it watches: its messages, its end, its consensus, how long it lasted. Nothing of it is judged here. */
import {
  debateConsensus,
  debateEnd,
  debateEndedAt,
  debateHeardAt,
  debateMessage,
  debateSpokenAt,
  debateTalk,
} from '../lib/journeys/agents.ts';
import type { StreamEvent } from './content/frame.ts';
import { record, recordMoment } from './kit.ts';

/** When an event arrived, and the time inside it (Unix seconds). */
export interface Moment {
  readonly atMs: number;
  readonly timestamp: number;
}

export class DebateLedger {
  readonly #sentAtMs: number;
  /** Replayed events and live ones overlap, so the same message may come twice. */
  readonly #messages = new Set<string>();
  #first: Moment | undefined;
  #last: Moment | undefined;
  #agreed = false;

  /** @param sentAtMs when the debate's creation was sent. */
  constructor(sentAtMs: number) {
    this.#sentAtMs = sentAtMs;
  }

  message({ seq, agent, timestamp = Number.NaN }: StreamEvent, atMs: number): void {
    const key = `${seq} ${agent} ${timestamp}`;
    if (this.#messages.has(key)) return;
    this.#messages.add(key);
    this.#last = { atMs, timestamp };
    this.#first ??= this.#last;
    record(debateMessage, Math.max(0, atMs - this.#sentAtMs), 'ok');
  }

  consensus({ data }: StreamEvent): void {
    if (this.#agreed || data?.['reached'] === false) return;
    this.#agreed = true;
    record(debateConsensus, 0, 'ok');
  }

  ended(start: Moment | undefined, atMs: number): void {
    record(debateEnd, Math.max(0, atMs - this.#sentAtMs), 'ok');
    const talkedMs = this.#sinceStart(start, this.#last);
    record(debateTalk, talkedMs, 'ok');
    recordMoment(debateHeardAt, this.#sentAtMs + this.#sinceStart(start, this.#first));
    recordMoment(debateSpokenAt, this.#sentAtMs + talkedMs);
    recordMoment(debateEndedAt, atMs);
  }

  #sinceStart(start: Moment | undefined, to: Moment | undefined): number {
    return start === undefined || to === undefined ? 0 : betweenMs(start, to);
  }
}

/**
 * At least this long lay between two events. A frame may be held back on its way, and a clock may be wrong, so the shorter of both times
 * counts. Whole seconds may be rounded ones.
 */
function betweenMs(from: Moment, to: Moment): number {
  const roundedSec = Number.isInteger(from.timestamp) && Number.isInteger(to.timestamp) ? 1 : 0;
  const statedMs = (to.timestamp - from.timestamp - roundedSec) * 1000;
  return Math.max(0, Math.min(to.atMs - from.atMs, statedMs) || 0);
}
