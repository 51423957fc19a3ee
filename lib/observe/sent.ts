/** Which of the load's arrivals sent a trace id, and how many of each kind there were. */
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Recording } from '../core/recording.ts';
import { flagOf } from '../core/trace-flag.ts';
import type { Measured } from './observer.ts';

/** Arrivals that the load started, with a request that carries their trace id. */
export interface SentArrivals {
  /** Scenarios that are counted together; each numbers its own arrivals from 0. */
  readonly scenarios: readonly string[];
  readonly arrivals: number;
  /** Of a single scenario: how many it started, those included that carry none; as many as `arrivals` when absent. */
  readonly started?: number;
}

export class SentLoad {
  readonly #scenarios: EnginePlan['scenarios'];

  constructor(scenarios: EnginePlan['scenarios']) {
    this.#scenarios = scenarios;
  }

  /** true: sampled, false: not sampled, null: without `traceparent`. */
  flag(scenario: string, arrival: number): boolean | null {
    const planned = this.#scenarios[scenario];
    return planned === undefined ? null : flagOf(arrival, planned);
  }

  /** Scenarios whose arrivals are, or end in, one HTTP request, and how many each started. */
  #requesting(started: Measured['started']): [string, number][] {
    return Object.entries(started).filter(([name]) => this.#scenarios[name]?.journey !== 'websocket');
  }

  count(started: Measured['started'], flag: boolean | null): number {
    return this.#requesting(started).reduce((sum, [name, arrivals]) => sum + this.#flagged(name, arrivals, flag), 0);
  }

  arrivals(started: Measured['started']): SentArrivals[] {
    return this.#requesting(started).map(([name, arrivals]) => ({
      scenarios: [name],
      arrivals: arrivals - this.#flagged(name, arrivals, null),
      started: arrivals,
    }));
  }

  #flagged(scenario: string, arrivals: number, flag: boolean | null): number {
    let count = 0;
    for (let arrival = 0; arrival < arrivals; arrival++) if (this.flag(scenario, arrival) === flag) count += 1;
    return count;
  }
}

/** Trace ids of the requests whose traces are looked up, once each: an agents arrival has two samples with the same one. */
export function lookedUp(recording: Recording): string[] {
  const traces = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.traces);
  return [...new Set(traces.map(({ traceId }) => traceId))];
}
