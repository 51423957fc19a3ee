/**
 * One debate watched from its start: creation, `debate_start` to the first `agent_message`, events in order.
 * `k6 run scenarios/agents.ts -e TARGET=http://127.0.0.1:8080`
 */
import { clearTimeout, setTimeout } from 'k6/timers';
import { createDebate } from './debates.ts';
import { type Arrival, arrival, record } from './kit.ts';
import { AGENT_TIMEOUT_MS, standalone } from './settings.ts';
import { Socket, type StreamEvent } from './socket.ts';

export const options = standalone({ agents: 5 });

export default function agents(): void {
  new DebateWatch(arrival());
}

class DebateWatch {
  readonly #due: Arrival;
  readonly #socket: Socket;
  readonly #deadline: ReturnType<typeof setTimeout>;
  #debateId: string | undefined;
  #createdAtMs = 0;
  #startedAtMs: number | undefined;
  #answered = false;
  #lastSeq = Number.NEGATIVE_INFINITY;
  #order: string | undefined;
  #over = false;

  constructor(due: Arrival) {
    this.#due = due;
    this.#deadline = setTimeout(() => this.#finish('timeout'), AGENT_TIMEOUT_MS);
    this.#socket = new Socket(due.traceparent, {
      onReady: () => this.#create(),
      onEvent: (event, atMs) => this.#event(event, atMs),
      onGone: () => this.#finish('connection-lost'),
    });
  }

  #create(): void {
    // The handshake came in between, so the creation counts from here.
    this.#debateId = createDebate({ ...this.#due, latenessMs: 0 });
    this.#createdAtMs = Date.now();
    if (this.#debateId === undefined) this.#finish('no-debate');
    else this.#socket.send({ type: 'subscribe', debate_id: this.#debateId });
  }

  #event(event: StreamEvent, atMs: number): void {
    const debateId = event.debate_id ?? event.loop_id ?? event.data?.['debate_id'];
    if (this.#debateId === undefined || debateId !== this.#debateId) return;
    this.#checkOrder(event);
    if (event.type === 'debate_start') this.#startedAtMs ??= atMs;
    else if (event.type === 'agent_message' && !this.#answered) {
      this.#answered = true;
      record('agent-response', Math.max(0, atMs - (this.#startedAtMs ?? this.#createdAtMs)), 'ok', this.#due);
    } else if (event.type === 'debate_end') this.#finish('no-agent-message');
  }

  #checkOrder(event: StreamEvent): void {
    if (event.seq === undefined) return;
    if (event.seq <= this.#lastSeq) this.#order ??= event.seq === this.#lastSeq ? 'seq-repeated' : 'seq-backwards';
    this.#lastSeq = event.seq;
    if (event.type === 'agent_message' && this.#startedAtMs === undefined) this.#order ??= 'message-before-start';
  }

  /** `lack` is why there was no agent's message, if there was none. */
  #finish(lack: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    if (!this.#answered) record('agent-response', AGENT_TIMEOUT_MS, lack, this.#due);
    if (this.#lastSeq > Number.NEGATIVE_INFINITY) record('ws-order', 0, this.#order ?? 'ok');
    this.#socket.close();
  }
}
