/** What can be broken depends on where the load comes from: what fits neither is refused before anything is started. */
import type { PhaseSpec, Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { isBetween } from '../core/fault.ts';
import { isPodFault } from '../core/pod-fault.ts';
import { JOURNEYS } from '../journeys/index.ts';

export interface WhereFrom {
  readonly kubernetes?: boolean | undefined;
  readonly faultService?: string | undefined;
  readonly agentImage?: string | undefined;
}

/** @throws SloError `usage`. */
export function refusePodFaults(profile: Pick<Profile, 'phases' | 'journeys'>, asked: WhereFrom): void {
  const { phases = [] } = profile;
  const faults = phases.flatMap((phase) => phase.faults);
  const ofPods = faults.filter(isPodFault);
  const [pods, between] = [ofPods[0], faults.find(isBetween)];
  if (asked.kubernetes === true && between !== undefined) {
    const message = `the fault ${between.kind} can't be had with --kubernetes: pods do not reach the layer on this machine`;
    throw new SloError('usage', message, { hint: 'in a cluster: pod-status, pod-latency, pod-drop, pod-kill' });
  }
  if (asked.kubernetes !== true && pods !== undefined) {
    const message = `the fault ${pods.kind} needs --kubernetes: it breaks the pods behind a Service of a cluster`;
    throw new SloError('usage', message, { hint: 'without a cluster: status, latency, black-hole, kill, and others' });
  }
  refuseIdle(
    asked,
    ofPods.length > 0,
    ofPods.some(({ kind }) => kind !== 'pod-kill'),
  );
  for (const phase of phases) refuseSockets(phase, profile.journeys);
}

function refuseIdle({ faultService, agentImage }: WhereFrom, breaks: boolean, attaches: boolean): void {
  const idle = (option: string): SloError =>
    new SloError('usage', `${option} has nothing to do: no fault of this run needs it`);
  if (faultService !== undefined && !breaks) throw idle('--fault-service');
  if (agentImage !== undefined && !attaches) throw idle('--agent-image');
}

/** The agent takes every connection, and can't pass a WebSocket on: it would hang, and so would the end of the fault. */
function refuseSockets({ name, faults, journeys }: PhaseSpec, usual: Profile['journeys']): void {
  const taking = faults.find(({ kind }) => kind === 'pod-status' || kind === 'pod-latency');
  if (taking === undefined) return;
  const load = journeys ?? usual;
  const socket = JOURNEYS.find((journey) => journey.usesSocket === true && load[journey.name] !== undefined);
  if (socket === undefined) return;
  const message = `the fault ${taking.kind} in the phase ${name} excludes the journey "${socket.name}": its agent passes no WebSocket on`;
  throw new SloError('usage', message, { hint: 'name a profile, or journeys of the phase, without WebSockets' });
}
