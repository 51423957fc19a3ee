/** The fault that each documented alert is drilled with: real ones, in the reference server itself, because the alerts read its own metrics. */
import type { Patch } from '../../target/behaviour.ts';
import type { LoadRates } from '../load.ts';

export interface ServerFault {
  /** For a person: `5 % of all answers are 500`. */
  readonly what: string;
  /** What the server does; `down`: its process is ended. */
  readonly does: Patch | 'down';
  /** Until the server counts the first of it, real time, also on a slow machine. */
  readonly effectMs: number;
}

/** Enough for a share of 1 % to be seen, few enough for a busy machine. */
const HEALTH_PER_SEC = 20;
/** Twice the documented 0.1 a second, in the time of the documents. */
const DEBATES_PER_DOCUMENTED_SEC = 0.2;
const LEAST_DEBATES_PER_SEC = 0.5;

/** The fastest clock at which rules about so many events a second can fire: a faster one would need more debates than a small machine can hold. */
export const FASTEST_OF_COUNTS = 60;

export function loadRates(clockRate: number): LoadRates {
  const debatesPerSec = DEBATES_PER_DOCUMENTED_SEC * Math.min(clockRate, FASTEST_OF_COUNTS);
  return { healthPerSec: HEALTH_PER_SEC, debatesPerSec: Math.max(LEAST_DEBATES_PER_SEC, debatesPerSec) };
}

const EVERY = { share: 1 } as const;
/** Of requests for health: with the debates' requests in between, more than 5 % of all. */
const FAILED_SHARE = 0.12;
const SLOW_SHARE = 0.1;
const SLOW_MS = 1500;
const GIVEN_UP_MS = 200;

/** By the name of the alert. */
export const FAULTS: Readonly<Record<string, ServerFault>> = {
  AragoraDown: { what: 'the server is stopped', does: 'down', effectMs: 2000 },
  HighErrorRate: {
    what: `${100 * FAILED_SHARE} % of the answers about health are 500`,
    does: { http: [{ route: 'health', kind: 'status', status: 500, pick: { share: FAILED_SHARE } }] },
    effectMs: 1000,
  },
  HighLatency: {
    what: `${100 * SLOW_SHARE} % of the answers about health take ${SLOW_MS / 1000} s`,
    does: { waits: { health: `bimodal(1ms,${SLOW_MS}ms,${SLOW_SHARE})` } },
    effectMs: SLOW_MS + 1000,
  },
  AgentTimeout: {
    // Two series, which are one page.
    what: 'in every debate both agents time out',
    does: { debates: [{ kind: 'agent-timeout', forMs: GIVEN_UP_MS, everyAgent: true, pick: EVERY }] },
    effectMs: 2000,
  },
  DebateTimeouts: {
    what: 'every debate times out',
    does: { debates: [{ kind: 'debate-timeout', forMs: GIVEN_UP_MS, pick: EVERY }] },
    effectMs: 2000,
  },
  LowConsensusRate: {
    what: 'no debate reaches consensus',
    does: { debates: [{ kind: 'no-consensus', pick: EVERY }] },
    effectMs: 2000,
  },
};
