/**
 * The other half of a proof by classification, without a load: as many failures as a break makes in its own load, of the kinds that clients
 * record of it (classification.test.ts), or answers as slow as its law draws them, fail its finding and no other.
 */
import { describe, expect, test } from 'vitest';
import { loadObjectives } from '../../lib/config/slo.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import { judge } from '../../lib/judge/judge.ts';
import { type Pick, WAITS, type Wait } from '../../lib/target/behaviour.ts';
import type { Break } from '../../lib/target/break-felt.ts';
import { parseLaws, sampler } from '../../lib/target/laws.ts';
import { factsOf, type MadeSecond } from '../support/judged.ts';
import { clientBreaks } from './levels.ts';
import { type Rates, ratesFor, type Subject, socketsFor } from './loads.ts';
import { failuresOf } from './outcomes.ts';
import { isCaught, trippedOf } from './verdict.ts';

const OBJECTIVES = loadObjectives(undefined);

/** What is recorded of a healthy target, ms; a sample of uptime is the time connected within a second. */
const HEALTHY_MS = {
  health: 2,
  'debates-list': 10,
  'debates-create': 10,
  'agent-response': 100,
  consensus: 10,
  'ws-connect': 5,
  'ws-ping': 1,
  'ws-subscribe': 2,
  'ws-frames': 0,
  'ws-order': 0,
  'ws-uptime': 1000,
  'ws-close': 0,
  'answer-form': 0,
  'health-body': 0,
  'list-body': 0,
  'list-holding': 0,
  'consensus-body': 0,
  'debate-agents': 0,
  'debate-texts': 0,
  // A round is announced.
  'debate-rounds': 1,
  'debate-outcome': 0,
  'debate-progress': 0,
  'server-time': 0,
} as const satisfies Record<Endpoint, number>;

type Measured = keyof typeof HEALTHY_MS;

/** Samples a second of each endpoint under a load; what happens once a socket is counted once a second. */
function samplesPerSec(rates: Rates): Record<Measured, number> {
  const { health, list, agents, consensus } = rates;
  const sockets = socketsFor(rates);
  return {
    health,
    'debates-list': list,
    'debates-create': agents,
    'agent-response': agents,
    consensus,
    'ws-connect': agents,
    'ws-ping': sockets,
    'ws-subscribe': 1,
    'ws-frames': 10 * agents,
    'ws-order': agents,
    'ws-uptime': sockets,
    'ws-close': agents,
    'answer-form': health + list + agents + consensus,
    'health-body': health,
    'list-body': list,
    'list-holding': list,
    'consensus-body': consensus,
    'debate-agents': agents,
    'debate-texts': agents,
    'debate-rounds': agents,
    'debate-outcome': agents,
    'debate-progress': agents,
    'server-time': health + sockets,
  };
}

/** The endpoint whose samples the break's fault counts. */
function countedAt({ patch: { http: [fault] = [], sockets: [socket] = [] } }: Break): Measured {
  if (fault !== undefined) return fault.route;
  if (socket?.kind === 'sync') return 'ws-subscribe';
  if (socket?.kind === 'pong' || socket?.kind === 'extra-frame') return 'ws-ping';
  return 'debates-create';
}

function hits(subject: Break, durationSec: number, perSec: number): number {
  const [fault] = [...(subject.patch.http ?? []), ...(subject.patch.sockets ?? [])];
  const pick: Pick = fault !== undefined && 'pick' in fault ? fault.pick : { from: 0, count: 0 };
  return 'share' in pick ? Math.floor(pick.share * perSec * durationSec) : pick.count;
}

/** What clients felt besides the target's own waits. */
const OWN_MS = 1;

/** Latencies of an endpoint, drawn as the target draws its waits under the break; those of a healthy one where the break leaves it alone. */
function latenciesMs(subject: Subject, endpoint: Measured): (second: number, count: number) => number[] {
  const waits = subject === 'control' || !subject.finding.startsWith('latency.') ? {} : (subject.patch.waits ?? {});
  const law = WAITS.includes(endpoint as Wait) ? waits[endpoint as Wait] : undefined;
  if (law === undefined) return (_, count) => Array.from({ length: count }, () => HEALTHY_MS[endpoint]);
  const draw = sampler(parseLaws(law), 1, endpoint);
  return (second, count) =>
    Array.from({ length: count }, (_, index) => OWN_MS + draw(1000 * (second + index / Math.max(1, count))));
}

/** A healthy run under the subject's load, but for what the break does in it, evenly spread. */
function verdictOf(subject: Subject) {
  const rates = ratesFor(subject);
  const perSec = samplesPerSec(rates);
  const failures = subject === 'control' ? {} : failuresOf(subject);
  const number = subject === 'control' ? 0 : hits(subject, rates.durationSec, perSec[countedAt(subject)]);
  const secondsOf = (endpoint: Measured): MadeSecond[] => {
    const drawn = latenciesMs(subject, endpoint);
    return Array.from({ length: rates.durationSec }, (_, second): MadeSecond => {
      const due = (until: number) => Math.floor((until * number) / rates.durationSec);
      const failed = Object.fromEntries(
        Object.entries(failures[endpoint] ?? {}).map(([kind, each]) => [kind, each * (due(second + 1) - due(second))]),
      );
      const failing = Object.values(failed).reduce((sum, count) => sum + count, 0);
      const answered = Math.max(0, perSec[endpoint] - failing);
      return { ms: drawn(second, answered), failed };
    });
  };
  const endpoints = Object.keys(HEALTHY_MS) as Measured[];
  const facts = factsOf(OBJECTIVES, Object.fromEntries(endpoints.map((endpoint) => [endpoint, secondsOf(endpoint)])));
  return judge(facts, []);
}

describe('a made run', () => {
  test('fails nothing where nothing is broken', () => {
    expect(trippedOf(verdictOf('control'))).toEqual([]);
  });

  test.each(clientBreaks('classification'))('with what $name does fails $finding alone', (broken) => {
    const tripped = trippedOf(verdictOf(broken));
    expect(tripped.map(({ id }) => id)).toEqual([broken.finding]);
    expect(isCaught(broken, tripped)).toBe(true);
  });
});
