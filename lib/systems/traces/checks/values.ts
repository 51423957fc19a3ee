/**
 * What spans say wrongly: of their request, whose client knows method, path, status and question, and of what the other spans of their trace
 * say.
 */
import { mostFrequent } from '../../../core/most-frequent.ts';
import { plural } from '../../../core/numbers.ts';
import { JOURNEYS } from '../../../journeys/index.ts';
import { statusOf } from '../../answered.ts';
import { above, below, both, namedBounds } from '../../bounds.ts';
import type { Span } from '../observation.ts';
import { ofBegun } from './begun.ts';
import { hasSilentCalls } from './calls.ts';
import { ofProviders, ofTiers } from './labels.ts';
import type { Problem } from './problem.ts';
import { ofNumbers } from './rounds.ts';
import { isAsked, requestSpanOf, spansOf, type TracesView } from './view.ts';

/** Problems by span; a span that nothing contradicts is not included. */
export type Contradictions = ReadonlyMap<Span, readonly string[]>;

/** What clients or other spans know of a span, so that another value is noticed. */
export const KNOWN_VALUES = [
  ...namedBounds(['http.request method', 'http.request path', 'debate.run debate.task'], above('clients', 'content')),
  ...namedBounds(['http.request status', 'debate.run debate.agent_count'], both('clients', 'value')),
  ...namedBounds(['debate.round round_number'], both('traces', 'value')),
  ...namedBounds(['debate.round agent_count'], below('traces', 'value')),
  ...namedBounds(['agent.call provider', 'memory.access tier'], above('metrics', 'content')),
];

/** An attribute that is missing or has another type is reported elsewhere. */
export function contradicted(view: TracesView, signal: string): Contradictions {
  switch (signal) {
    case 'http.request':
      return merged([...ofRequests(view), ...ofOtherDebates(view), ...ofBegun(view)]);
    case 'debate.run':
      return merged(ofDebates(view));
    case 'debate.round':
      return merged([...ofRounds(view), ...ofNumbers(view)]);
    case 'agent.call':
      return merged(ofProviders(view));
    case 'memory.access':
      return merged(ofTiers(view));
    default:
      return new Map();
  }
}

function merged(problems: readonly Problem[]): Contradictions {
  const bySpan = new Map<Span, string[]>();
  for (const [span, problem] of problems) bySpan.set(span, [...(bySpan.get(span) ?? []), problem]);
  return bySpan;
}

function ofRequests({ matched, contract, attributeOf, run }: TracesView): Problem[] {
  return matched.flatMap(({ request, span }): Problem[] => {
    const wanted = requestSpanOf(contract, request.endpoint);
    const [method, path, status] = ['method', 'path', 'status'].map((name) => attributeOf(span, name));
    const answered = statusOf(request.outcome, request.endpoint, run.plan);
    const problems = [
      ...(typeof method === 'string' && method !== '' && method !== wanted?.method ? ['another method was asked'] : []),
      ...(typeof path === 'string' && path !== '' && wanted && !isAsked(wanted, path)
        ? ['another path was asked']
        : []),
      ...(typeof status === 'number' && answered !== null && status !== answered
        ? ['another status was answered']
        : []),
    ];
    return problems.map((problem) => [span, problem]);
  });
}

/** A journey that asks for the one debate that was made before it asks for one path. */
function ofOtherDebates({ matched, contract, attributeOf }: TracesView): Problem[] {
  const prepared = JOURNEYS.flatMap(({ needsDebate, endpoints }) => (needsDebate ? endpoints : []));
  return prepared.flatMap(({ name }) => {
    const wanted = requestSpanOf(contract, name);
    const paths = matched.flatMap(({ request, span }) => {
      const path = attributeOf(span, 'path');
      if (request.endpoint !== name || !wanted || typeof path !== 'string' || !isAsked(wanted, path)) return [];
      return [{ span, path: path.replace(/\?.*$/, '') }];
    });
    const usual = mostFrequent(paths.map(({ path }) => path));
    return paths.flatMap(({ span, path }): Problem[] =>
      path === usual ? [] : [[span, 'another debate was asked for']],
    );
  });
}

function ofDebates(view: TracesView): Problem[] {
  const asked = new Map(
    view.observed.requests.flatMap(({ foundTraceId, question }) =>
      foundTraceId === null || question === undefined ? [] : [[foundTraceId, question] as const],
    ),
  );
  return [...view.traces].flatMap(([traceId, trace]) => {
    const question = asked.get(traceId);
    const agents = agentCounts(view, trace);
    return spansOf(view, trace, 'debate.run').flatMap((span): Problem[] => {
      const [task, count] = [view.attributeOf(span, 'debate.task'), view.attributeOf(span, 'debate.agent_count')];
      const isAnother = typeof task === 'string' && task !== '' && question !== undefined && !isAbout(task, question);
      const isOdd = typeof count === 'number' && agents.length > 0 && !agents.includes(count);
      return [
        ...(isAnother ? [[span, 'another question was asked'] as const] : []),
        ...(isOdd ? [[span, 'its rounds have another number of agents'] as const] : []),
      ];
    });
  });
}

const LEAST_TASK = 10;

/** The question may stand among other words, or be cut. */
function isAbout(task: string, question: string): boolean {
  const beginning = task.replace(/(\.\.\.|…)$/, '').trim();
  return task.includes(question) || (beginning.length >= LEAST_TASK && question.startsWith(beginning));
}

/** [] where a round has fewer calls than it says agents: then it is the round that is wrong. */
function agentCounts(view: TracesView, trace: readonly Span[]): unknown[] {
  const calls = spansOf(view, trace, 'agent.call');
  const rounds = spansOf(view, trace, 'debate.round').flatMap((round) => {
    const agents = view.attributeOf(round, 'agent_count');
    const called = calls.filter(({ parentSpanId }) => parentSpanId === round.spanId).length;
    return typeof agents === 'number' ? [{ agents, called }] : [];
  });
  return rounds.some(({ agents, called }) => agents > called) ? [] : rounds.map(({ agents }) => agents);
}

/** Fewer rounds than it is looked at prove nothing: an agent may have been called again. */
const LEAST_ROUNDS = 5;

function ofRounds(view: TracesView): Problem[] {
  const rounds = view.settled.flatMap((trace) => {
    const all = spansOf(view, trace, 'debate.round');
    const calls = spansOf(view, trace, 'agent.call');
    return all.map((span) => ({
      span,
      among: all.length,
      calls: calls.filter(({ parentSpanId }) => parentSpanId === span.spanId).length,
    }));
  });
  const usual = mostFrequent(rounds.map(({ calls }) => calls)) ?? 0;
  const isAlways =
    rounds.length >= LEAST_ROUNDS && rounds.every(({ calls }) => calls === usual) && !hasSilentCalls(view);
  return rounds.flatMap(({ span, among }): Problem[] => {
    const number = view.attributeOf(span, 'round_number') ?? view.attributeOf(span, 'round.number');
    const agents = view.attributeOf(span, 'agent_count');
    const isBeyond = typeof number === 'number' && number > among;
    const isFew = isAlways && typeof agents === 'number' && agents < usual;
    return [
      ...(isBeyond ? [[span, `its number is above that of all rounds`] as const] : []),
      ...(isFew ? [[span, `fewer agents than the ${plural(usual, 'call')} of every round`] as const] : []),
    ];
  });
}
