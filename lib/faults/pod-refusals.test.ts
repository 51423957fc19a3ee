/** What can be broken depends on where the load comes from: the other is refused by its name. */
import { describe, expect, it } from 'vitest';
import type { PhaseSpec, Profile } from '../../thresholds/profiles.ts';
import type { Fault } from '../core/fault.ts';
import { refusePodFaults, type WhereFrom } from './pod-refusals.ts';

const LATENCY: Fault = { kind: 'latency', delayMs: 5, jitterMs: 0 };
const COMMAND: Fault = { kind: 'command', name: 'redis-down' };
const STATUS: Fault = { kind: 'pod-status', status: 503, share: 0.1, exclude: [] };
const DROP: Fault = { kind: 'pod-drop' };
const KILL: Fault = { kind: 'pod-kill', count: 1 };
const CLUSTER = { kubernetes: true } as const;
const arrivals = { steps: [{ ratePerSec: 1, durationSec: 10 }] };
type Journeys = Profile['journeys'];
const HTTP = { health: arrivals };
const SOCKETS = { health: arrivals, agents: arrivals };

const phase = (fault: Fault): PhaseSpec => ({ name: 'fault', faults: [fault], objectives: [], expects: [] });
const refused = (fault: Fault | null, asked: WhereFrom, journeys: Journeys = HTTP): void =>
  refusePodFaults({ journeys, ...(fault && { phases: [phase(fault)] }) }, asked);

describe('faults of a run', () => {
  it.each<[Fault | null, WhereFrom, Journeys]>([
    [null, {}, SOCKETS],
    [null, CLUSTER, SOCKETS],
    [LATENCY, {}, SOCKETS],
    [COMMAND, CLUSTER, SOCKETS],
    [STATUS, { ...CLUSTER, agentImage: 'registry/agent:1', faultService: 'aragora' }, HTTP],
    [DROP, CLUSTER, SOCKETS],
    [KILL, { ...CLUSTER, faultService: 'aragora' }, SOCKETS],
  ])('fit: %j with %j and %j', (fault, asked, journeys) => {
    expect(() => refused(fault, asked, journeys)).not.toThrow();
  });

  it.each<[Fault | null, WhereFrom, Journeys, string]>([
    [LATENCY, CLUSTER, HTTP, "the fault latency can't be had with --kubernetes"],
    [KILL, {}, HTTP, 'the fault pod-kill needs --kubernetes'],
    [COMMAND, { ...CLUSTER, faultService: 'aragora' }, HTTP, '--fault-service has nothing to do'],
    [null, { ...CLUSTER, faultService: 'aragora' }, HTTP, '--fault-service has nothing to do'],
    [KILL, { ...CLUSTER, agentImage: 'registry/agent:1' }, HTTP, '--agent-image has nothing to do'],
    [STATUS, CLUSTER, SOCKETS, 'the fault pod-status in the phase fault excludes the journey "agents"'],
  ])('do not fit: %j with %j and %j', (fault, asked, journeys, says) => {
    expect(() => refused(fault, asked, journeys)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(says), exitCode: 2 }),
    );
  });

  it('looks at the journeys of the phase, where it has its own', () => {
    const calm = { ...phase(STATUS), journeys: HTTP };
    expect(() => refusePodFaults({ journeys: SOCKETS, phases: [calm] }, CLUSTER)).not.toThrow();
  });
});
