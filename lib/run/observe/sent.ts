/**
 * Owns which of the load's arrivals sent a trace id, and how many of each kind there were. Refuses to know where they are looked for.
 */

import type { EnginePlan } from '../../core/engine-protocol.ts';
import type { Recording } from '../../core/recording.ts';
import { arrivalNumbers, type StartedArrivals } from '../../core/segment.ts';
import { flagOf } from '../../core/trace-flag.ts';
import type { SentArrivals } from '../../systems/logs/observe/sent.ts';
import type { TracedRequest } from '../../systems/traces/observation.ts';
import { awaitedSpans } from '../../systems/traces/promises.ts';

/** What the generators started of each scenario, by its name. */
export type StartedByScenario = Readonly<Record<string, readonly StartedArrivals[]>>;

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
    return Object.entries(started).filter(([name]) => this.#scenarios[name]?.journey !== 'websocket');
  }

  #flagged(scenario: string, started: readonly StartedArrivals[], flag: boolean | null): number {
    let count = 0;
    for (const arrival of arrivalNumbers(started)) if (this.flag(scenario, arrival) === flag) count += 1;
    return count;
  }
}

export function tracedRequests(recording: Recording): TracedRequest[] {
  return [...recording.endpoints.values()].flatMap(({ endpoint, traces }) =>
    // The span id in a traceparent is the second half of its trace id: scenarios/kit.ts.
    traces.map((trace) => ({ ...trace, endpoint, sampled: true, parentSpanId: trace.traceId.slice(16) })),
  );
}

/** Trace ids of the answered requests that are traced, once each. */
export function lookedUp(recording: Recording): string[] {
  const traced = [...recording.endpoints.values()].filter(({ endpoint }) => awaitedSpans(endpoint, null) !== null);
  return [...new Set(traced.flatMap(({ traces }) => traces.map(({ traceId }) => traceId)))];
}
