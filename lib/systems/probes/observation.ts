/** What single requests around the load saw. Nothing here is judged, and no long text is kept. */
import type { Unavailable } from '../../core/observation.ts';
import type { TroubleKind } from '../../http/trouble.ts';

/** How one request ended: with an answer, or why without one. */
export type Answered =
  | {
      readonly status: number;
      readonly contentType: string;
      /** Whether its body is a JSON object. */
      readonly isObject: boolean;
    }
  | { readonly trouble: TroubleKind; readonly words: string };

/** What a probe saw. `lacking`: what kept it from asking. `unasked`: the set-up was not meant to give it. */
export type Part<Seen> = Seen | { readonly lacking: string } | { readonly unasked: string };

/** A WebSocket that was open before the load and until after it. */
export interface OldSocketSeen {
  readonly heldSec: number;
  /** How it was closed before it was asked; null: it was still open. */
  readonly closed: { readonly code: number; readonly afterSec: number } | null;
  /** Whether it answered a ping after the load; null: it was not asked. */
  readonly pong: boolean | null;
  /** Whether a new socket answered one; null: none opened. */
  readonly newPong: boolean | null;
}

/** A connection that was used once before the load, and once after it. */
export interface IdleLineSeen {
  readonly idleSec: number;
  readonly first: Answered;
  readonly again: Answered;
  /** Whether the second request went over the same connection; null: it is not known, because it had no answer. */
  readonly isSame: boolean;
  /** What the second answer calls the health; absent in observations of older versions. */
  readonly againStatus?: string | null;
}

/** The same question about health, by a client of no name and by a monitor. */
export interface MonitorSeen {
  readonly agent: string;
  readonly own: Answered;
  readonly ownStatus: string | null;
  readonly monitor: Answered;
  readonly monitorStatus: string | null;
  /** Whether each of the two got the same once more, where they differed; absent in observations of older versions. */
  readonly isSteady?: boolean;
}

/** What the guide's second monitor reads: the health of the server's parts. */
export interface ServicesSeen {
  readonly answered: Answered;
  /** What it calls the whole. */
  readonly status: string | null;
  /** How it contradicts itself, where it calls the whole healthy; null where it does not. */
  readonly contradiction: 'unhealthy-part' | 'error-beside' | null;
}

/** One look at the list of debates; of the debate that is looked for, its end had been seen before. */
export interface ListRead {
  readonly atMs: number;
  readonly answered: Answered;
  readonly entries: number | null;
  /** How many there are in all, as it says. */
  readonly total: number | null;
  /** Whether it says that there are no further pages. */
  readonly isWhole: boolean;
  /** Whether it is the first page, and has fewer entries than a page can have. */
  readonly hasRoom: boolean;
  readonly holds: boolean;
  /** The debate's, in its entry. */
  readonly status: string | null;
  /** How long after the answer the debate was created, by the server's own clocks; null where a time or its zone is not known. */
  readonly aheadSec?: number | null;
  /** Of the debate, in its entry; null where it does not say, absent in observations of older versions. */
  readonly agents?: readonly string[] | null;
  readonly consensus?: boolean | null;
  /** Entries whose debates have ended, as they say. */
  readonly ended: number;
}

/** The list before the load, again until it shows the debate as ended, and after the load. */
export interface ListSeen {
  readonly debateId: string;
  /** Whether it had consensus, as it is read by its id. */
  readonly consensus?: boolean | null;
  readonly reads: readonly ListRead[];
}

/** An event of a debate, as one socket got it. */
export interface SeenEvent {
  readonly seq: number;
  readonly type: string;
  /** The debate that it says it is of. */
  readonly of: string;
  readonly agent: string;
  readonly hasContent: boolean;
  /** By which its text is known again; null without one, absent in observations of older versions. */
  readonly textHash?: string | null;
  /** Its own time, in Unix seconds; null without one, absent in observations of older versions. */
  readonly atSec?: number | null;
}

/** What a subscriber got as the state of its debate. */
export interface StateSeen {
  readonly isRightDebate: boolean;
  /** null where it does not say. */
  readonly isRightQuestion: boolean | null;
  readonly ended: boolean | null;
  readonly consensus: boolean | null;
  readonly messages: number | null;
  /** Absent in observations of older versions. */
  readonly agents?: readonly string[] | null;
}

export interface SubscriberSeen {
  /** In the order of their arrival; of any debate. */
  readonly events: readonly SeenEvent[];
  /** Of the events, how many had arrived when both were surely subscribed; null: that is not known. */
  readonly sureFrom: number | null;
}

/** What `GET /api/debates/{id}` says; null where it says nothing of it. */
export interface ReadSeen {
  readonly answered: Answered;
  readonly isRightQuestion: boolean | null;
  readonly agents: readonly string[] | null;
  readonly status: string | null;
  readonly inProgress: boolean | null;
  readonly hasAnswer: boolean;
  readonly consensus: boolean | null;
  /** Whether one of its messages was heard; null where that can't be compared, absent in observations of older versions. */
  readonly isHeard?: boolean | null;
}

export interface ConvergenceSeen {
  readonly answered: Answered;
  readonly isRightDebate: boolean | null;
  readonly consensus: boolean | null;
  readonly similarity: number | null;
}

/** One debate from its creation to its end, seen by two subscribers, read by its id while it ran and afterwards. */
export interface DebateSeen {
  readonly id: string;
  readonly agents: readonly string[];
  /** The agents that its `debate_start` named; null without one. */
  readonly startedWith: readonly string[] | null;
  /** The other debate, which ran at the same time; null: there was none. */
  readonly otherId: string | null;
  /** What the event `consensus` said; null: there was none, or it did not say. */
  readonly consensus: boolean | null;
  /** Whether its `debate_end` came. */
  readonly ended: boolean;
  readonly first: Part<SubscriberSeen>;
  readonly second: Part<SubscriberSeen>;
  readonly atStart: Part<StateSeen>;
  readonly atEnd: Part<StateSeen>;
  /** Right after its creation, before anybody had subscribed. */
  readonly running: ReadSeen;
  /** What its entry in the list was called then; null without one, absent in observations of older versions. */
  readonly listedAs?: string | null;
  /** From the sending of its creation until the debate and the list had been read, ms; absent in observations of older versions. */
  readonly readAfterMs?: number;
  readonly finished: Part<ReadSeen>;
  readonly convergence: Part<ConvergenceSeen>;
}

/** The creation of the debate that probes watch. */
export interface CreationSeen {
  readonly answered: Answered;
  readonly isCreated: boolean;
  /** The server's own message, if it created none and says why; clipped. */
  readonly said: string | null;
}

/** The creation of a debate with a very long question. */
export interface LargeSeen {
  readonly chars: number;
  readonly answered: Answered;
  /** Whether it says `success: true` and has an id. */
  readonly isCreated: boolean;
  readonly read: { readonly answered: Answered; readonly isSame: boolean | null; readonly chars: number | null } | null;
}

/** The exposition as a plain client and as Prometheus get it: the plain one before and after Prometheus'. */
export interface ExpositionsSeen {
  readonly plain: Answered;
  readonly prometheus: Answered;
  /** Samples of `aragora_` that both plain ones have; 0 where one could not be read. */
  readonly compared: number;
  /** Lines that Prometheus would refuse. */
  readonly malformed: readonly string[];
  /** Names that both plain ones have, and Prometheus' has not. */
  readonly lost: readonly string[];
  /** Samples of the other names that it lacks, or whose value is not between the plain ones; the first few, and how many. */
  readonly differing: { readonly count: number; readonly examples: readonly string[] };
  /** Metrics that are of another type for Prometheus; absent in observations of older versions. */
  readonly retyped?: readonly string[];
  /** Whether it has what was counted only just before: it is no copy that was kept. */
  readonly isFresh: boolean;
}

/** What became of the ids that were asked for, in the labels of metrics. */
export interface LabelsSeen {
  readonly ids: number;
  /** Series that have one of them in a label; the first few, and how many. */
  readonly withId: { readonly count: number; readonly examples: readonly string[] };
  /** Series that appeared when one more unknown id was asked for. */
  readonly grown: { readonly count: number; readonly examples: readonly string[] };
  /** Whether both expositions are of one server, and none is a copy that was kept; absent in observations of older versions. */
  readonly isNext?: boolean;
  /** Series of debates that counted the last unknown id as a success, where none counted a refusal; absent in observations of older versions. */
  readonly asSuccess?: readonly string[];
}

export interface ProbesObserved {
  readonly kind: 'probes';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** HTTP requests and handshakes, all together. */
  readonly requests: number;
  readonly oldSocket: Part<OldSocketSeen>;
  readonly idleLine: Part<IdleLineSeen>;
  readonly monitor: Part<MonitorSeen>;
  /** Absent in observations of older versions. */
  readonly services?: Part<ServicesSeen>;
  readonly list: Part<ListSeen>;
  readonly debate: Part<DebateSeen>;
  /** Absent in observations of older versions. */
  readonly creation?: CreationSeen;
  readonly large: Part<LargeSeen>;
  /** A debate that does not exist: its path, and the answer. */
  readonly unknown: readonly { readonly path: string; readonly answered: Answered }[];
  readonly expositions: Part<ExpositionsSeen>;
  readonly labels: Part<LabelsSeen>;
}

export type ProbesObservation = ProbesObserved | Unavailable<'probes'>;
