/**
 * One socket held for the whole run: uptime in slots of one second, pings from their due time, subscription, reconnects.
 * `k6 run scenarios/websocket.ts -e TARGET=http://127.0.0.1:8080 -e WS=ws://127.0.0.1:8765/ws`
 */
import exec from 'k6/execution';
import { clearTimeout, setTimeout } from 'k6/timers';
import { PREPARED_QUESTION } from '../lib/core/question.ts';
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import { serverTime } from '../lib/journeys/kept.ts';
import {
  websocket as journey,
  RECONNECT_MS,
  SOCKET_TIMEOUT_MS,
  wsOrder,
  wsPing,
  wsSubscribe,
  wsUptime,
} from '../lib/journeys/websocket.ts';
import { setup } from './consensus.ts';
import type { StreamEvent } from './content/frame.ts';
import { momentOf, ServerTimes } from './content/server-time.ts';
import { stateProblem } from './content/state.ts';
import { record, recordKept } from './kit.ts';
import { Random } from './random.ts';
import { type Prepared, plan, standalone } from './settings.ts';
import { isOfAnother, Socket } from './socket.ts';

export { setup };
export const options = standalone([journey]);

/** Uptime is counted in slots: one sample a second, whose value is the connected time in it. */
const SLOT_MS = 1000;
/** So many late answers are known again; without a limit, memory would grow with the run. */
const MOST_GIVEN_UP = 64;
/** By so much of it a Unix time may go back, because a clock was set right: some seconds, in whatever unit it is. */
const CLOCK_SHARE = 2e-9;
/** The sockets open within the first second, each for its whole duration from then on. */
const OPENING_MS = 1000;

export default function websocket({ debateId }: Prepared): void {
  const scenario = plan.scenarios[exec.scenario.name];
  if (scenario === undefined) throw new Error(`no scenario ${exec.scenario.name} in the plan`);
  const watch = new Watch(scenario.durationSec, (scenario.pingEverySec ?? 1) * 1000, debateId);
  // All at the same moment would be a storm of handshakes that no profile asked for.
  setTimeout(() => watch.start(), watch.delayMs());
}

type Timer = ReturnType<typeof setTimeout>;

class Watch {
  readonly #random = new Random(plan.seed, exec.scenario.name, exec.vu.idInTest);
  readonly #durationMs: number;
  readonly #pingEveryMs: number;
  readonly #debateId: string | null;
  readonly #times = new ServerTimes();
  /** Sent and not yet answered: by `ts`, the timer that gives it up. */
  readonly #pings = new Map<number, Timer>();
  /** Given up lately, by `ts`: an answer to one of these was asked for, and its lateness is recorded. */
  readonly #givenUp = new Set<number>();
  #beganMs = 0;
  #socket: Socket | undefined;
  /** The schedule begins when the first handshake is decided; undefined until then. */
  #startMs: number | undefined;
  #slotStartMs = 0;
  #slotConnectedMs = 0;
  #openSinceMs: number | undefined;
  #subscription: { readonly askedAtMs: number; readonly timer: Timer } | undefined;
  /** On the present connection. */
  #subscribed = false;
  /** The last time that the server gave, in its own unit. */
  #serverTime = Number.NEGATIVE_INFINITY;

  constructor(durationSec: number, pingEveryMs: number, debateId: string | null) {
    this.#durationMs = durationSec * 1000;
    this.#pingEveryMs = pingEveryMs;
    this.#debateId = debateId;
  }

  /** Uniform over `OPENING_MS`, from the seed. */
  delayMs(): number {
    return (this.#random.uint32() / 2 ** 32) * OPENING_MS;
  }

  start(): void {
    this.#beganMs = Date.now();
    this.#connect();
  }

  #connect(): void {
    const traceparent = `00-${this.#random.hex(32)}-${this.#random.hex(16)}-00`;
    this.#socket = new Socket(traceparent, {
      onReady: (openedAtMs) => this.#up(openedAtMs),
      onEvent: (event, atMs) => this.#event(event, atMs),
      onGone: (atMs) => this.#down(atMs),
    });
  }

  get #endMs(): number {
    return (this.#startMs ?? Number.POSITIVE_INFINITY) + this.#durationMs;
  }

  /** If the first handshake failed, the schedule starts when that handshake began: the waiting was downtime. */
  #begin(startMs: number): void {
    if (this.#startMs !== undefined) return;
    this.#startMs = startMs;
    this.#slotStartMs = startMs;
    this.#tick();
    this.#ping(startMs + (this.#random.uint32() / 2 ** 32) * this.#pingEveryMs);
  }

  #up(openedAtMs: number): void {
    this.#begin(openedAtMs);
    this.#advance(Date.now());
    this.#openSinceMs = Math.max(openedAtMs, this.#slotStartMs);
    if (this.#debateId === null) return;
    const timer = setTimeout(() => this.#settleSubscription(SOCKET_TIMEOUT_MS, 'timeout'), SOCKET_TIMEOUT_MS);
    this.#subscription = { askedAtMs: Date.now(), timer };
    this.#socket?.send({ type: 'subscribe', debate_id: this.#debateId });
  }

  #settleSubscription(latencyMs: number, outcome: SampleOutcome): void {
    if (this.#subscription !== undefined) clearTimeout(this.#subscription.timer);
    this.#subscription = undefined;
    record(wsSubscribe, latencyMs, outcome);
  }

  #event(event: StreamEvent, atMs: number): void {
    if (event.type === 'sync' && this.#subscription !== undefined) {
      this.#settleSubscription(Math.max(0, atMs - this.#subscription.askedAtMs), this.#syncOutcome(event));
      this.#subscribed = true;
    } else if (event.type === 'pong') {
      this.#pong(event.data ?? {}, atMs);
    } else if (this.#subscribed && event.loop_id !== undefined && event.timestamp !== undefined) {
      if (isOfAnother(event.loop_id, this.#debateId ?? undefined)) record(wsOrder, 0, 'event-of-another-debate');
    }
  }

  #pong({ client_ts, server_ts }: Readonly<Record<string, unknown>>, atMs: number): void {
    const dueMs = Number(client_ts);
    const before = this.#serverTime;
    if (typeof server_ts === 'number') this.#serverTime = server_ts;
    // The server's words are not trusted: only a ping that was sent shows how long it took.
    if (this.#givenUp.delete(dueMs)) return;
    if (!this.#forgetPing(dueMs)) record(wsPing, 0, 'unasked-pong');
    else if (this.#serverTime < before - Math.abs(before) * CLOCK_SHARE) record(wsPing, 0, 'time-went-back');
    else this.#answered(dueMs, atMs, momentOf(server_ts).atMs);
  }

  #answered(dueMs: number, atMs: number, serverMs: number): void {
    record(wsPing, Math.max(0, atMs - dueMs), 'ok');
    if (Number.isNaN(serverMs)) return;
    recordKept(serverTime, this.#times.problem({ serverMs, earliestMs: dueMs, latestMs: atMs }));
  }

  #syncOutcome({ debate_id, loop_id, data = {} }: StreamEvent): SampleOutcome {
    const id = this.#debateId ?? '';
    const loops = [loop_id, data['loop_id'], data['id']].filter((loop) => typeof loop === 'string');
    if (loops.some((loop) => isOfAnother(loop, id))) return 'sync-of-another-debate';
    const { consensus = null, confidence = null, text = null, answer = null, texts = [] } = plan.prepared ?? {};
    const known = { id, question: PREPARED_QUESTION, consensus, confidence, text, answer, texts };
    return stateProblem(debate_id, data, known) ?? 'ok';
  }

  /** Whether it was waited for. */
  #forgetPing(ts: number): boolean {
    const timer = this.#pings.get(ts);
    if (timer !== undefined) clearTimeout(timer);
    return this.#pings.delete(ts);
  }

  #down(atMs: number): void {
    this.#begin(this.#beganMs);
    this.#advance(atMs);
    if (this.#openSinceMs !== undefined) this.#slotConnectedMs += atMs - Math.max(this.#openSinceMs, this.#slotStartMs);
    this.#openSinceMs = undefined;
    // What was under way was lost with the connection; the close code and the uptime show that.
    for (const ts of [...this.#pings.keys()]) this.#forgetPing(ts);
    this.#givenUp.clear();
    if (this.#subscription !== undefined) clearTimeout(this.#subscription.timer);
    this.#subscription = undefined;
    this.#subscribed = false;
    // Another host may answer next.
    this.#serverTime = Number.NEGATIVE_INFINITY;
    if (atMs + RECONNECT_MS < this.#endMs) setTimeout(() => this.#connect(), RECONNECT_MS);
  }

  /** Ends every slot that lies before `nowMs`. */
  #advance(nowMs: number): void {
    for (let endMs = this.#slotStartMs + SLOT_MS; endMs <= nowMs && endMs <= this.#endMs; endMs += SLOT_MS) {
      if (this.#openSinceMs !== undefined)
        this.#slotConnectedMs += endMs - Math.max(this.#openSinceMs, this.#slotStartMs);
      record(wsUptime, this.#slotConnectedMs, this.#slotConnectedMs >= SLOT_MS ? 'ok' : 'down');
      this.#slotStartMs = endMs;
      this.#slotConnectedMs = 0;
    }
  }

  #tick(): void {
    this.#advance(Date.now());
    if (this.#slotStartMs < this.#endMs) setTimeout(() => this.#tick(), this.#slotStartMs + SLOT_MS - Date.now());
    else this.#finish();
  }

  #ping(dueMs: number): void {
    if (dueMs >= this.#endMs) return;
    setTimeout(
      () => {
        if (this.#openSinceMs !== undefined) this.#sendPing(dueMs);
        this.#ping(dueMs + this.#pingEveryMs);
      },
      Math.max(0, dueMs - Date.now()),
    );
  }

  #sendPing(dueMs: number): void {
    const ts = Math.round(dueMs);
    this.#pings.set(
      ts,
      setTimeout(() => this.#giveUp(ts), SOCKET_TIMEOUT_MS),
    );
    this.#socket?.send({ type: 'ping', ts });
  }

  #giveUp(ts: number): void {
    if (!this.#pings.delete(ts)) return;
    record(wsPing, SOCKET_TIMEOUT_MS, 'timeout');
    this.#givenUp.add(ts);
    // A Set keeps the order in which it was filled: the oldest first.
    for (const oldest of this.#givenUp) if (this.#givenUp.size > MOST_GIVEN_UP) this.#givenUp.delete(oldest);
  }

  /** Closes the socket once every ping has its answer or its time is over. */
  #finish(): void {
    if (this.#pings.size > 0 || this.#subscription !== undefined) setTimeout(() => this.#finish(), 50);
    else this.#socket?.close();
  }
}
