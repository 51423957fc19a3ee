/** What one generator of a load reported: what it started, how late, and what it used. */
import { START_LATENESS } from '../core/endpoint.ts';
import type { EnginePlan, IntervalRecord, StartRecord } from '../core/engine-protocol.ts';
import { generatorId, type LoadGenerator } from '../core/generators.ts';
import type { Recording } from '../core/recording.ts';
import type { Segment } from '../core/segment.ts';
import { Recorder } from '../record/index.ts';
import { CpuUsage } from './usage.ts';
import { warmedUp } from './warm-up.ts';

export class GeneratorTally {
  readonly segment: Segment;
  readonly #started: Recorder;
  readonly #usage = new CpuUsage();
  readonly #isWarm: ReturnType<typeof warmedUp>;
  #firstArrivalSec: number | null = null;
  #reportedSec = -Infinity;
  #version: string | undefined;
  /** How far its clock is ahead of this machine's, ms; null: it is this machine's own. */
  clockOffsetMs: number | null = null;

  constructor(segment: Segment, plan: Pick<EnginePlan, 'scenarios'>, warmUpSec: number) {
    this.segment = segment;
    this.#started = new Recorder({ scenarios: plan.scenarios, endpoints: [START_LATENESS], limitsUs: {} });
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
    return this.#started.snapshot().iterations;
  }

  /** What it says of itself, wherever it runs. */
  began({ engineVersion, cores }: StartRecord): void {
    this.#version = /^k6 (v\S+)/.exec(engineVersion)?.[1];
    if (cores !== undefined) this.#usage.cores = cores;
  }

  /** @returns whether the record is of the time after the warm-up, and so to be kept. */
  add(record: IntervalRecord): boolean {
    this.#usage.add(record.cpuUs);
    this.#reportedSec = Math.max(this.#reportedSec, record.second);
    const { [START_LATENESS]: late } = record.endpoints;
    if (late !== undefined) this.#firstArrivalSec ??= record.second;
    if (!this.#isWarm(record)) return false;
    this.#started.add({ ...record, endpoints: late === undefined ? {} : { [START_LATENESS]: late }, dropped: {} });
    return true;
  }

  figures(engine: LoadGenerator['engine']): LoadGenerator {
    return {
      id: this.id,
      segment: this.segment,
      engine: { ...engine, version: this.#version ?? engine.version },
      clockOffsetMs: this.clockOffsetMs,
      cpuShare: this.#usage.share(),
      ...(this.segment.of > 1 && { firstArrivalSec: this.#firstArrivalSec }),
      peakRssBytes: this.#started.snapshot().peakRssBytes,
      startLatenessUs: startLateness(this.#started.finish()),
    };
  }
}

/** null without samples. */
export function startLateness(recording: Recording): LoadGenerator['startLatenessUs'] {
  const total = recording.endpoints.get(START_LATENESS)?.total;
  const [p50, p99, max] = [total?.percentileUs(50) ?? null, total?.percentileUs(99) ?? null, total?.maxUs ?? null];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}
