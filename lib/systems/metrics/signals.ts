/** The words for promises about metrics, and for where a release keeps them instead. */
import type { Endpoint, HttpRoute } from '../../core/endpoint.ts';
import type { OwnMetric } from '../../core/own-names.ts';
import type { Source } from '../../core/source.ts';

/**
 * What in the load must move a metric: API requests, debates that begin and end, debates that are running (a gauge), sockets that are open
 * (a gauge). `nothing-certain` if the documents don't say, or the load does not cause it.
 */
export type MetricMover = 'requests' | 'debates' | 'running-debates' | 'open-sockets' | 'nothing-certain';

/**
 * What clients see of debates and a metric counts once each: messages of agents, debates that reach consensus, debates that time out,
 * changes of ratings.
 */
export type CountedEvent = 'agent-messages' | 'consensus' | 'time-outs' | 'ratings';

/** What clients see of debates and a histogram times: how long agents took to answer, and how long debates lasted. */
export type TimedEvent = 'agents' | 'debates';

/** Labels that every series of a metric must have; it may have more. */
export interface LabelPromise {
  /** The end of the finding's id: `labels` for the first promise, another word if a second document asks for other labels. */
  readonly id: string;
  readonly names: readonly string[];
  readonly source: Source;
}

export interface MetricSignal {
  /** As documented, for example `aragora_requests_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `needed-by-alert`: no document lists it, but a documented alert rule can never fire without it. */
  readonly standing: 'promised' | 'needed-by-alert';
  /** Where the name and type are promised, the first place first. */
  readonly sources: readonly [Source, ...Source[]];
  readonly labels: readonly LabelPromise[];
  /** Upper bounds of a histogram without +Inf, ascending; null where none are documented. */
  readonly buckets: { readonly bounds: readonly number[]; readonly source: Source } | null;
  readonly movedBy: MetricMover;
  /** How often a counter counts each debate of the load; absent where the documents don't say. */
  readonly perDebate?: 'one' | 'at-most-one';
  /** Absent where clients see nothing of it, and in older plans, which did not look at it. */
  readonly counts?: CountedEvent;
  /** The same of a histogram. */
  readonly times?: TimedEvent;
}

/** A PromQL expression that a document recommends. */
export interface DocumentedQuery {
  /** The end of the finding's id, for example `request-rate`. */
  readonly id: string;
  readonly expr: string;
  /** On a healthy server there may be nothing to return, for example 5xx responses: only the syntax is checked. */
  readonly mayBeEmpty: boolean;
  readonly source: Source;
}

/** Everything that the metrics checks compare the server with. */
export interface MetricSignals {
  readonly metrics: readonly MetricSignal[];
  readonly queries: readonly DocumentedQuery[];
  /** Where it is promised that there is an exposition, in Prometheus' format. */
  readonly endpointSource: Source;
  /** Where it is promised that Prometheus scrapes it. */
  readonly scrapeSource: Source;
  /** The most series that one metric may have: what a Prometheus of ordinary size can take. */
  readonly maxSeriesPerMetric: number;
  /** Names of the metrics that are compared with the clients' counts. */
  readonly requestCounter: string;
  readonly requestDuration: string;
  readonly debateDuration: string;
  /** Absent in older plans, which did not look at it. */
  readonly debateTimeouts?: string;
}

/** Where a release keeps a documented metric. */
export interface MetricLocation extends OwnMetric {
  /** The server's own team says so: under this name it is promised. */
  readonly isOwn?: true;
}

export interface MetricMapping {
  /** By documented name; a metric that is not here has its documented name. */
  readonly locations: Readonly<Record<string, MetricLocation>>;
  /** How each HTTP endpoint of the load appears in the labels `method` and `endpoint`; `{id}`, `:id` and a literal id all match. */
  readonly routes: Readonly<Record<Endpoint, HttpRoute>>;
  /** How much longer than the client's time the server's own time of a request may be, because of what it does after the answer has left, in ms. */
  readonly clockSlackMs: number;
}

/** What a plan says of metrics: the documents' promises, and where the release keeps them. */
export interface MetricPromises {
  readonly signals: MetricSignals;
  readonly contract: MetricMapping;
}
