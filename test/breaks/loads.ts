/** How much load a proof needs: little more than decides what gates, so that several fit on two cores side by side. */
import type { Break } from '../../lib/target/breaks.ts';
import type { Profile } from '../../thresholds/profiles.ts';

/** The control: nothing is broken, so nothing must be found. */
export type Subject = Break | 'control';

/** Arrivals per second, and for how long. */
interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly list: number;
  readonly agents: number;
  readonly consensus: number;
}

/**
 * A P99 with nothing over needs 299 samples. That leaves the pooled 99.9 % undecided, which needs 2,995 responses: it is seen to be kept,
 * but not proven.
 */
const EVEN: Rates = { durationSec: 18, health: 45, list: 22, agents: 22, consensus: 22 };

/**
 * For breaks of what sockets say: each shows in one message of many, whatever the HTTP load, and long after the 200 handshakes that some
 * breaks wait for.
 */
const SOCKETS: Rates = { durationSec: 12, health: 30, list: 20, agents: 22, consensus: 20 };

/**
 * For breaks of one route. Failures of 0.7 % need 1,600 requests of it: eleven failures are more than 99.9 % allows even if the other
 * requests of the load dilute them. 4 % over a limit are sixty requests: enough to differ from one burst on a restless machine. Each agents
 * arrival creates a debate, so creations dominate where agents do.
 */
const DOMINATED: Readonly<Record<Break['dominant'], Rates>> = {
  health: { durationSec: 18, health: 110, list: 20, agents: 20, consensus: 20 },
  'debates-list': { durationSec: 18, health: 20, list: 110, agents: 20, consensus: 20 },
  // Slower: one agents arrival is a handshake, a creation and a stream of events.
  'debates-create': { durationSec: 48, health: 8, list: 8, agents: 34, consensus: 8 },
  consensus: { durationSec: 18, health: 20, list: 20, agents: 20, consensus: 110 },
};

/** Decides everything that gates, with some reserve. */
const CONTROL: Rates = { durationSec: 30, health: 60, list: 20, agents: 20, consensus: 20 };

/** 99.5 % of the sockets' time needs 598 seconds. */
const SOCKET_SEC = 720;

/** The profile under which a break shows as exactly its finding; it gates everything that the documents promise. */
export function loadFor(subject: Subject): Profile {
  const { durationSec, health, list, agents, consensus } = ratesFor(subject);
  const at = (ratePerSec: number) => ({ steps: [{ ratePerSec, durationSec }] });
  return {
    name: 'breaks',
    description: `${durationSec} s that decide what a break breaks`,
    journeys: {
      health: at(health),
      'debates-list': at(list),
      agents: at(agents),
      consensus: at(consensus),
      websocket: { sockets: Math.ceil(SOCKET_SEC / durationSec), durationSec, pingEverySec: 1 },
    },
    gates: 'all',
  };
}

/** Shares larger than 1 % show in the even load too. */
function ratesFor(subject: Subject): Rates {
  if (subject === 'control') return CONTROL;
  const { finding, dominant } = subject;
  if (finding.startsWith('websocket.')) return SOCKETS;
  return finding === 'availability.api' || finding.endsWith('.p99') ? DOMINATED[dominant] : EVEN;
}

/** How many such runs at a time two cores can take without one disturbing the measurements of another. */
export function abreast(subject: Subject): number {
  return ratesFor(subject) === SOCKETS ? 3 : 2;
}

/** How long its load lasts, in seconds. */
export function durationSec(subject: Subject): number {
  return ratesFor(subject).durationSec;
}
