/** What is opened before the load and asked again after it: a WebSocket, a kept connection. */
import { healthProblem } from '../../../core/health-answer.ts';
import { Line } from '../../../http/client.ts';
import type { IdleLineSeen, MonitorSeen, OldSocketSeen, Part, ServicesSeen } from '../observation.ts';
import { type Answer, type Asking, answered, objectIn, textOf } from './asking.ts';
import { Listener } from './listener.ts';

const HEALTH = '/api/health';
const SERVICES = '/api/health/services';
/** As the monitor of the guide names itself. */
const MONITOR = 'Uptime-Kuma/1.23.16';
/** Shorter than the time after which proxies close a connection that says nothing (nginx: 60 s). */
const AWAKE_MS = 15_000;
/** Fifty times what the objectives allow to an answer about health. */
const ANSWER_MS = 5000;

export class OldSocket {
  readonly listener = new Listener();
  #failure: string | null = null;
  #awake: NodeJS.Timeout | undefined;

  async open(asking: Asking): Promise<void> {
    this.listener.isListening = false;
    this.#failure = await this.listener.open(asking);
    this.#awake = setInterval(() => this.listener.keepAwake(), AWAKE_MS);
    this.#awake.unref();
  }

  /** @param newest a socket that was opened after the load; null: none opened. */
  async ask(asking: Asking, newest: Listener | null): Promise<Part<OldSocketSeen>> {
    if (this.#failure !== null) return { lacking: `no WebSocket opened before the load: ${this.#failure}` };
    const { openedAtMs, closed } = this.listener;
    this.listener.isListening = true;
    const heldSec = (Date.now() - openedAtMs) / 1000;
    const afterSec = closed === null ? 0 : (closed.atMs - openedAtMs) / 1000;
    // The new one first: it must not have waited for the old one.
    const newPong = newest === null ? null : await newest.pong(asking);
    const pong = closed === null ? await this.listener.pong(asking) : null;
    // Who ended it here has no word of the server.
    const ended = this.listener.ended ?? newest?.ended ?? null;
    if (ended !== null) return { lacking: ended };
    return { heldSec, closed: closed === null ? null : { code: closed.code, afterSec }, pong, newPong };
  }

  leave(): void {
    clearInterval(this.#awake);
    this.listener.leave();
  }
}

export class IdleLine {
  readonly #line = new Line();
  #first: Answer | undefined;
  #usedAtMs = 0;

  async open(asking: Asking): Promise<void> {
    this.#first = await asking.ask(HEALTH, {}, this.#line);
    this.#usedAtMs = Date.now();
  }

  async ask(asking: Asking): Promise<Part<IdleLineSeen>> {
    if (this.#first === undefined) return { lacking: 'no connection was made before the load' };
    const idleSec = (Date.now() - this.#usedAtMs) / 1000;
    const before = this.#line.connections;
    const again = await asking.ask(HEALTH, { timeoutMs: ANSWER_MS }, this.#line);
    const isSame = this.#line.connections === before;
    const againStatus = healthIn(again);
    return { idleSec, first: answered(this.#first), again: answered(again), againStatus, isSame };
  }

  async close(): Promise<void> {
    await this.#line.close();
  }
}

/**
 * Health for a client of no name, and for a monitor; why the server does not answer at all. Where they differ, both ask again, the monitor first:
 * health may change meanwhile, and replicas that answer in turns may have each its own.
 */
export async function askAsMonitor(asking: Asking): Promise<MonitorSeen | string> {
  const asMonitor = () => asking.ask(HEALTH, { headers: { 'user-agent': MONITOR } });
  const own = await asking.ask(HEALTH);
  if ('trouble' in own) return own.trouble.words;
  const monitor = await asMonitor();
  const isSame = isSameHealth(own, monitor);
  const again = isSame ? [monitor, own] : [await asMonitor(), await asking.ask(HEALTH)];
  return {
    isSteady: [monitor, own].every((before, at) => isSameHealth(before, again[at] ?? before)),
    agent: MONITOR,
    own: answered(own),
    ownStatus: healthIn(own),
    monitor: answered(monitor),
    monitorStatus: healthIn(monitor),
  };
}

function isSameHealth(one: Answer, other: Answer): boolean {
  const statusOf = (answer: Answer) => ('trouble' in answer ? null : answer.status);
  return statusOf(one) === statusOf(other) && healthIn(one) === healthIn(other);
}

export async function askServices(asking: Asking): Promise<ServicesSeen> {
  const answer = await asking.ask(SERVICES);
  const status = healthIn(answer);
  const contradiction = status === 'healthy' && 'text' in answer ? healthProblem(answer.text) : undefined;
  return { answered: answered(answer), status, contradiction: contradiction ?? null };
}

/** What an answer calls the health. */
function healthIn(answer: Answer): string | null {
  return textOf(objectIn(answer)?.['status']);
}
