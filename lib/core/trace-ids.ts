/** Finds the arrival that sent a trace id, without a list of what was sent. */
import { question } from './question.ts';
import { Random, traceIdPrefix, traceIdSuffix } from './random.ts';

export interface LocatedArrival {
  readonly scenario: string;
  /** Its number in the whole scenario: segment.ts. */
  readonly arrival: number;
}

export class TraceIds {
  readonly #seed: number;
  readonly #scenarioOf = new Map<string, string>();
  readonly #prefixOf = new Map<string, string>();
  readonly #isSent: (arrival: LocatedArrival) => boolean;

  /**
   * @param scenarios the names under which the engine runs them.
   * @param isSent whether an arrival sends its trace id; absent: all do.
   */
  constructor(seed: number, scenarios: readonly string[], isSent: (arrival: LocatedArrival) => boolean = () => true) {
    this.#seed = seed;
    this.#isSent = isSent;
    for (const scenario of scenarios) {
      const prefix = traceIdPrefix(seed, scenario);
      this.#scenarioOf.set(prefix, scenario);
      this.#prefixOf.set(scenario, prefix);
    }
  }

  /** The trace id of an arrival; undefined for a scenario that was not named, and for an arrival that does not send it. */
  idOf(scenario: string, arrival: number): string | undefined {
    const prefix = this.#prefixOf.get(scenario);
    return prefix === undefined || !this.#isSent({ scenario, arrival })
      ? undefined
      : prefix + this.#suffixOf(scenario, arrival);
  }

  /** The arrival with this trace id; undefined when none of these scenarios can have sent it. */
  locate(traceId: string): LocatedArrival | undefined {
    const scenario = this.#scenarioOf.get(traceId.slice(0, 16));
    if (scenario === undefined) return undefined;
    const arrival = Number.parseInt(traceId.slice(24), 16);
    if (this.#suffixOf(scenario, arrival) !== traceId.slice(16)) return undefined;
    return this.#isSent({ scenario, arrival }) ? { scenario, arrival } : undefined;
  }

  /** The question of the debate that this arrival starts, if it starts one. */
  questionOf({ scenario, arrival }: LocatedArrival): string {
    const random = new Random(this.#seed, scenario, arrival);
    traceIdSuffix(random, arrival);
    return question(random);
  }

  #suffixOf(scenario: string, arrival: number): string {
    return traceIdSuffix(new Random(this.#seed, scenario, arrival), arrival);
  }
}
