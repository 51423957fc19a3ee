/** How the reference target behaves towards its clients, as data: waits, HTTP and WebSocket faults, and how a patch changes them. */

/** Everything that has its own latency law. `all` is added to every other one (a stall of the whole server). */
export const WAITS = [
  'health',
  'debates-list',
  'debates-create',
  'debate',
  'consensus',
  'other',
  'debate-start',
  'agent-response',
  'agent-call',
  'ws-connect',
  'ws-ping',
  'all',
] as const;
export type Wait = (typeof WAITS)[number];

/** HTTP routes that can have faults. */
export type FaultyRoute = 'health' | 'debates-list' | 'debates-create' | 'consensus';

/** What a client gets instead of the answer. */
export type HttpFaultKind =
  /** `afterMs` later than the right answer would come. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSec?: number; readonly afterMs?: number }
  /** 200 with this body instead of the right one, complete and with its correct length. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string }
  /** The right answer, changed so that it contradicts itself or what is known of a debate. */
  | { readonly kind: 'lie'; readonly how: AnswerLie }
  /** 200 with this many bytes that are not JSON. */
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** 200 with its full content length announced, half a body, then the end of the connection. */
  | { readonly kind: 'cut' }
  /** Like `cut`, but the connection is reset. Before the first byte, a client would silently ask again (Go's client does). */
  | { readonly kind: 'reset' }
  /** No answer for as long as the client waits. */
  | { readonly kind: 'hang' };

/** What a changed answer says. answer-lies.ts carries it out. */
export const ANSWER_LIES = [
  'plain-text',
  'latin-1',
  'client-shown',
  'error-beside',
  'unhealthy-part',
  'status-twice',
  'count-of-none',
  'entry-twice',
  'entry-without-id',
  'questions-of-neighbours',
  'hour-old',
  'header-hour-old',
  'more-denied',
  'others-alone',
  'another-load-alone',
  'consensus-turned',
  'similarity-of-five',
  'other-similarity',
  'seven-rounds',
  'other-question',
] as const;
export type AnswerLie = (typeof ANSWER_LIES)[number];

/** `pick` counts the requests of the route. */
export type HttpFault = HttpFaultKind & { readonly route: FaultyRoute; readonly pick: Pick };

/** What a fault hits: an evenly spread share (0–1), or `count` of them beginning with number `from` (0 = the first). */
export type Pick = { readonly share: number } | { readonly from: number; readonly count: number };

/** A close code, or the end of the connection without one (seen as 1006). */
export type Closing = number | 'abort';

/** How events get out of order. */
export const DISORDERS = [
  'swapped',
  'frames-swapped',
  'duplicate-seq',
  'seq-backwards',
  'seq-restarts',
  'delivered-twice',
] as const;
export type Disorder = (typeof DISORDERS)[number];

/** How the events of a debate lie. event-lies.ts carries it out. */
export const EVENT_LIES = [
  'start-of-another-debate',
  'second-agent-silent',
  'number-for-text',
  'error-for-text',
  'placeholder-for-text',
  'text-of-a-neighbour',
  'text-of-the-first-debate',
  'text-three-times',
  'round-left-out',
  'round-begins-twice',
  'round-unannounced',
  'consensus-both-ways',
  'confidence-of-1.7',
  'end-after-an-hour',
  'end-of-other-rounds',
  'confidence-below-zero',
  'consensus-a-day-before',
  'round-below-zero',
  'event-without-time',
  'event-without-debate',
  'message-after-the-end',
  'nothing-after-the-first-message',
] as const;
export type EventLie = (typeof EVENT_LIES)[number];

/** Texts may contain `$ts` (what the client pinged) and `$id` (what it subscribed to). */
export type SocketFault =
  /** A handshake is refused with this status, reset, or left unanswered for 8 s and then dropped. `pick` counts handshakes. */
  | { readonly kind: 'refuse'; readonly status: number | 'reset' | 'hang'; readonly pick: Pick }
  /** A handshake succeeds with a subprotocol in its answer that nobody offered. `pick` counts handshakes. */
  | { readonly kind: 'other-subprotocol'; readonly pick: Pick }
  /** `connection_info` is left out (null), or replaced by this text. `pick` counts sockets. */
  | { readonly kind: 'connection-info'; readonly instead: string | null; readonly pick: Pick }
  /** A ping is not answered (null), or answered with this text. `pick` counts pings. */
  | { readonly kind: 'pong'; readonly instead: string | null; readonly pick: Pick }
  /** A subscription is not answered (null), or with this text instead of `sync`. `pick` counts subscriptions. */
  | { readonly kind: 'sync'; readonly instead: string | null; readonly pick: Pick }
  /** An extra frame after a pong. `pick` counts pongs. */
  | { readonly kind: 'extra-frame'; readonly frame: string; readonly binary: boolean; readonly pick: Pick }
  /** The events of a debate come out of order. `pick` counts debates. */
  | { readonly kind: 'order'; readonly how: Disorder; readonly pick: Pick }
  /** The events of a debate are not what happened. `pick` counts debates. */
  | { readonly kind: 'events'; readonly how: EventLie; readonly pick: Pick }
  /** Agents' messages of a debate are empty. `pick` counts debates. */
  | { readonly kind: 'empty-messages'; readonly pick: Pick }
  /** Subscribers of a debate are cut off after its first `agent_message`. `pick` counts debates. */
  | { readonly kind: 'close-after-message'; readonly code: Closing; readonly pick: Pick }
  /** A socket is closed at its n-th ping (1 = the first), once that is answered. `pick` counts such sockets. */
  | { readonly kind: 'close-at-ping'; readonly ping: number; readonly code: Closing; readonly pick: Pick }
  /** For `forMs` in every `everyMs`, sockets that have pinged are closed, and new handshakes wait until it is over. */
  | { readonly kind: 'outage'; readonly everyMs: number; readonly forMs: number; readonly code: number };

/** How a debate goes wrong. `pick` counts debates. */
export type DebateFault =
  /** Its agents do not agree. */
  | { readonly kind: 'no-consensus'; readonly pick: Pick }
  /** Its first agent, or every agent in the first round, does not answer for `forMs`, and the debate goes on without it. */
  | { readonly kind: 'agent-timeout'; readonly forMs: number; readonly everyAgent?: true; readonly pick: Pick }
  /** Its agents answer, and it finds no end for `forMs` more. Then it is given up. */
  | { readonly kind: 'debate-timeout'; readonly forMs: number; readonly pick: Pick };

export interface Behaviour {
  /** Each is a law of laws.ts, as text. */
  readonly waits: Readonly<Record<Wait, string>>;
  readonly http: readonly HttpFault[];
  readonly sockets: readonly SocketFault[];
  readonly debates: readonly DebateFault[];
}

/** A change of behaviour: laws replace, faults are added. */
export interface Patch {
  readonly waits?: Partial<Record<Wait, string>>;
  readonly http?: readonly HttpFault[];
  readonly sockets?: readonly SocketFault[];
  readonly debates?: readonly DebateFault[];
}

/** Well within the documented limits, without any fault. */
export const HEALTHY: Behaviour = {
  waits: {
    health: 'constant(0ms)',
    'debates-list': 'lognormal(5ms,0.5)',
    'debates-create': 'lognormal(5ms,0.5)',
    debate: 'lognormal(2ms,0.5)',
    consensus: 'lognormal(5ms,0.5)',
    other: 'constant(0ms)',
    'debate-start': 'constant(30ms)',
    'agent-response': 'lognormal(70ms,0.3)',
    'agent-call': 'lognormal(20ms,0.3)',
    'ws-connect': 'constant(0ms)',
    'ws-ping': 'constant(0ms)',
    all: 'constant(0ms)',
  },
  http: [],
  sockets: [],
  debates: [],
};

/** The behaviour with the patches applied in turn. */
export function patched(behaviour: Behaviour, patches: readonly Patch[]): Behaviour {
  return patches.reduce<Behaviour>(
    (before, patch) => ({
      waits: { ...before.waits, ...patch.waits },
      http: [...before.http, ...(patch.http ?? [])],
      sockets: [...before.sockets, ...(patch.sockets ?? [])],
      debates: [...before.debates, ...(patch.debates ?? [])],
    }),
    behaviour,
  );
}
