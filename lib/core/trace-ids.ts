/**
 * Owns the way back from a trace id to the arrival that sent it, without keeping a list of what was sent.
 * Refuses to know which arrivals there were.
 */
import { Random, traceIdPrefix, traceIdSuffix } from './random.ts';

export interface LocatedArrival {
  readonly scenario: string;
  /** From 0, in the order in which the scenario started them. */
  readonly arrival: number;
}

export class TraceIds {
  readonly #seed: number;
  readonly #scenarioOf = new Map<string, string>();
  readonly #prefixOf = new Map<string, string>();

  /** @param scenarios the names under which the engine runs them. */
  constructor(seed: number, scenarios: readonly string[]) {
    this.#seed = seed;
    for (const scenario of scenarios) {
      const prefix = traceIdPrefix(seed, scenario);
      this.#scenarioOf.set(prefix, scenario);
      this.#prefixOf.set(scenario, prefix);
    }
  }

  /** The trace id of an arrival; undefined for a scenario that was not named. */
  idOf(scenario: string, arrival: number): string | undefined {
    const prefix = this.#prefixOf.get(scenario);
    return prefix === undefined ? undefined : prefix + this.#suffixOf(scenario, arrival);
  }

  /** Which arrival has this trace id; undefined when none of these scenarios can have sent it. */
  locate(traceId: string): LocatedArrival | undefined {
    const scenario = this.#scenarioOf.get(traceId.slice(0, 16));
    if (scenario === undefined) return undefined;
    const arrival = Number.parseInt(traceId.slice(24), 16);
    return this.#suffixOf(scenario, arrival) === traceId.slice(16) ? { scenario, arrival } : undefined;
  }

  #suffixOf(scenario: string, arrival: number): string {
    return traceIdSuffix(new Random(this.#seed, scenario, arrival), arrival);
  }
}
