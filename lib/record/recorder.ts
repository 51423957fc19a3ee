/**
 * Turns engine records into a Recording: adds up the records of a second, and counts dropped arrivals as failed at the endpoints that they
 * owed a sample.
 */

import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointInterval, EnginePlan, IntervalRecord } from '../core/engine-protocol.ts';
import {
  type EndpointRecording,
  type EndpointSecond,
  failedCount,
  type Recording,
  type TraceSample,
} from '../core/recording.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { EncodedHistogram, HistogramSum } from './histogram.ts';
import { contradiction, undeclared } from './refusals.ts';

/** The parts of the engine's plan that are needed to read its records. */
export type RecorderPlan = Pick<EnginePlan, 'endpoints' | 'limitsUs' | 'scenarios'>;

/** Everything recorded so far. Cheap enough to make once per second. */
export interface RecorderSnapshot {
  /** In the order of the plan; endpoints without a sample or drop are left out. Percentiles are null without an answered sample. */
  readonly endpoints: readonly {
    readonly endpoint: Endpoint;
    readonly count: number;
    readonly failed: number;
    readonly dropped: number;
    readonly p50Us: number | null;
    readonly p95Us: number | null;
    readonly p99Us: number | null;
    readonly maxUs: number | null;
  }[];
  /** Completed iterations and dropped arrivals by scenario; a scenario without any is absent. */
  readonly iterations: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** The engine's latest figures; null where it reported none. */
  readonly cpuUs: number | null;
  readonly peakRssBytes: number | null;
}

interface OpenSecond {
  count: number;
  readonly failed: Record<string, number>;
  dropped: number;
  readonly over: number[];
  sumUs: number;
  readonly histograms: string[];
}

interface OpenEndpoint {
  readonly limitsUs: readonly number[];
  readonly seconds: Map<number, OpenSecond>;
  readonly sum: HistogramSum;
  readonly traces: TraceSample[];
  count: number;
  failed: number;
  dropped: number;
}

/** Collects the records of one run. Keeps interval histograms encoded: about 1 KB per endpoint and second. */
export class Recorder {
  readonly #plan: RecorderPlan;
  readonly #endpoints = new Map<Endpoint, OpenEndpoint>();
  readonly #iterations = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
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
      this.#addInterval(endpoint, record.second, interval);
    for (const [scenario, dropped] of Object.entries(record.dropped))
      this.#addDropped(scenario, record.second, dropped);
    for (const [scenario, iterations] of Object.entries(record.iterations))
      increase(this.#iterations, scenario, iterations);
    this.#cpuUs = Math.max(this.#cpuUs ?? 0, record.cpuUs ?? 0) || null;
    this.#peakRssBytes = Math.max(this.#peakRssBytes ?? 0, record.peakRssBytes ?? 0) || null;
  }

  snapshot(): RecorderSnapshot {
    return {
      endpoints: this.#inOrder().map(([endpoint, { sum, count, failed, dropped }]) => ({
        endpoint,
        count,
        failed,
        dropped,
        p50Us: sum.percentileUs(50),
        p95Us: sum.percentileUs(95),
        p99Us: sum.percentileUs(99),
        maxUs: sum.percentileUs(100),
      })),
      iterations: Object.fromEntries(this.#iterations),
      dropped: Object.fromEntries(this.#dropped),
      cpuUs: this.#cpuUs,
      peakRssBytes: this.#peakRssBytes,
    };
  }

  /** The recording of everything that was added. */
  finish(): Recording {
    return {
      schemaVersion: SCHEMA_VERSION,
      endpoints: new Map(this.#inOrder().map(([endpoint, open]) => [endpoint, finishEndpoint(endpoint, open)])),
    };
  }

  #addInterval(endpoint: Endpoint, second: number, interval: EndpointInterval): void {
    const open = this.#endpoint(endpoint);
    const failed = failedCount(interval.failed ?? {});
    if ((interval.over?.length ?? 0) !== open.limitsUs.length) {
      throw contradiction(endpoint, second, {
        expected: `${open.limitsUs.length} over-limit counts`,
        actual: `${interval.over?.length ?? 0}`,
      });
    }
    const answered =
      interval.histogram === undefined ? 0 : addHistogram(open.sum, interval.histogram, endpoint, second);
    if (answered !== interval.count - failed) {
      throw contradiction(endpoint, second, {
        expected: `a histogram of ${interval.count - failed} answered samples`,
        actual: `${answered}`,
      });
    }

    const into = openSecond(open, second);
    into.count += interval.count;
    into.sumUs += interval.sumUs;
    for (const [kind, count] of Object.entries(interval.failed ?? {}))
      into.failed[kind] = (into.failed[kind] ?? 0) + count;
    for (const [at, count] of (interval.over ?? []).entries()) into.over[at] = (into.over[at] ?? 0) + count;
    if (interval.histogram !== undefined) into.histograms.push(interval.histogram);
    for (const [traceId, latencyUs, outcome] of interval.traces ?? []) {
      open.traces.push({ second, traceId, latencyUs, outcome });
    }
    open.count += interval.count;
    open.failed += failed;
  }

  #addDropped(scenario: string, second: number, dropped: number): void {
    const planned = this.#plan.scenarios[scenario];
    if (planned === undefined) {
      throw contradiction(scenario, second, {
        expected: `a scenario of the plan (${Object.keys(this.#plan.scenarios).join(', ')})`,
        actual: scenario,
      });
    }
    increase(this.#dropped, scenario, dropped);
    if (dropped === 0) return;
    for (const endpoint of planned.owed) {
      const open = this.#endpoint(endpoint);
      open.dropped += dropped;
      openSecond(open, second).dropped += dropped;
    }
  }

  #endpoint(endpoint: Endpoint): OpenEndpoint {
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined) return known;
    if (!this.#plan.endpoints.includes(endpoint)) throw undeclared(endpoint, this.#plan.endpoints);
    const limitsUs = this.#plan.limitsUs[endpoint] ?? [];
    const open = { limitsUs, seconds: new Map(), sum: new HistogramSum(), traces: [], count: 0, failed: 0, dropped: 0 };
    this.#endpoints.set(endpoint, open);
    return open;
  }

  #inOrder(): [Endpoint, OpenEndpoint][] {
    const { endpoints } = this.#plan;
    return [...this.#endpoints].sort(([a], [b]) => endpoints.indexOf(a) - endpoints.indexOf(b));
  }
}

function openSecond(open: OpenEndpoint, second: number): OpenSecond {
  const known = open.seconds.get(second);
  if (known !== undefined) return known;
  const fresh = { count: 0, failed: {}, dropped: 0, over: open.limitsUs.map(() => 0), sumUs: 0, histograms: [] };
  open.seconds.set(second, fresh);
  return fresh;
}

function finishEndpoint(endpoint: Endpoint, open: OpenEndpoint): EndpointRecording {
  const seconds = [...open.seconds]
    .sort(([a], [b]) => a - b)
    .map(
      ([second, { histograms, ...counts }]): EndpointSecond => ({
        second,
        ...structuredClone(counts),
        histogram: new EncodedHistogram([...histograms]),
      }),
    );
  const total = new EncodedHistogram(open.sum.count === 0 ? [] : [open.sum.encode()]);
  const traces = open.traces.toSorted(
    (a, b) => a.second - b.second || compareText(a.traceId, b.traceId) || a.latencyUs - b.latencyUs,
  );
  return { endpoint, limitsUs: open.limitsUs, seconds, total, traces };
}

function addHistogram(sum: HistogramSum, histogram: string, endpoint: Endpoint, second: number): number {
  try {
    return sum.add(histogram);
  } catch (cause) {
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw contradiction(endpoint, second, { expected: 'a readable histogram', actual, cause });
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
