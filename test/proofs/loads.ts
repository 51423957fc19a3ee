/** How much load a proof needs: little more than decides what gates, so that several fit on two cores side by side. */
import type { Break } from '../../lib/target/break-felt.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';

/** The control: nothing is broken, so nothing must be found. */
export type Subject = Break | 'control';

/** Arrivals per second, and for how long. */
export interface Rates {
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
 * For breaks of what sockets and answers say: each shows in one message of many, whatever the HTTP load, and long after the 200 handshakes that some
 * breaks wait for.
 */
const SOCKETS: Rates = { durationSec: 12, health: 30, list: 20, agents: 22, consensus: 20 };

/** For breaks of how long sockets stay connected: requests say nothing about that, so there are few. */
const UPTIME: Rates = { durationSec: 18, health: 10, list: 5, agents: 5, consensus: 5 };

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

/**
 * What the documents promise, but for the few ms that an answer about health may take: a machine that is busy with something else uses them
 * up by itself. `npm run selftest` gates those too.
 */
export const GATES_ON_A_BUSY_MACHINE: readonly string[] = DOCUMENTED_OBJECTIVES.filter(
  ({ id, gating }) => gating && !id.startsWith('latency.health.'),
).map(({ id }) => id);

/** The profile under which a break shows as exactly its finding. */
export function loadFor(subject: Subject, gates: Profile['gates']): Profile {
  const rates = ratesFor(subject);
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
    gates,
  };
}

/** Of breaks that share a load: the one whose load shows them all, because it sends the most requests. */
export function mostDemanding(breaks: readonly Break[]): Break | undefined {
  return [...breaks].sort((a, b) => requestsOf(b) - requestsOf(a))[0];
}

function requestsOf(subject: Subject): number {
  const { durationSec, health, list, agents, consensus } = ratesFor(subject);
  return durationSec * (health + list + agents + consensus);
}

/** How many sockets bring the time that decides their uptime. */
export function socketsFor({ durationSec }: Rates): number {
  return Math.ceil(SOCKET_SEC / durationSec);
}

/** Shares larger than 1 % show in the even load too. */
export function ratesFor(subject: Subject): Rates {
  if (subject === 'control') return CONTROL;
  const { finding, dominant } = subject;
  if (/^(websocket|content)\./.test(finding)) return SOCKETS;
  if (finding === 'availability.websocket') return UPTIME;
  return finding === 'availability.api' || finding.endsWith('.p99') ? DOMINATED[dominant] : EVEN;
}

/** How many such runs at a time two cores can take without one disturbing the measurements of another. */
export function abreast(subject: Subject): number {
  return ratesFor(subject) === SOCKETS ? 2 : 1;
}

/** How long its load lasts, in seconds. */
export function durationSec(subject: Subject): number {
  return ratesFor(subject).durationSec;
}
