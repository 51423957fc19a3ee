/**
 * Series that move by themselves: the count of the scrapes themselves, under whatever label, or a gauge that goes with time. They are learnt
 * before the load, when nothing else moves, and from then on until one of them moves in another way.
 */
import type { MetricSeries } from '../observation.ts';

/** How far a series moved from one scrape to the next; null for what is no number, or was not there. */
export interface Step extends Pick<MetricSeries, 'name' | 'labels'> {
  readonly isGauge: boolean;
  readonly by: number | null;
}

/** Fewer could be chance. */
const LEAST_STEPS = 3;

export class SelfMoving {
  /** Step by series; those of a gauge may differ. */
  #known: ReadonlyMap<string, number | 'gauge'> | undefined;
  #steps = 0;

  /** One more step, the first one before the load. */
  note(steps: Iterable<Step>): void {
    this.#steps += 1;
    const known = this.#known;
    const still = new Map<string, number | 'gauge'>();
    for (const { name, labels, isGauge, by } of steps) {
      if (by === null || by === 0) continue;
      const key = keyOf(name, labels);
      const step = isGauge ? 'gauge' : by;
      if (known === undefined || known.get(key) === step) still.set(key, step);
    }
    this.#known = still;
  }

  /** Whether it has moved by itself all the time. A histogram's parts do so with its count. */
  has({ name, labels }: Pick<MetricSeries, 'name' | 'labels'>): boolean {
    if (this.#known === undefined || this.#known.size === 0 || this.#steps < LEAST_STEPS) return false;
    const base = name.replace(/_(?:bucket|sum)$/, '');
    return this.#known.has(keyOf(name, labels)) || (base !== name && this.#known.has(keyOf(`${base}_count`, labels)));
  }
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).filter(([label]) => label !== 'le');
  return JSON.stringify([name, sorted.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
