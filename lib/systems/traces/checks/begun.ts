/**
 * Requests whose traces the server began itself. Their clients are not known by name. But where nobody else calls the server, they are
 * requests that the load sent without a trace id, so what all clients together saw is true of them, too.
 */
import { endpointsOf } from '../../../core/endpoint.ts';
import { mostFrequent } from '../../../core/most-frequent.ts';
import { failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { JOURNEYS } from '../../../journeys/index.ts';
import { statusOf } from '../../answered.ts';
import { shareOf } from '../../shares.ts';
import type { Span } from '../observation.ts';
import type { Problem } from './problem.ts';
import { isAsked, requestSpanOf, type TracesView } from './view.ts';

export interface BegunRequest {
  readonly span: Span;
  /** null: its path is one that the load asks for, but not with its method, or only with a trace id. */
  readonly endpoint: string | null;
  /** How to group it among others. */
  readonly group: string;
}

/** The request was sent again elsewhere. */
const isRedirect = (status: unknown) => typeof status === 'number' && status >= 300 && status < 400;

/** [] where others may have sent them, and where the server may have begun traces of its own for requests that had one. */
export function begunIn(view: TracesView): BegunRequest[] {
  const { observed, contract, run, exclusive } = view;
  if (!exclusive || areTracesLost(view)) return [];
  const looked = new Set(observed.requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  const { startedAtMs, endedAtMs } = run.load;
  const untraced = untracedEndpoints(view);
  const paths = Object.values(contract.requestSpans).flatMap((route) => route ?? []);
  return observed.spans.flatMap((span): BegunRequest[] => {
    const isRoot = span.parentSpanId === null && view.roleOf(span)?.signal === 'http.request' && view.isOwn(span);
    const startMs = Number(span.startUnixNano) / 1e6;
    if (!isRoot || looked.has(span.traceId) || startMs < startedAtMs || startMs > endedAtMs) return [];
    const [method, path, status] = ['method', 'path', 'status'].map((name) => view.attributeOf(span, name));
    if (isRedirect(status) || !paths.some((route) => isAsked(route, String(path)))) return [];
    const endpoint = untraced.find((name) => {
      const route = requestSpanOf(contract, name);
      return route !== undefined && route.method === method && isAsked(route, String(path));
    });
    return [{ span, endpoint: endpoint ?? null, group: `${endpoint ?? 'others'}, begun here` }];
  });
}

function areTracesLost({ observed: { requests } }: TracesView): boolean {
  const lost = requests.filter(({ foundTraceId }) => foundTraceId === null).length;
  return lost > requests.length * STRANGE_SHARE;
}

/** Endpoints that some arrivals ask without a trace id. */
function untracedEndpoints({ run: { plan } }: TracesView): string[] {
  const asking = plannedJourneys(plan).filter((journey) => journey.kind === 'arrivals' && journey.isOneRequest);
  return endpointsOf(asking).flatMap(({ name, http }) => (http === undefined ? [] : [name]));
}

/** The longest that a client of the endpoint waited; `Infinity` where some gave up. */
export function mostUsAt({ run: { recording } }: TracesView, endpoint: string | null): number {
  const { seconds = [], total } = recording.endpoints.get(endpoint ?? '') ?? {};
  const failed = seconds.some((second) => failedCount(second.failed) > 0);
  return failed || total?.maxUs == null ? Number.POSITIVE_INFINITY : total.maxUs;
}

/** Whether all clients of the endpoint got good answers. */
export function isFaultless({ run: { recording } }: TracesView, endpoint: string | null): boolean {
  const { seconds = [] } = recording.endpoints.get(endpoint ?? '') ?? {};
  return seconds.length > 0 && seconds.every(({ failed }) => failedCount(failed) === 0);
}

/** What preparations ask, and what a client's machine sends again. */
export const STRANGE_SHARE = 0.05;

/** Those that say what no client sent or saw. [] unless that is surely more than a few. */
export function ofBegun(view: TracesView): Problem[] {
  const all = begunIn(view);
  const elsewhere = ofOtherDebates(view, all);
  const judged = all.map((begun) => {
    const { span, group } = begun;
    const problems = [...problemsOf(view, begun), ...(elsewhere.has(span) ? ['another debate was asked for'] : [])];
    return { span, traceId: span.traceId, group, problems };
  });
  if (judged.length === 0 || shareOf(judged, STRANGE_SHARE).status !== 'fail') return [];
  return judged.flatMap(({ span, problems }) => problems.map((problem): Problem => [span, problem]));
}

/** A journey that asks for the one debate that was made before it asks for one path. */
function ofOtherDebates({ matched, attributeOf }: TracesView, begun: readonly BegunRequest[]): ReadonlySet<Span> {
  const prepared = JOURNEYS.flatMap(({ needsDebate, endpoints }) => (needsDebate ? endpoints : []));
  const pathOf = (span: Span) => String(attributeOf(span, 'path')).replace(/\?.*$/, '');
  const wrong = prepared.flatMap(({ name }) => {
    const known = matched.flatMap(({ request, span }) => (request.endpoint === name ? [pathOf(span)] : []));
    const usual = mostFrequent(known);
    return begun.filter(({ endpoint, span }) => endpoint === name && usual !== undefined && pathOf(span) !== usual);
  });
  return new Set(wrong.map(({ span }) => span));
}

function problemsOf(view: TracesView, { span, endpoint }: BegunRequest): string[] {
  if (endpoint === null) return ['a request that nobody sent without a trace id'];
  const status = view.attributeOf(span, 'status');
  const seen = statusesAt(view, endpoint);
  return typeof status === 'number' && seen !== null && !seen.has(status) ? ['a status that no client saw'] : [];
}

/** null where some clients saw no whole answer. */
function statusesAt({ run: { recording, plan } }: TracesView, endpoint: string): ReadonlySet<number> | null {
  const seconds = recording.endpoints.get(endpoint)?.seconds ?? [];
  const outcomes = [
    'ok',
    ...seconds.flatMap(({ failed }) => Object.keys(failed).filter((outcome) => (failed[outcome] ?? 0) > 0)),
  ];
  const statuses = outcomes.flatMap((outcome) => statusOf(outcome, endpoint, plan) ?? []);
  return statuses.length < outcomes.length ? null : new Set(statuses);
}
