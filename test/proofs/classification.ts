/** The one load in which each fault that is proven by classification hits once, every answer takes its known time, and nothing else goes wrong. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreachable } from '../../lib/core/error.ts';
import { type RunResult, run } from '../../lib/run/run.ts';
import type { HttpFault, Patch, SocketFault } from '../../lib/target/behaviour.ts';
import type { Break } from '../../lib/target/break-felt.ts';
import { startTarget } from '../../lib/target/target.ts';

/** Sockets are connected and have begun to ping long before the first fault; each fault has passed long before the end. */
const LOAD = { durationSec: 15, health: 12, others: 5, agents: 6, sockets: 10 };

/**
 * Where in the load the faults begin, each counted by itself. The handshakes before are those of the long-lived sockets and some of agents',
 * which go on.
 */
const FIRST = { request: 10, creation: 6, debate: 12, handshake: 30, subscription: 1, ping: 20 };

/** How long each answer takes, ms: nobody may time it shorter, however busy the machine. */
export const TAKES_MS = {
  health: 30,
  'debates-list': 60,
  'debates-create': 60,
  'agent-response': 200,
  consensus: 60,
} as const;
const constant = (ms: number): string => `constant(${ms}ms)`;

const WAITS = {
  // A debate starts late enough for its listener to be there, however slow the machine.
  'debate-start': constant(1500),
  health: constant(TAKES_MS.health),
  'debates-list': constant(TAKES_MS['debates-list']),
  'debates-create': constant(TAKES_MS['debates-create']),
  'agent-response': constant(TAKES_MS['agent-response']),
  consensus: constant(TAKES_MS.consensus),
};

type Counted = keyof typeof FIRST;

function countedBy(fault: SocketFault): Exclude<Counted, 'request' | 'creation'> {
  switch (fault.kind) {
    case 'refuse':
    case 'other-subprotocol':
    case 'connection-info':
      return 'handshake';
    case 'pong':
    case 'extra-frame':
      return 'ping';
    case 'sync':
      return 'subscription';
    case 'order':
    case 'events':
    case 'empty-messages':
    case 'close-after-message':
      return 'debate';
    case 'close-at-ping':
    case 'outage':
      throw new Error(`${fault.kind} is no matter of a single response`);
    default:
      return unreachable(fault);
  }
}

/** All of them in one target: of what a fault counts, each hits another one. */
export function eachOnce(breaks: readonly Break[]): Patch {
  const next = { ...FIRST };
  const taken = (counted: Counted) => ({ from: next[counted]++, count: 1 });
  const http = breaks.flatMap(({ patch }) => patch.http ?? []);
  const sockets = breaks.flatMap(({ patch }) => patch.sockets ?? []);
  return {
    waits: WAITS,
    http: http.map(
      (fault): HttpFault => ({ ...fault, pick: taken(fault.route === 'debates-create' ? 'creation' : 'request') }),
    ),
    sockets: sockets.map((fault): SocketFault => {
      if (fault.kind === 'outage') throw new Error('an outage hits no single socket');
      return { ...fault, pick: taken(countedBy(fault)) };
    }),
  };
}

/** Runs in a folder of its own under `dir`. */
export async function runEachOnce(breaks: readonly Break[], dir: string, signal: AbortSignal): Promise<RunResult> {
  const profile = join(dir, 'classification.profile.json');
  writeFileSync(profile, JSON.stringify(PROFILE));
  const target = await startTarget({ patch: eachOnce(breaks) });
  const { httpUrl, wsUrl } = target;
  const request = { target: httpUrl, ws: wsUrl, targetArgs: [], profile, contract: 'documented' } as const;
  const running = run({ ...request, out: join(dir, 'classification'), seed: 1, token: TOKEN }, SILENT, signal);
  return running.finally(() => target.stop());
}

/** The target asks for none, and can show it. */
const TOKEN = 'token-of-the-classified';

const SILENT = { note: () => {}, warn: () => {}, update: () => {} };

const at = (ratePerSec: number) => ({ ratePerSec, durationSec: LOAD.durationSec });
const PROFILE = {
  name: 'classification',
  journeys: {
    health: at(LOAD.health),
    'debates-list': at(LOAD.others),
    agents: at(LOAD.agents),
    consensus: at(LOAD.others),
    websocket: { sockets: LOAD.sockets, durationSec: LOAD.durationSec },
  },
  gates: ['availability.'],
};
