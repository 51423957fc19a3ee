/** Looks at Prometheus again and again, and records every change of a rule's state between the two looks that it happened between. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RULE_STATES, type RuleState } from '../systems/alerts/model/timeline.ts';
import { type ApiAccess, type RuleNow, rulesNow } from './prometheus.ts';
import type { Recorded } from './record.ts';

export interface WatchOptions {
  readonly prometheus: ApiAccess;
  readonly recorded: Recorded;
  /** Real time. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Called when it has not answered for a while. */
  readonly onLost: (what: string) => void;
}

/** A machine that is busy with something else may keep it from answering for so long. */
const PATIENCE_MS = 20_000;

export class Watch {
  readonly #options: WatchOptions;
  readonly #states = new Map<string, RuleState>();
  readonly #waiting = new Set<() => void>();
  /** When the question of the last look was sent. */
  #lookedMs = Date.now();
  #answeredMs = Date.now();
  #latest: readonly RuleNow[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** As listed at the last look; [] before the first. */
  get rules(): readonly RuleNow[] {
    return this.#latest;
  }

  state(rule: string): RuleState | undefined {
    return this.#states.get(rule);
  }

  /** Until the signal. */
  async run(): Promise<void> {
    const { everyMs, signal } = this.#options;
    while (!signal.aborted) {
      await this.#look();
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Whether `holds` became true within `limitMs`; asked after each look. Throws the signal's reason. */
  async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    const { signal } = this.#options;
    const deadlineMs = performance.now() + limitMs;
    for (;;) {
      signal.throwIfAborted();
      if (holds()) return true;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      await this.#next(leftMs);
    }
  }

  #next(limitMs: number): Promise<void> {
    const { signal } = this.#options;
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async #look(): Promise<void> {
    const { prometheus, signal, onLost } = this.#options;
    const sentMs = Date.now();
    const answer = await rulesNow(prometheus, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (answer === null) return;
    if (answer.ok) {
      this.#take(answer.rules);
      [this.#lookedMs, this.#answeredMs] = [sentMs, Date.now()];
    } else if (Date.now() - this.#answeredMs > PATIENCE_MS) onLost(answer.reason);
    for (const wake of [...this.#waiting]) wake();
  }

  #take(rules: readonly RuleNow[]): void {
    this.#latest = rules;
    for (const [name, state] of stateByName(rules)) {
      if (this.#states.get(name) === state) continue;
      this.#states.set(name, state);
      this.#options.recorded.add({ kind: 'state', rule: name, state, beforeMs: this.#lookedMs, atMs: Date.now() });
    }
  }
}

/** Of several rules with one name, as a team may have them, the state of the one that is nearest to a page. */
function stateByName(rules: readonly RuleNow[]): ReadonlyMap<string, RuleState> {
  const states = new Map<string, RuleState>();
  for (const { name, state } of rules) {
    const known = states.get(name);
    if (known === undefined || RULE_STATES.indexOf(known) < RULE_STATES.indexOf(state)) states.set(name, state);
  }
  return states;
}
