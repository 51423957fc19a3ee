/** Which of the load's arrivals sent a trace id, and how many of each kind there were. */
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Recording } from '../core/recording.ts';
import { arrivalNumbers, type StartedArrivals } from '../core/segment.ts';
import { flagOf } from '../core/trace-flag.ts';

/** What the generators started of each scenario, by its name. */
export type StartedByScenario = Readonly<Record<string, readonly StartedArrivals[]>>;

/** Arrivals that the load started, with a request that carries their trace id. */
export interface SentArrivals {
  /** Scenarios that are counted together; each numbers its own arrivals: segment.ts. */
  readonly scenarios: readonly string[];
  readonly arrivals: number;
  /** Of a single scenario: what was started of it, arrivals included that carry none; absent: `arrivals`, by one generator. */
  readonly started?: readonly StartedArrivals[];
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

  count(started: StartedByScenario, flag: boolean | null): number {
    return this.#requesting(started).reduce((sum, [name, arrivals]) => sum + this.#flagged(name, arrivals, flag), 0);
  }

  arrivals(started: StartedByScenario): SentArrivals[] {
    return this.#requesting(started).map(([name, arrivals]) => ({
      scenarios: [name],
      arrivals: arrivals.reduce((sum, { count }) => sum + count, 0) - this.#flagged(name, arrivals, null),
      started: arrivals,
    }));
  }

  /** Scenarios whose arrivals are, or end in, one HTTP request. */
  #requesting(started: StartedByScenario): [string, readonly StartedArrivals[]][] {
    return Object.entries(started).filter(([name]) => this.#scenarios[name]?.kind === 'arrivals');
  }

  #flagged(scenario: string, started: readonly StartedArrivals[], flag: boolean | null): number {
    let count = 0;
    for (const arrival of arrivalNumbers(started)) if (this.flag(scenario, arrival) === flag) count += 1;
    return count;
  }
}

/** Trace ids of the requests whose traces are looked up, once each: an agents arrival has two samples with the same one. */
export function lookedUp(recording: Recording): string[] {
  const traces = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.traces);
  return [...new Set(traces.map(({ traceId }) => traceId))];
}
