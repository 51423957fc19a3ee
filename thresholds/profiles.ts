/** The built-in profiles: how much load, how long, and which objectives gate. Data only. */
import type { Fault } from '../lib/core/fault.ts';
import type { ArrivalsDescriptor, JourneyName } from '../lib/core/journey.ts';
import type { Objective, SocketsLoad, Step } from '../lib/core/plan.ts';
import type { BuiltInJourney } from '../lib/journeys/index.ts';
import { websocket } from '../lib/journeys/websocket.ts';

/** The load of a journey of arrivals; for one of sockets it is `SocketsLoad`. */
export interface StepsSpec {
  readonly steps: readonly Step[];
}

/** A journey that a profile describes, and what is promised of it there. */
export interface OwnJourney {
  readonly descriptor: ArrivalsDescriptor;
  readonly objectives: readonly Objective[];
}

export interface Profile {
  readonly name: string;
  readonly description: string;
  /** A journey that is not listed is not run. */
  readonly journeys: Readonly<Record<JourneyName, StepsSpec | SocketsLoad>>;
  /** Ids of objectives or telemetry findings that gate, or prefixes ending in `.`; `all` leaves each as its source has it. */
  readonly gates: 'all' | readonly string[];
  /**
   * The load may end as soon as the verdict is sure, at the earliest after this many seconds (≥ 20). A burst that comes less than once in a
   * third of them may leave no trace. Absent: the load runs to its end. Only for journeys of a single step.
   */
  readonly early?: { readonly afterSec: number };
  /** The journeys that it describes itself; absent: there are none. */
  readonly own?: readonly OwnJourney[];
  /** One after the other; at least two. Absent: the profile is one phase. */
  readonly phases?: readonly PhaseSpec[];
}

export interface PhaseSpec {
  readonly name: string;
  /** Absent: the profile's. */
  readonly journeys?: Profile['journeys'];
  /** How long each journey lasts, which has one step then; absent: as the journeys say. */
  readonly durationSec?: number;
  readonly faults: readonly Fault[];
  /** Which of the documented objectives hold: ids, or prefixes ending in `.`. */
  readonly expects: 'all' | readonly string[];
  /** Its own ones; they gate. */
  readonly objectives: readonly Objective[];
  /** Its objectives hold again at the latest so many seconds after its beginning. */
  readonly recoverWithinSec?: number;
  /** Every HTTP request ends within this time, whether its answer is good or not. */
  readonly failFastMs?: number;
}

/** Bursts that come once in 100 s leave a trace in 95 of 100 runs of this length (docs/early.md). */
const EARLY = { afterSec: 300 } as const;

/** Every journey at its rate (arrivals per second) for the same steps, each scaled by one of `factors`. */
function shaped(base: Rates, factors: readonly number[], stepSec: number): Profile['journeys'] {
  const arrivals = Object.entries(base.perSec).map(([journey, ratePerSec]): [JourneyName, StepsSpec] => [
    journey,
    { steps: factors.map((factor) => ({ ratePerSec: ratePerSec * factor, durationSec: stepSec })) },
  ]);
  const sockets = { sockets: base.sockets, durationSec: stepSec * factors.length, pingEverySec: 1 };
  return { ...Object.fromEntries(arrivals), [websocket.name]: sockets };
}

interface Rates {
  readonly perSec: Readonly<Partial<Record<BuiltInJourney, number>>>;
  readonly sockets: number;
}

/** In one minute, twice as much as it takes to decide every P99 (299 samples) and 99.9 % (2,995 responses). */
const SMOKE: Rates = { perSec: { health: 50, 'debates-list': 30, agents: 12, consensus: 20 }, sockets: 20 };
const BUSY: Rates = { perSec: { health: 100, 'debates-list': 60, agents: 12, consensus: 40 }, sockets: 50 };

/**
 * No more debates than Aragora 2.11.1 can take for long. Each debate blocks its interpreter, so the rest is slower there too. In twenty
 * minutes there are 600: enough to decide a P99 with two slow ones among them.
 */
const GENTLE: Rates = { perSec: { health: 10, 'debates-list': 10, agents: 0.5, consensus: 8 }, sockets: 20 };

/** Ten seconds of every path: moves every counter, and sends the seven hundred requests that a sampling ratio needs. */
const CHECK: Rates = { perSec: { health: 80, 'debates-list': 30, agents: 8, consensus: 30 }, sockets: 5 };

const CALM = { faults: [], expects: 'all', objectives: [] } as const;

const OWN = { gating: true, source: { document: 'aragora-slo', section: 'docs/faults.md' } } as const;
const ASKED = ['health', 'debates-list', 'debates-create', 'consensus'] as const;
/** While one answer in ten is an error. */
const DEGRADED: readonly Objective[] = [
  {
    ...OWN,
    kind: 'availability',
    id: 'degraded.availability',
    subject: 'API availability',
    endpoints: ASKED,
    target: 0.87,
  },
];

export const PROFILES = {
  check: {
    name: 'check',
    description: 'ten seconds, just enough load to provoke every signal; gates telemetry, and what answers say',
    journeys: shaped(CHECK, [1], 10),
    // Every system of telemetry: loadProfile puts them here, because only the registry knows them.
    gates: [],
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
      'twenty minutes with a debate every two seconds, which Aragora 2.11 can take; long enough to decide their P99',
    journeys: shaped(GENTLE, [1], 1200),
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
  resilience: {
    name: 'resilience',
    description:
      '45 s calm, 30 s with one request in ten answered by 503, a minute calm again, in which the server has ten seconds to recover',
    journeys: shaped(SMOKE, [1], 30),
    gates: 'all',
    phases: [
      { ...CALM, name: 'baseline', durationSec: 45 },
      {
        ...CALM,
        name: 'fault',
        faults: [{ kind: 'status', status: 503, share: 0.1 }],
        expects: [],
        objectives: DEGRADED,
        failFastMs: 1000,
      },
      { ...CALM, name: 'recovery', durationSec: 60, recoverWithinSec: 10 },
    ],
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
