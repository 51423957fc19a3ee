/**
 * Owns how much load a proof needs: the smallest that decides every gating finding, one way for each route that a break
 * hits. Refuses to know breaks.
 */
import type { Break } from '../../lib/target/breaks.ts';
import type { Profile } from '../../thresholds/profiles.ts';

interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly list: number;
  readonly agents: number;
  readonly consensus: number;
}

/**
 * What has to be decided (design of the verdict): a P99 with nothing over takes 299 samples, with one over 473; 99.9 % of
 * responses 2,995; 99.5 % of the sockets' time 598 seconds. The route that fails in 0.5 % of its requests needs 1,600
 * for its own P99 to hold, and more than 40 % of all for the pooled 99.9 % to be missed. Each agents arrival creates a
 * debate, so creations dominate where those do.
 */
const RATES: Readonly<Record<Break['dominant'], Rates>> = {
  health: { durationSec: 18, health: 110, list: 25, agents: 28, consensus: 25 },
  'debates-list': { durationSec: 18, health: 25, list: 110, agents: 28, consensus: 25 },
  'debates-create': { durationSec: 24, health: 18, list: 18, agents: 68, consensus: 18 },
  consensus: { durationSec: 18, health: 25, list: 25, agents: 28, consensus: 110 },
};

const SOCKET_SECONDS = 700;

/** The profile for breaks that hit this route; it gates everything that the documents promise. */
export function loadFor(dominant: Break['dominant']): Profile {
  const { durationSec, health, list, agents, consensus } = RATES[dominant];
  const at = (ratePerSec: number) => ({ steps: [{ ratePerSec, durationSec }] });
  return {
    name: `breaks-${dominant}`,
    description: `decides every gating finding in ${durationSec} s, most requests to ${dominant}`,
    journeys: {
      health: at(health),
      'debates-list': at(list),
      agents: at(agents),
      consensus: at(consensus),
      websocket: { sockets: Math.ceil(SOCKET_SECONDS / durationSec), durationSec, pingEverySec: 1 },
    },
    gates: 'all',
  };
}
