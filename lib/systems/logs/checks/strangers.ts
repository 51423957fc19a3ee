/**
 * Requests in lines under trace ids that the load did not send. Their clients are not known by name. But where nobody else calls the server,
 * they are requests of the load that had no trace id, so what all clients together saw is true of them, too.
 */
import { endpointsOf } from '../../../core/endpoint.ts';
import { failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { statusOf } from '../../answered.ts';
import { tracesAsDocumented } from '../../own-names.ts';
import type { Span } from '../../traces/observation.ts';
import type { LoggedRequest } from '../observation.ts';
import type { LogFacts } from './frame.ts';

export interface Stranger {
  readonly request: LoggedRequest;
  /** Of the load, by the method and the path that a line says. */
  readonly endpoint: string;
  /** How to group it among others. */
  readonly group: string;
  /** What clients of the endpoint saw; null where others may have asked. */
  readonly seen: SeenByClients | null;
  /** Spans of its trace that answer a request. */
  readonly spans: readonly Span[];
}

interface SeenByClients {
  /** As texts; null where some clients saw no whole answer. */
  readonly statuses: ReadonlySet<string> | null;
  /** The longest that a client waited; `Infinity` where some gave up. */
  readonly mostMs: number;
  readonly failed: boolean;
}

/** The request was sent again elsewhere. */
const REDIRECT = /^3\d\d$/;

export function strangersOf(facts: LogFacts): Stranger[] {
  const routes = routesOf(facts);
  const answers = answersOf(facts);
  const seen = new Map(routes.map(({ name }) => [name, facts.exclusive ? seenAt(facts, name) : null]));
  return (facts.observed.strangers?.requests ?? []).flatMap((request) => {
    const { method = [], path = [], status = [] } = request.said;
    const route = routes.find((one) => method.includes(one.method) && path.some((text) => one.path.test(text)));
    if (route === undefined || status.some((text) => REDIRECT.test(text))) return [];
    const { name: endpoint } = route;
    const spans = answers.get(request.traceId) ?? [];
    const group = `${endpoint}, ${spans.length > 0 ? 'begun by the server' : 'without an id'}`;
    return [{ request, endpoint, group, seen: seen.get(endpoint) ?? null, spans }];
  });
}

/** Those whose lines say a method and a path that the load does not ask for, or not in this way. */
export function elsewhereOf(facts: LogFacts): LoggedRequest[] {
  const known = new Set(strangersOf(facts).map(({ request }) => request.traceId));
  return (facts.observed.strangers?.requests ?? []).filter(({ traceId, said: { method, path, status = [] } }) => {
    const isSaid = method !== undefined && path !== undefined;
    return isSaid && !known.has(traceId) && !status.some((text) => REDIRECT.test(text));
  });
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
}

/** A server may be mounted under a prefix, and say the query or the pattern of a path. */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^(?:/[^?]*)?${path.replaceAll('{id}', '[^/]+')}/?(?:\\?.*)?$`);
}

function routesOf({ plan }: LogFacts): Route[] {
  return endpointsOf(plannedJourneys(plan)).flatMap(({ name, http }) =>
    http === undefined ? [] : [{ name, method: http.method, path: pathPattern(http.path) }],
  );
}

function seenAt({ recording, plan }: LogFacts, endpoint: string): SeenByClients {
  const { seconds = [], total } = recording.endpoints.get(endpoint) ?? {};
  const outcomes = ['ok', ...seconds.flatMap(({ failed }) => outcomesIn(failed))];
  const statuses = outcomes.map((outcome) => statusOf(outcome, endpoint, plan));
  const failed = seconds.some((second) => failedCount(second.failed) > 0);
  return {
    statuses: statuses.includes(null) ? null : new Set(statuses.map(String)),
    mostMs: failed || total?.maxUs == null ? Number.POSITIVE_INFINITY : total.maxUs / 1000,
    failed,
  };
}

function outcomesIn(failed: Readonly<Record<string, number>>): string[] {
  return Object.entries(failed).flatMap(([outcome, count]) => (count > 0 ? [outcome] : []));
}

function answersOf(facts: LogFacts): Map<string, Span[]> {
  const traces = tracesAsDocumented(facts);
  const answers = new Map<string, Span[]>();
  if (traces === undefined) return answers;
  const growing = new Set(traces.unsettled);
  for (const span of traces.spans) {
    if (span.kind !== 'server' || growing.has(span.traceId)) continue;
    answers.set(span.traceId, [...(answers.get(span.traceId) ?? []), span]);
  }
  return answers;
}

/** Names that an answer's status has in spans: the documents', and those of the semantic conventions. */
const STATUSES = ['status', 'http.status_code', 'http.response.status_code'] as const;

/** What its lines say that no client saw, or that its spans say otherwise. */
export function contradictedBy({ request: { said }, seen, spans }: Stranger): string[] {
  const { status = [] } = said;
  const ofSpans = spans.flatMap(({ attributes }) => STATUSES.flatMap((name) => attributes[name] ?? [])).map(String);
  if (status.length === 0) return [];
  const isSeen = (text: string) => seen?.statuses?.has(text) ?? true;
  if (!status.some(isSeen)) return ['a status that no client saw'];
  // A span that no client agrees with has a finding of its own.
  const possible = ofSpans.filter(isSeen);
  return possible.length > 0 && !status.some((text) => possible.includes(text)) ? ['another status than its span'] : [];
}

export interface Estimated {
  readonly requests: number;
  /** So far may it be from the number that there is. */
  readonly offBy: number;
}

/** Standard deviations. */
const SURELY = 3;

/** How many of these requests there are, of which a share was kept. */
export function estimated(kept: readonly unknown[], { observed: { strangers } }: LogFacts): Estimated {
  const share = strangers?.share ?? 1;
  return { requests: kept.length / share, offBy: (SURELY * Math.sqrt((kept.length + 1) * (1 - share))) / share };
}
