/** Which questions this load has asked: a list that has only those of another load does not hold what this one started. Pure. */
import type { EngineScenario } from '../../lib/core/engine-protocol.ts';
import { casesIn, question } from '../../lib/core/question.ts';
import { Random, traceIdSuffix } from '../../lib/core/random.ts';

/** So many of a scenario are remembered, the last ones; without a limit, memory would grow with the run. */
const MOST_KNOWN = 2000;
/** Arrivals are a little early at times. */
const EARLY = 5;
/** A list usually has the newest first, so these are tried before all others are learned: each virtual user would learn all of them. */
const NEWEST = 30;

type Creating = readonly [name: string, scenario: EngineScenario];

export class OwnQuestions {
  readonly #seed: number;
  readonly #creating: readonly Creating[];
  readonly #cases = new Set<string>();
  /** By scenario, the first arrival that is not known yet. */
  readonly #next: Record<string, number> = {};

  /** @param scenarios of the load, by their names. */
  constructor(seed: number, scenarios: Readonly<Record<string, EngineScenario>>) {
    this.#seed = seed;
    this.#creating = Object.entries(scenarios).filter(
      ([, { journey }]) => journey === 'agents' || journey === 'debates-create',
    );
  }

  /** Whether a text has one of those that may have been asked by then. If nobody knows who asks, any of a load counts. */
  isIn(text: string, sinceStartSec: number): boolean {
    const cases = casesIn(text);
    if (cases.length === 0 || this.#creating.length === 0) return cases.length > 0;
    const isNew = this.#creating.some((creating) => hasNewest(cases, this.#seed, creating, sinceStartSec));
    if (isNew) return true;
    for (const creating of this.#creating) this.#learn(creating, sinceStartSec);
    return cases.some((one) => this.#cases.has(one));
  }

  #learn(creating: Creating, sinceStartSec: number): void {
    const [name] = creating;
    const end = askedBy(creating, sinceStartSec);
    for (let at = Math.max(this.#next[name] ?? 0, end - MOST_KNOWN); at < end; at++) {
      for (const one of casesOf(this.#seed, name, at)) this.#cases.add(one);
      this.#next[name] = at + 1;
    }
    // A Set keeps the order in which it was filled: the oldest first.
    for (const oldest of this.#cases) {
      if (this.#cases.size <= MOST_KNOWN * this.#creating.length) return;
      this.#cases.delete(oldest);
    }
  }
}

function hasNewest(cases: readonly string[], seed: number, creating: Creating, sinceStartSec: number): boolean {
  const end = askedBy(creating, sinceStartSec);
  for (let at = end - 1; at >= Math.max(0, end - NEWEST); at--)
    if (casesOf(seed, creating[0], at).some((one) => cases.includes(one))) return true;
  return false;
}

/** How many a scenario may have asked. */
function askedBy([, { startSec, durationSec, ratePerSec }]: Creating, sinceStartSec: number): number {
  const sec = Math.min(Math.max(0, sinceStartSec - startSec), durationSec);
  return Math.ceil(sec * ratePerSec) + EARLY;
}

/** Of the question that an arrival asks. */
function casesOf(seed: number, name: string, at: number): string[] {
  const random = new Random(seed, name, at);
  traceIdSuffix(random, at);
  return casesIn(question(random));
}
