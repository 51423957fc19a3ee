/**
 * One debate watched from its start: creation, `debate_start` to the first `agent_message`, events in order.
 * `k6 run scenarios/agents.ts -e TARGET=http://127.0.0.1:8080 -e WS=ws://127.0.0.1:8765/ws`
 *
 * By hand it creates one debate a second, because Aragora 2.11.1 runs ten debates at once, and one that it refuses occupies a slot until a
 * restart. It also limits creation per client: `-e DISTINCT_CLIENTS=1` sends a different address with each.
 */
import { clearTimeout, setTimeout } from 'k6/timers';
import { quotesAnother } from '../lib/core/question.ts';
import { isInjected, type SampleOutcome } from '../lib/core/sample-outcome.ts';
import { agentResponse, debateTexts, agents as journey } from '../lib/journeys/agents.ts';
import { wsOrder } from '../lib/journeys/websocket.ts';
import { envelopeProblem } from './content/envelope.ts';
import type { StreamEvent } from './content/frame.ts';
import { DebateContent } from './debate-content.ts';
import { DebateLedger, type Moment } from './debate-ledger.ts';
import { createDebate } from './debates.ts';
import { type Arrival, arrival, record } from './kit.ts';
import { question } from './random.ts';
import { AGENT_TIMEOUT_MS, standalone } from './settings.ts';
import { isOfAnother, Socket } from './socket.ts';

export const options = standalone([journey, 1]);

export default function agents(): void {
  new DebateWatch(arrival());
}

/** Everything that happened since the creation is replayed, so subscribing late loses no early event. */
const FROM_THE_START = 0;
/** How long a client goes on listening after the end. */
const AFTER_END_MS = 100;

class DebateWatch {
  readonly #due: Arrival;
  readonly #socket: Socket;
  readonly #deadline: ReturnType<typeof setTimeout>;
  readonly #question: string;
  #content: DebateContent | undefined;
  #debateId: string | undefined;
  #createdAtMs = 0;
  #start: Moment | undefined;
  #ledger: DebateLedger | undefined;
  #answered = false;
  /** Last sequence number of live events, and of replayed ones. The two overlap; each is in order. */
  readonly #lastSeq = { live: Number.NEGATIVE_INFINITY, replayed: Number.NEGATIVE_INFINITY };
  #events = 0;
  #disorder: SampleOutcome | undefined;
  #over = false;

  constructor(due: Arrival) {
    this.#due = due;
    this.#question = question(due.random);
    this.#deadline = setTimeout(() => this.#finish('timeout'), AGENT_TIMEOUT_MS);
    this.#socket = new Socket(due.traceparent, {
      onReady: () => this.#create(),
      onEvent: (event, atMs, live) => this.#event(event, atMs, live),
      onGone: () => this.#gone(),
    });
  }

  #create(): void {
    const sentAtMs = Date.now();
    const ledger = new DebateLedger(sentAtMs);
    // The handshake came in between, so the creation counts from here.
    const created = createDebate({ ...this.#due, latenessMs: 0 }, this.#question);
    this.#createdAtMs = Date.now();
    this.#ledger = ledger;
    this.#content = new DebateContent(this.#question, sentAtMs);
    if ('failure' in created) {
      // As each question is another one, the debate that came again answers another question.
      if (created.failure === 'debate-again') record(debateTexts, 0, created.failure);
      this.#finish(isInjected(created.failure) ? created.failure : 'no-debate');
      return;
    }
    this.#debateId = created.id;
    this.#socket.send({ type: 'subscribe', debate_id: this.#debateId, replay_from_seq: FROM_THE_START });
  }

  #event(event: StreamEvent, atMs: number, live: boolean): void {
    this.#disorder ??= envelopeProblem(event);
    if (event.loop_id === undefined || event.timestamp === undefined) return;
    // What comes after the end still shows whether it was the end.
    if (event.loop_id === this.#debateId) this.#content?.event(event, atMs);
    this.#checkOrder(event, live ? 'live' : 'replayed');
    if (this.#over) return;
    if (event.loop_id !== this.#debateId) return;
    // A replayed start was before the subscription, so its arrival says nothing: it counts from the creation.
    if (event.type === 'debate_start' && isAbout(event, this.#question))
      this.#start ??= { atMs: live ? atMs : this.#createdAtMs, timestamp: event.timestamp };
    else if (event.type === 'debate_start') this.#another(event);
    else if (event.type === 'agent_message') this.#message(event, event.timestamp, atMs);
    else if (event.type === 'consensus') this.#ledger?.consensus(event);
    else if (event.type === 'debate_end') this.#ended(atMs);
  }

  /** A server may put a question in its own words. Only that of another debate is never right. */
  #another({ data }: StreamEvent): void {
    if (quotesAnother(String(data?.['task']), this.#question)) record(debateTexts, 0, 'another-question');
    this.#finish('another-question');
  }

  #message(event: StreamEvent, timestamp: number, atMs: number): void {
    this.#ledger?.message(event, atMs);
    if (event.agent && !isWordless(event)) this.#answer(timestamp, atMs);
  }

  #ended(atMs: number): void {
    this.#ledger?.ended(this.#start, atMs);
    this.#finish('no-agent-message', AFTER_END_MS);
  }

  #answer(timestamp: number, atMs: number): void {
    if (this.#answered) return;
    this.#answered = true;
    if (this.#start === undefined) this.#disorder ??= 'message-before-start';
    const start = this.#start ?? { atMs: this.#createdAtMs, timestamp };
    // Frames that were held back arrive together, as if no time had passed. The server's own times are then better, as far as the client
    // waited at all.
    const serverMs = Math.min((timestamp - start.timestamp) * 1000, atMs - this.#createdAtMs);
    record(agentResponse, Math.max(0, atMs - start.atMs, serverMs || 0), 'ok', this.#due);
  }

  /** One socket follows one debate, so another debate's event is a leak. Numbers may skip, but never repeat or go back. */
  #checkOrder({ loop_id, seq }: StreamEvent, path: 'live' | 'replayed'): void {
    this.#events += 1;
    if (isOfAnother(loop_id, this.#debateId)) this.#disorder ??= 'event-of-another-debate';
    if (seq === undefined) {
      this.#disorder ??= 'no-seq';
      return;
    }
    if (seq === this.#lastSeq[path]) this.#disorder ??= 'seq-repeated';
    else if (seq < this.#lastSeq[path]) this.#disorder ??= 'seq-backwards';
    this.#lastSeq[path] = seq;
  }

  /** `lack`: why there was no agent's message, if there was none. */
  #finish(lack: SampleOutcome, listenForMs = 0): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    if (this.#answered) this.#content?.record();
    else record(agentResponse, AGENT_TIMEOUT_MS, lack, this.#due);
    // k6 hands over no message of a socket that it closes.
    if (listenForMs > 0) setTimeout(() => this.#socket.close(), listenForMs);
    else this.#socket.close();
  }

  #gone(): void {
    this.#finish(this.#createdAtMs === 0 ? 'no-socket' : 'connection-lost');
    if (this.#events > 0) record(wsOrder, 0, this.#disorder ?? this.#content?.disorder ?? 'ok');
  }
}

/** Whether a message has an empty content: it then is not an answer. */
function isWordless({ data }: StreamEvent): boolean {
  const content = data?.['content'];
  return typeof content === 'string' && content.trim() === '';
}

/** Whether a debate's start has this question, perhaps among other words, or has no question. */
function isAbout({ data }: StreamEvent, question: string): boolean {
  const task = data?.['task'];
  return typeof task !== 'string' || task.includes(question);
}
