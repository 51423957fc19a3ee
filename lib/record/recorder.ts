/**
 * Turns engine records into a Recording: each record's samples go to their endpoint (endpoint-sums.ts), and dropped arrivals count as failed
 * at the endpoints that they owed a sample.
 */
import type { Endpoint } from '../core/endpoint.ts';
import type { EnginePlan, IntervalRecord } from '../core/engine-protocol.ts';
import type { Recording } from '../core/recording.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { type EndpointSnapshot, EndpointSums } from './endpoint-sums.ts';
import { contradiction, undeclared } from './refusals.ts';

/** The parts of the engine's plan that are needed to read its records. */
export type RecorderPlan = Pick<EnginePlan, 'endpoints' | 'limitsUs' | 'scenarios'>;

/** Everything recorded so far. Cheap enough to make once per second. */
export interface RecorderSnapshot {
  /** In the order of the plan; endpoints without a sample or drop are left out. Percentiles are null without an answered sample. */
  readonly endpoints: readonly EndpointSnapshot[];
  /** Completed iterations and dropped arrivals by scenario; a scenario without any is absent. */
  readonly iterations: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** The engine's latest figures; null where it reported none. */
  readonly cpuUs: number | null;
  readonly peakRssBytes: number | null;
}

/** Collects the records of one run. Keeps interval histograms encoded: about 1 KB per endpoint and second. */
export class Recorder {
  readonly #plan: RecorderPlan;
  readonly #endpoints = new Map<Endpoint, EndpointSums>();
  readonly #iterations = new Map<string, number>();
  /** By scenario and second. */
  readonly #dropped = new Map<string, Map<number, number>>();
  #cpuUs: number | null = null;
  #peakRssBytes: number | null = null;

  constructor(plan: RecorderPlan) {
    this.#plan = plan;
  }

  /**
   * Adds one record. Several records for one second add up, in any order. Throws SloError when the record contradicts itself or the plan,
   * because then the engine runs another plan.
   */
  add(record: IntervalRecord): void {
    for (const [endpoint, interval] of Object.entries(record.endpoints))
      this.#endpoint(endpoint).add(record.second, interval);
    for (const [scenario, dropped] of Object.entries(record.dropped))
      this.#addDropped(scenario, record.second, dropped);
    for (const [scenario, iterations] of Object.entries(record.iterations))
      increase(this.#iterations, scenario, iterations);
    this.#cpuUs = Math.max(this.#cpuUs ?? 0, record.cpuUs ?? 0) || null;
    this.#peakRssBytes = Math.max(this.#peakRssBytes ?? 0, record.peakRssBytes ?? 0) || null;
  }

  snapshot(): RecorderSnapshot {
    return {
      endpoints: this.#inOrder().map((sums) => sums.snapshot()),
      iterations: Object.fromEntries(this.#iterations),
      dropped: Object.fromEntries([...this.#dropped].map(([scenario, seconds]) => [scenario, sum(seconds)])),
      cpuUs: this.#cpuUs,
      peakRssBytes: this.#peakRssBytes,
    };
  }

  /** Dropped arrivals by scenario and second. */
  drops(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.#dropped;
  }

  /** The recording of everything that was added. */
  finish(): Recording {
    return {
      schemaVersion: SCHEMA_VERSION,
      endpoints: new Map(this.#inOrder().map((sums) => [sums.endpoint, sums.finish()])),
    };
  }

  #addDropped(scenario: string, second: number, dropped: number): void {
    const planned = this.#plan.scenarios[scenario];
    if (planned === undefined) {
      throw contradiction(scenario, second, {
        expected: `a scenario of the plan (${Object.keys(this.#plan.scenarios).join(', ')})`,
        actual: scenario,
      });
    }
    const seconds = this.#dropped.get(scenario) ?? new Map<number, number>();
    this.#dropped.set(scenario, seconds);
    if (dropped === 0) return;
    increase(seconds, second, dropped);
    for (const endpoint of planned.owed) {
      this.#endpoint(endpoint).drop(second, dropped);
    }
  }

  #endpoint(endpoint: Endpoint): EndpointSums {
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined) return known;
    if (!this.#plan.endpoints.includes(endpoint)) throw undeclared(endpoint, this.#plan.endpoints);
    const sums = new EndpointSums(endpoint, this.#plan.limitsUs[endpoint] ?? []);
    this.#endpoints.set(endpoint, sums);
    return sums;
  }

  #inOrder(): EndpointSums[] {
    return this.#plan.endpoints.flatMap((endpoint) => this.#endpoints.get(endpoint) ?? []);
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function sum(seconds: ReadonlyMap<number, number>): number {
  return [...seconds.values()].reduce((total, count) => total + count, 0);
}
