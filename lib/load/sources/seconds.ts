/**
 * Adds up samples to interval records, by the second in which they were complete: what engine/hdr/recorder.go does inside k6, for a k6 that
 * can't.
 */

import type { Endpoint } from '../../core/endpoint.ts';
import type { EndpointInterval, EnginePlan, IntervalRecord } from '../../core/engine-protocol.ts';
import { slotMs } from '../../core/segment.ts';
import { Drops } from './drops.ts';

export type SecondsPlan = Pick<EnginePlan, 'limitsUs' | 'generators' | 'scenarios'>;
/** Values in integer µs → HdrHistogram V2, base64. */
export type EncodeHistogram = (valuesUs: readonly number[]) => string;

/** When something happened: the Unix second, and the µs in it. */
export interface SampleTime {
  readonly second: number;
  readonly us: number;
}

export interface LatencySample {
  readonly endpoint: Endpoint;
  readonly outcome: string;
  readonly scenario: string;
  readonly valueMs: number;
  readonly traceId: string | undefined;
}

interface EndpointShare {
  readonly answeredUs: number[];
  readonly failed: Record<string, number>;
  failedSumUs: number;
  readonly traces: [string, number, string][];
}

interface Second {
  readonly endpoints: Map<Endpoint, EndpointShare>;
  readonly iterations: Record<string, number>;
  readonly dropped: Record<string, number>;
}

export class Seconds {
  readonly #plan: SecondsPlan;
  readonly #encodeHistogram: EncodeHistogram;
  readonly #seconds = new Map<number, Second>();
  readonly #drops = new Map<string, Drops>();

  constructor(plan: SecondsPlan, encodeHistogram: EncodeHistogram) {
    this.#plan = plan;
    this.#encodeHistogram = encodeHistogram;
    for (const [scenario, { ratePerSec }] of Object.entries(plan.scenarios)) {
      if (ratePerSec > 0) this.#drops.set(scenario, new Drops(slotMs(ratePerSec, plan.generators)));
    }
  }

  /** Makes sure that there is a record for this second, even an empty one: it shows that the engine is alive. */
  touch(second: number): void {
    this.#second(second);
  }

  addIteration(scenario: string, at: SampleTime): void {
    increase(this.#second(at.second).iterations, scenario);
  }

  addDropped(scenario: string, at: SampleTime): void {
    increase(this.#second(at.second).dropped, scenario);
    this.#drops.get(scenario)?.add(unixMs(at));
  }

  addLatency(sample: LatencySample, at: SampleTime): void {
    const fromDue = this.#plan.scenarios[sample.scenario]?.fromDue.includes(sample.endpoint) ?? false;
    const drops = fromDue ? this.#drops.get(sample.scenario) : undefined;
    const latencyUs = toLatencyUs(drops?.correct(unixMs(at), sample.valueMs) ?? sample.valueMs);
    const share = this.#share(sample.endpoint, at.second);
    if (sample.outcome === 'ok') {
      share.answeredUs.push(latencyUs);
    } else {
      increase(share.failed, sample.outcome);
      share.failedSumUs += latencyUs;
    }
    if (sample.traceId !== undefined && sample.traceId !== '')
      share.traces.push([sample.traceId, latencyUs, sample.outcome]);
  }

  /** Removes and returns the records of all seconds up to `second`, ascending. */
  takeUntil(second: number): IntervalRecord[] {
    const due = [...this.#seconds].filter(([key]) => key <= second).sort(([a], [b]) => a - b);
    return due.map(([key, { endpoints, iterations, dropped }]) => {
      this.#seconds.delete(key);
      const shares = [...endpoints].map(([endpoint, share]) => [endpoint, this.#interval(endpoint, share)]);
      return { type: 'interval', second: key, endpoints: Object.fromEntries(shares), iterations, dropped };
    });
  }

  #interval(endpoint: Endpoint, { answeredUs, failed, failedSumUs, traces }: EndpointShare): EndpointInterval {
    const kinds = Object.values(failed);
    const limitsUs = this.#plan.limitsUs[endpoint] ?? [];
    return {
      count: answeredUs.length + sum(kinds),
      sumUs: failedSumUs + sum(answeredUs),
      ...(kinds.length > 0 && { failed }),
      ...(limitsUs.length > 0 && { over: limitsUs.map((limitUs) => answeredUs.filter((us) => us > limitUs).length) }),
      ...(answeredUs.length > 0 && { histogram: this.#encodeHistogram(answeredUs) }),
      ...(traces.length > 0 && { traces }),
    };
  }

  #second(second: number): Second {
    const known = this.#seconds.get(second);
    if (known !== undefined) return known;
    const fresh: Second = { endpoints: new Map(), iterations: {}, dropped: {} };
    this.#seconds.set(second, fresh);
    return fresh;
  }

  #share(endpoint: Endpoint, second: number): EndpointShare {
    const { endpoints } = this.#second(second);
    const known = endpoints.get(endpoint);
    if (known !== undefined) return known;
    const fresh: EndpointShare = { answeredUs: [], failed: {}, failedSumUs: 0, traces: [] };
    endpoints.set(endpoint, fresh);
    return fresh;
  }
}

/** Rounds to integer µs, at least 1. Only the histogram ends at 120 s; counts over a limit and sums do not. */
function toLatencyUs(valueMs: number): number {
  return Math.min(Math.max(Math.floor(valueMs * 1000 + 0.5), 1), Number.MAX_SAFE_INTEGER);
}

function unixMs({ second, us }: SampleTime): number {
  return (second * 1e6 + us) / 1000;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function increase(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
