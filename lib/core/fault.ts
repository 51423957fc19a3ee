/**
 * What can be broken on purpose: between clients and a server, and in the server itself (server-fault.ts). Of what is between them, the first
 * kinds look at bytes of connections, the others at requests: they hit a share of those whose path begins with `path`. The Go side is
 * faults/fault.go.
 */
import { isServerFaultKind, type ServerFault, type Witness } from './server-fault.ts';

/** The requests that a fault hits. */
interface OfRequests {
  /** Beginning of the path, for example `/api/debates`; absent: every path. */
  readonly path?: string | undefined;
  /** 0 < share ≤ 1: so many of these requests, evenly spread. */
  readonly share: number;
}

export type LayerFault =
  /** Everything that the server sends comes `delayMs` later, give or take `jitterMs`. */
  | { readonly kind: 'latency'; readonly delayMs: number; readonly jitterMs: number }
  /** Each connection carries at most so many bytes a second to the client; steps of 1,000. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSec: number }
  /** A connection is reset (TCP RST) so long after the server's first byte. */
  | { readonly kind: 'reset'; readonly afterMs: number }
  /** Connections open, and nothing passes in either direction. */
  | { readonly kind: 'black-hole' }
  /** Requests reach the server, and its answers are lost. */
  | { readonly kind: 'half-open' }
  /** Answered with this status, without the server. */
  | ({ readonly kind: 'status'; readonly status: number } & OfRequests)
  /** Reaches the server `delayMs` later. */
  | ({ readonly kind: 'delay'; readonly delayMs: number } & OfRequests)
  /** The body breaks off after so many bytes. */
  | ({ readonly kind: 'truncated'; readonly afterBytes: number } & OfRequests)
  /** The body comes with so many bytes a second. */
  | ({ readonly kind: 'slow-body'; readonly bytesPerSec: number } & OfRequests)
  /** A WebSocket is cut so long after it was opened. The other kinds leave WebSockets alone once they are open. */
  | ({ readonly kind: 'socket-drop'; readonly afterMs: number } & OfRequests);

export type Fault = LayerFault | ServerFault;

export type FaultKind = Fault['kind'];

/** The header of an answer that is the layer's own, with the mark that only the layer and the clients of the run know. */
export const FAULT_HEADER = 'Aragora-Slo-Fault';

/** How often a fault was looked at, and hit. Of kinds that look at no requests, both are 0. */
export interface FaultCount {
  readonly seen: number;
  readonly hit: number;
}

/** A moment at which other faults became active, with the phase that begins with it. Unix ms. */
export interface FaultSwitch {
  readonly phase: string;
  readonly orderedAtMs: number;
  readonly doneAtMs: number;
}

/** What became of the requests of an endpoint. Those that passed and have no whole answer may have reached the server, or not. */
export interface RouteCount {
  readonly came: number;
  /** Sent on to the server. */
  readonly passed: number;
  /** Whole answers of the server, by status. */
  readonly answered: Readonly<Record<string, number>>;
}

/** What was broken in a load, by the layer of faults and in the server. Written to load.json. */
export interface FaultsDone {
  /** In their order. A phase with the same faults as the one before has none. */
  readonly switches: readonly FaultSwitch[];
  /** Of the faults of each phase that had some, in their order, by the phase's name. */
  readonly counts: Readonly<Record<string, readonly FaultCount[]>>;
  /** In the same order, what was seen of faults of the server; null for those of the layer. Absent: there was none of the server. */
  readonly witnesses?: Readonly<Record<string, readonly (Witness | null)[]>>;
  /** Requests that came to the layer, and those of them that the server answered: handshakes of WebSockets included. */
  readonly requests: number;
  readonly answered: number;
  /** Requests by the endpoint that clients measured, of the whole load; absent: the layer had ended, or nobody asked for them. */
  readonly routes?: Readonly<Record<string, RouteCount>>;
  /** From when on, and why, it is not known what was broken, for example because the layer ended by itself; absent: it was known to the end. */
  readonly ended?: { readonly atMs: number; readonly how: string };
}

/** Whether it is between clients and the server, which itself is as ever. */
export function isBetween(fault: Fault): fault is LayerFault {
  return !isOfServer(fault);
}

/** Whether it breaks the server itself, and nothing between it and its clients. */
export function isOfServer(fault: Fault): fault is ServerFault {
  return isServerFaultKind(fault.kind);
}

/** Whether it is between them and looks at requests, so that they can be counted. */
export function isOfRequests(fault: Fault): fault is Extract<LayerFault, OfRequests> {
  return isBetween(fault) && 'share' in fault;
}

/** For a person, for example `status 503, a share of 0.1 of /api/debates`. */
export function faultText(fault: Fault): string {
  const { kind, path, share, exclude, ...values } = { path: undefined, share: undefined, exclude: [], ...fault };
  const figures = Object.entries(values).map(([name, value]) => `${FIGURES[name] ?? name} ${value}`);
  const hits = share === undefined ? [] : [`a share of ${share} of ${path ?? 'all requests'}`];
  const spared = exclude.map((one) => `not ${one}`);
  return [kind, ...figures, ...hits, ...spared].join(', ');
}

const FIGURES: Readonly<Record<string, string>> = {
  delayMs: 'ms',
  jitterMs: '± ms',
  bytesPerSec: 'bytes a second',
  afterMs: 'after ms',
  afterBytes: 'after bytes',
  status: 'with',
  forMs: 'for ms',
  bytes: 'bytes',
  stepMs: 'by ms',
  name: 'called',
  count: 'pods',
};
