/** The target's time: a clock that starts at 0, and waits that never outlive it. */
import { performance } from 'node:perf_hooks';

export class Clock {
  readonly #startedMs = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  /** Ms since the start, fractional, monotonic. */
  nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Runs `action` after `ms`; at once, without a timer, for less than half a millisecond. Never after `stop`. */
  after(ms: number, action: () => void): void {
    if (this.#isStopped) return;
    if (ms < 0.5) {
      action();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** Runs `action` every `ms` until `stop`. */
  every(ms: number, action: () => void): void {
    this.#timers.add(setInterval(action, ms));
  }

  /** Resolves after `ms`; never after `stop`. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Cancels everything that still waits; nothing begins any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
