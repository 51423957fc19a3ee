/**
 * Owns the built-in profiles: how much load, how long, and which objectives gate. Data only.
 * Refuses to know what a journey does.
 */
import type { JourneyName, Step } from '../lib/core/plan.ts';

export interface JourneyLoadSpec {
  readonly steps: readonly Step[];
}

export interface SocketLoadSpec {
  readonly sockets: number;
  readonly durationSec: number;
  readonly pingEverySec: number;
}

export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly journeys: Partial<Record<Exclude<JourneyName, 'websocket'>, JourneyLoadSpec>> & {
    readonly websocket?: SocketLoadSpec;
  };
  /** Ids of objectives or of findings on telemetry, or prefixes ending in `.`, that gate; `all` leaves each as its source has it. */
  readonly gates: 'all' | readonly string[];
  /**
   * The load may end as soon as the verdict is sure, the first time after so many seconds (≥ 20): a burst that comes less than once in
   * a third of them may leave no trace. Absent: it runs to its end. For journeys of a single step.
   */
  readonly early?: { readonly afterSec: number };
}

/** Bursts that come once in 100 s leave a trace in 95 of 100 runs of this length (docs/early.md). */
const EARLY = { afterSec: 300 } as const;

/** Every journey at its rate (arrivals per second) for the same steps, scaled by `factors`, one a step. */
function shaped(base: Rates, factors: readonly number[], stepSec: number): Profile['journeys'] {
  const steps = (ratePerSec: number): JourneyLoadSpec => ({
    steps: factors.map((factor) => ({ ratePerSec: ratePerSec * factor, durationSec: stepSec })),
  });
  return {
    health: steps(base.health),
    'debates-list': steps(base.debatesList),
    agents: steps(base.agents),
    consensus: steps(base.consensus),
    websocket: { sockets: base.sockets, durationSec: stepSec * factors.length, pingEverySec: 1 },
  };
}

interface Rates {
  readonly health: number;
  readonly debatesList: number;
  readonly agents: number;
  readonly consensus: number;
  readonly sockets: number;
}

/** Enough in a minute to decide every P99 (299 samples) and 99.9 % (2,995 responses) with a factor of two to spare. */
const SMOKE: Rates = { health: 50, debatesList: 30, agents: 12, consensus: 20, sockets: 20 };
const BUSY: Rates = { health: 100, debatesList: 60, agents: 12, consensus: 40, sockets: 50 };

/** Of debates no more than Aragora 2.11.1 bears; each holds its interpreter, so that the rest is slower there too. */
const GENTLE: Rates = { health: 20, debatesList: 20, agents: 1, consensus: 15, sockets: 20 };

/** Ten seconds of every path: moves every counter, and sends the seven hundred requests that a sampling ratio takes. */
const CHECK: Rates = { health: 80, debatesList: 30, agents: 8, consensus: 30, sockets: 5 };

export const PROFILES = {
  check: {
    name: 'check',
    description: 'ten seconds, just enough load to provoke every signal; gates telemetry alone',
    journeys: shaped(CHECK, [1], 10),
    gates: ['metrics.', 'traces.', 'logs.'],
  },
  smoke: {
    name: 'smoke',
    description: 'one minute, every path, enough samples to decide everything it gates',
    journeys: shaped(SMOKE, [1], 60),
    gates: 'all',
  },
  gentle: {
    name: 'gentle',
    description:
      'ten minutes with one debate a second, which Aragora 2.11 bears: as long as it takes to decide their P99',
    journeys: shaped(GENTLE, [1], 600),
    gates: 'all',
  },
  load: {
    name: 'load',
    description: 'five minutes at a busy but ordinary rate',
    journeys: shaped(BUSY, [1], 300),
    gates: 'all',
  },
  stress: {
    name: 'stress',
    description: 'six steps of one minute, from half to three times the busy rate',
    journeys: shaped(BUSY, [0.5, 1, 1.5, 2, 2.5, 3], 60),
    gates: 'all',
  },
  spike: {
    name: 'spike',
    description: 'calm, five times the rate for half a minute, calm again',
    journeys: shaped(SMOKE, [1, 1, 5, 1, 1], 30),
    gates: 'all',
  },
  soak: {
    name: 'soak',
    description: 'one hour at the smoke rate: leaks, drift, rare stalls',
    journeys: shaped(SMOKE, [1], 3600),
    gates: 'all',
  },
  nightly: {
    name: 'nightly',
    description: 'fifteen minutes at the smoke rate, for every night',
    journeys: shaped(SMOKE, [1], 900),
    gates: 'all',
    early: EARLY,
  },
  release: {
    name: 'release',
    description: 'ten minutes at the busy rate, before a release',
    journeys: shaped(BUSY, [1], 600),
    gates: 'all',
    early: EARLY,
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
