/**
 * Corrects values that count from the due time of their arrival, after arrivals of the same scenario were dropped. The same arithmetic,
 * step for step, as engine/hdr/drops.go, which has the derivation; the tests check that both agree. Times are Unix ms, values ms.
 */

/** Limits the memory for one scenario's drops; above it the older half is folded into `#base`. */
const MAX_RUNS = 2 ** 17;

/** From this raw due time on, this many arrivals had been dropped before. */
interface Run {
  readonly fromMs: number;
  dropped: number;
}

export class Drops {
  readonly #slotMs: number;
  #dropped = 0;
  #base = 0;
  #runs: Run[] = [];

  /** `slotMs`: between two arrivals of the scenario that its generator starts, > 0. */
  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** Records one dropped arrival. */
  add(atMs: number): void {
    const fromMs = atMs - (this.#dropped + 0.5) * this.#slotMs;
    this.#dropped += 1;
    for (let last = this.#runs.at(-1); last !== undefined && last.fromMs >= fromMs; last = this.#runs.at(-1))
      this.#runs.pop();
    const last = this.#runs.at(-1);
    if (last !== undefined && fromMs - last.fromMs < this.#slotMs / 2) {
      last.dropped = this.#dropped;
      return;
    }
    this.#runs.push({ fromMs, dropped: this.#dropped });
    if (this.#runs.length > MAX_RUNS) {
      const folded = this.#runs.splice(0, Math.floor(this.#runs.length / 2));
      this.#base = folded.at(-1)?.dropped ?? this.#base;
    }
  }

  /** The value of a sample that was complete at `completedMs`, counted from its true due time. */
  correct(completedMs: number, valueMs: number): number {
    if (this.#dropped === 0) return valueMs;
    const before = this.#droppedBefore(completedMs - valueMs);
    const most = Math.ceil(valueMs / this.#slotMs) - 1;
    return valueMs - Math.max(0, Math.min(before, most)) * this.#slotMs;
  }

  /** `dropped` of the last run with fromMs ≤ dueMs, found by bisection. */
  #droppedBefore(dueMs: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.fromMs ?? 0) > dueMs) high = middle;
      else low = middle + 1;
    }
    return this.#runs[low - 1]?.dropped ?? this.#base;
  }
}
