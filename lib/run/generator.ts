/** What one generator of a load reported: what it started, how late, and what it used. */
import { START_LATENESS } from '../core/endpoint.ts';
import type { IntervalRecord, StartRecord } from '../core/engine-protocol.ts';
import { generatorId, type LoadGenerator } from '../core/generators.ts';
import type { LatencyHistogram } from '../core/recording.ts';
import type { Segment } from '../core/segment.ts';
import { SparseSum } from '../record/index.ts';
import { CpuUsage } from './usage.ts';
import { warmedUp } from './warm-up.ts';

export class GeneratorTally {
  readonly segment: Segment;
  readonly #lateness = new SparseSum();
  readonly #iterations: Record<string, number> = {};
  readonly #usage = new CpuUsage();
  readonly #isWarm: ReturnType<typeof warmedUp>;
  #firstArrivalSec: number | null = null;
  #reportedSec = -Infinity;
  #version: string | undefined;
  #peakRssBytes: number | null = null;
  /** How far its clock is ahead of this machine's, ms; null: it is this machine's own. */
  clockOffsetMs: number | null = null;

  constructor(segment: Segment, warmUpSec: number) {
    this.segment = segment;
    this.#isWarm = warmedUp(warmUpSec);
  }

  get id(): string {
    return generatorId(this.segment);
  }

  /** The last second (Unix) of which it has sent a record; -Infinity before the first. */
  get reportedSec(): number {
    return this.#reportedSec;
  }

  /** Completed iterations by scenario. */
  get iterations(): Readonly<Record<string, number>> {
    return this.#iterations;
  }

  /** What it says of itself, wherever it runs. */
  began({ engineVersion, cores }: StartRecord): void {
    this.#version = /^k6 (v\S+)/.exec(engineVersion)?.[1];
    if (cores !== undefined) this.#usage.cores = cores;
  }

  /** @returns whether the record is of the time after the warm-up, and so to be kept. */
  heard(record: IntervalRecord): boolean {
    this.#usage.add(record.cpuUs);
    this.#reportedSec = Math.max(this.#reportedSec, record.second);
    if (record.endpoints[START_LATENESS] !== undefined) this.#firstArrivalSec ??= record.second;
    return this.#isWarm(record);
  }

  /** Adds a record that was kept. Of its seconds nothing is kept here: there may be a thousand generators, for hours. */
  add({ endpoints, iterations, peakRssBytes = 0 }: IntervalRecord): void {
    const histogram = endpoints[START_LATENESS]?.histogram;
    if (histogram !== undefined) this.#lateness.add(histogram);
    for (const [scenario, count] of Object.entries(iterations))
      this.#iterations[scenario] = (this.#iterations[scenario] ?? 0) + count;
    this.#peakRssBytes = Math.max(this.#peakRssBytes ?? 0, peakRssBytes) || null;
  }

  figures(engine: LoadGenerator['engine']): LoadGenerator {
    return {
      id: this.id,
      segment: this.segment,
      engine: { ...engine, version: this.#version ?? engine.version },
      clockOffsetMs: this.clockOffsetMs,
      cpuShare: this.#usage.share(),
      ...(this.segment.of > 1 && { firstArrivalSec: this.#firstArrivalSec }),
      peakRssBytes: this.#peakRssBytes,
      startLatenessUs: startLateness(this.#lateness),
    };
  }
}

/** null without samples. */
export function startLateness(
  late: Pick<LatencyHistogram, 'percentileUs'> | undefined,
): LoadGenerator['startLatenessUs'] {
  const [p50 = null, p99 = null, max = null] = [50, 99, 100].map((percentile) => late?.percentileUs(percentile));
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}
