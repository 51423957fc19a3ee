/** What can be broken in the pods behind a Service of a cluster, what the harness saw of that, and what it orders of the agents in the pods. */

export type PodFault =
  /** An agent in each pod answers a share of the requests with this status, without the server. Which ones is up to chance. */
  | {
      readonly kind: 'pod-status';
      readonly status: number;
      readonly share: number;
      readonly exclude: readonly string[];
    }
  /** An agent in each pod holds every answer back for `delayMs`, give or take `jitterMs`. */
  | {
      readonly kind: 'pod-latency';
      readonly delayMs: number;
      readonly jitterMs: number;
      readonly exclude: readonly string[];
    }
  /** What is sent to the port of the server is lost before it reaches the server, in each pod. */
  | { readonly kind: 'pod-drop' }
  /** So many of the pods are deleted, as when their node is emptied. */
  | { readonly kind: 'pod-kill'; readonly count: number };

export type PodFaultKind = PodFault['kind'];

/** Those that an agent carries out. */
export type AgentFault = Exclude<PodFault, { kind: 'pod-kill' }>;

/** A pod of a name may come again, one of a uid never does. */
export interface PodId {
  readonly name: string;
  readonly uid: string;
}

export type PodWitness =
  /** The agents of these pods said that it was on, and that it was off again when they were asked to end it. Unix ms. */
  | { readonly kind: 'agents'; readonly pods: readonly string[]; readonly onAtMs: number; readonly offAtMs: number }
  /** The pods whose end the cluster accepted, and all that were there when the phase was over. */
  | { readonly kind: 'pods'; readonly ended: readonly PodId[]; readonly after: readonly PodId[] };

/** By the kinds, so that the compiler sees a new one. */
const KINDS: Readonly<Record<PodFaultKind, true>> = {
  'pod-status': true,
  'pod-latency': true,
  'pod-drop': true,
  'pod-kill': true,
};

export function isPodFault<Fault extends { readonly kind: string }>(
  fault: Fault,
): fault is Extract<Fault, { kind: PodFaultKind }> {
  return Object.hasOwn(KINDS, fault.kind);
}

/** What scenarios/faults/pods.ts is told, as JSON in the variable `ORDER`. */
export interface AgentOrder {
  readonly namespace: string;
  /** Of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Port at which the server listens in its pod. */
  readonly port: number;
  /** Of the agent; another one is not started where a pod has one. */
  readonly image: string;
  /** Absent: the agents are only made ready. */
  readonly fault?: AgentFault;
  /** After so long the agents end by themselves, whoever is there to tell them. */
  readonly atMostSec: number;
  /** Body of an answer that is an agent's own, which only the agents and the clients of the run know. */
  readonly mark: string;
}

/** Of the xk6-disruptor that disruptor/go.mod names. */
export const AGENT_IMAGE = 'ghcr.io/grafana/xk6-disruptor-agent:v0.3.17';

/** What it says on its standard output, line by line. */
export interface AgentsSaid {
  readonly event: 'on' | 'off';
  readonly pods: readonly string[];
}
