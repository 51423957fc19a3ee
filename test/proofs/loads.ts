/**
 * Owns how much load a proof needs: little more than decides what gates, so that several fit on two cores side by side.
 * Refuses to know how a run is made.
 */
import type { Break } from '../../lib/target/breaks.ts';
import type { Profile } from '../../thresholds/profiles.ts';

/** The control: nothing is broken, so nothing is to be found. */
export type Subject = Break | 'control';

/** Arrivals per second, for so long. */
export interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly list: number;
  readonly agents: number;
  readonly consensus: number;
}

/**
 * A P99 with nothing over takes 299 samples. That leaves the pooled 99.9 % undecided, which takes 2,995 responses: it is
 * seen to be kept, not proven.
 */
const EVEN: Rates = { durationSec: 18, health: 45, list: 22, agents: 22, consensus: 22 };

/** For breaks of what sockets say: each shows in one of many, whatever the HTTP load, and long after the 200 handshakes that some wait for. */
const SOCKETS: Rates = { durationSec: 12, health: 30, list: 20, agents: 22, consensus: 20 };

/**
 * For breaks of one route. 0.7 % that fail need 1,600 requests of it: eleven failures, told from what 99.9 % allows even where the
 * others of the load dilute them. 4 % that are over a limit are sixty of them: enough to tell from one burst on a restless
 * machine. Each agents arrival creates a debate, so creations dominate where those do.
 */
const DOMINATED: Readonly<Record<Break['dominant'], Rates>> = {
  health: { durationSec: 18, health: 110, list: 20, agents: 20, consensus: 20 },
  'debates-list': { durationSec: 18, health: 20, list: 110, agents: 20, consensus: 20 },
  // Slower: one agents arrival is a handshake, a creation and a stream of events.
  'debates-create': { durationSec: 48, health: 8, list: 8, agents: 34, consensus: 8 },
  consensus: { durationSec: 18, health: 20, list: 20, agents: 20, consensus: 110 },
};

/** Decides everything that gates, with some to spare. */
const CONTROL: Rates = { durationSec: 30, health: 60, list: 20, agents: 20, consensus: 20 };

/** 99.5 % of the sockets' time takes 598 seconds of it. */
const SOCKET_SEC = 720;

/** For batches. Each endpoint that is slow in 4 % of its answers brings six hundred of them and more. */
const TOGETHER: Rates = { durationSec: 18, health: 45, list: 30, agents: 25, consensus: 30 };
const TOGETHER_P99: Rates = { durationSec: 30, health: 50, list: 40, agents: 30, consensus: 40 };

export function loadForBatch(findings: readonly string[]): Profile {
  return profileOf(findings.some((finding) => finding.endsWith('.p99')) ? TOGETHER_P99 : TOGETHER);
}

/** The profile under which a break shows as just its finding; it gates everything that the documents promise. */
export function loadFor(subject: Subject): Profile {
  return profileOf(ratesFor(subject));
}

function profileOf(rates: Rates): Profile {
  const { durationSec, health, list, agents, consensus } = rates;
  const at = (ratePerSec: number) => ({ steps: [{ ratePerSec, durationSec }] });
  return {
    name: 'breaks',
    description: `${durationSec} s that decide what a break breaks`,
    journeys: {
      health: at(health),
      'debates-list': at(list),
      agents: at(agents),
      consensus: at(consensus),
      websocket: { sockets: socketsFor(rates), durationSec, pingEverySec: 1 },
    },
    gates: 'all',
  };
}

/** How many sockets bring the time that decides their uptime. */
export function socketsFor({ durationSec }: Rates): number {
  return Math.ceil(SOCKET_SEC / durationSec);
}

/** Larger shares than 1 % show in the even load too. */
export function ratesFor(subject: Subject): Rates {
  if (subject === 'control') return CONTROL;
  const { finding, dominant } = subject;
  if (finding.startsWith('websocket.')) return SOCKETS;
  return finding === 'availability.api' || finding.endsWith('.p99') ? DOMINATED[dominant] : EVEN;
}

/** How many such runs at a time two cores bear without one disturbing what another measures. */
export function abreast(subject: Subject): number {
  return ratesFor(subject) === SOCKETS ? 3 : 2;
}

/** How long its load lasts, in seconds. */
export function durationSec(subject: Subject): number {
  return ratesFor(subject).durationSec;
}
