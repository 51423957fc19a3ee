/** Learns what a release calls the documented spans: a name is sure if its spans say what clients sent, or have every documented attribute. */
import type { OwnNames, OwnSpan } from '../../core/own-names.ts';
import { literal } from '../../systems/own-names.ts';
import { tracesView } from '../../systems/traces/checks/view.ts';
import type { Span, TracesObserved } from '../../systems/traces/observation.ts';
import { tracePromises } from '../../systems/traces/promises.ts';
import type { SpanSignal, SpanSignals } from '../../systems/traces/signals.ts';
import { attributesOf, sentOf } from './attributes.ts';
import { judgedBy, sentence, type Trial } from './judged.ts';
import { certainIfAlone, type Learned, SHOWN } from './learned.ts';

/** Names that differ by request are one kind of span, for example `GET /api/health`. */
const METHOD_AND_PATH = '(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /.*';

export interface SpansLearned {
  readonly learned: readonly Learned<OwnSpan>[];
  readonly nowhere: readonly string[];
}

export function learnSpans(trial: Trial, observed: TracesObserved): SpansLearned {
  const { contract, mapping } = tracePromises(trial.contract);
  const view = tracesView(observed, { contract, mapping, exclusive: trial.exclusive }, trial.input);
  const isKnown = (id: string): boolean => view.countOf(id, 'documented') + view.countOf(id, 'mapped') > 0;
  const provoked = new Set(observed.sampled.flatMap(({ endpoint, found }) => (found > 0 ? [endpoint] : [])));
  const lacking = contract.signals.filter(
    ({ id, provokedBy }) => !isKnown(id) && provokedBy.some((endpoint) => provoked.has(endpoint)),
  );
  const free = Object.keys(observed.spanNames).filter((name) => view.roleOf({ name }) === undefined);
  const learned = lacking.flatMap((signal) => learnSpan(trial, { observed, contract, free }, signal));
  const found = new Set(learned.map(({ documented }) => documented));
  return { learned, nowhere: lacking.flatMap(({ id }) => (found.has(id) ? [] : [id])) };
}

interface Seen {
  readonly observed: TracesObserved;
  readonly contract: SpanSignals;
  /** Names that no document and no contract has. */
  readonly free: readonly string[];
}

function learnSpan(trial: Trial, seen: Seen, signal: SpanSignal): Learned<OwnSpan>[] {
  const kinds = kindsOf(seen.free);
  const tried = kinds.flatMap((kind) => judgedAs(trial, seen, signal, kind));
  const fitting = tried.filter(({ isSure }) => isSure);
  if (fitting.length > 0) return certainIfAlone(fitting, ({ name }) => name);
  return tried.slice(0, SHOWN);
}

interface Kind extends Pick<OwnSpan, 'name' | 'pattern'> {
  readonly has: (name: string) => boolean;
}

/** The names alone, except those of requests, which are one. */
function kindsOf(names: readonly string[]): Kind[] {
  const isRequest = (name: string): boolean => new RegExp(`^${METHOD_AND_PATH}$`).test(name);
  const [request] = names.filter(isRequest);
  const single = names.filter((name) => !isRequest(name)).map((name): Kind => ({ name, has: (one) => one === name }));
  return request === undefined ? single : [{ name: request, pattern: METHOD_AND_PATH, has: isRequest }, ...single];
}

function judgedAs(trial: Trial, seen: Seen, signal: SpanSignal, kind: Kind): Learned<OwnSpan>[] {
  const spans = seen.observed.spans.filter(({ name }) => kind.has(name));
  const sent = sentOf(seen.observed, seen.contract, spans);
  const found = attributesOf(signal, spans, sent);
  const { name, pattern } = kind;
  const own: OwnSpan = {
    name,
    ...(pattern !== undefined && { pattern }),
    ...(Object.keys(found.attributes).length > 0 && { attributes: found.attributes }),
  };
  const judged = judgedBy(trial, 'traces', namesOf(signal, own), (id) => id.startsWith(`traces.spans.${signal.id}.`));
  const attributes = judged.find(({ finding }) => finding.id.endsWith('.attributes'))?.finding;
  const isSure = attributes?.status === 'pass' && isWhereAsked(seen, signal, spans);
  if (!isSure && found.evidence.length === 0) return [];
  const evidence = isSure ? [...found.evidence, sentence(attributes)] : [...found.evidence, ...whyNot(attributes)];
  return [{ documented: signal.id, own, isSure, evidence }];
}

function namesOf({ id }: SpanSignal, own: OwnSpan): Omit<OwnNames, 'file'> {
  return { spans: { [id]: { ...own, pattern: own.pattern ?? literal(own.name) } } };
}

function whyNot(attributes: { readonly id: string; readonly status: string; readonly summary: string } | undefined) {
  return attributes === undefined || attributes.status === 'pass' ? [] : [`${attributes.id}: ${attributes.summary}`];
}

/** Whether each trace of a good request that must make such a span has one. */
function isWhereAsked({ observed }: Seen, { provokedBy }: SpanSignal, spans: readonly Span[]): boolean {
  const traces = new Set(spans.map(({ traceId }) => traceId));
  const unsettled = new Set(observed.unsettled);
  const must = observed.requests.flatMap(({ endpoint, outcome, foundTraceId }) =>
    foundTraceId !== null && outcome === 'ok' && provokedBy.includes(endpoint) && !unsettled.has(foundTraceId)
      ? [foundTraceId]
      : [],
  );
  return must.length > 0 && must.every((traceId) => traces.has(traceId));
}
