/** The check that the spans of a debate last as long as clients saw: from its start to the first message of an agent. */
import type { Finding } from '../../../core/finding.ts';
import { countText, msText, plural } from '../../../core/numbers.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { below, boundsOf } from '../../bounds.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import { alwaysLateUsIn, longestStallUsIn, stoodStillUsIn } from '../../stood-still.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { LookedUpRequest, Span } from '../observation.ts';
import { DOCS, examples, infoOf, type TraceCheck } from './check.ts';
import { durationUs, type TracesView } from './view.ts';

export const DEBATE_DURATION_CHECK: TraceCheck = checkOf(
  infoOf({
    id: 'debate.duration',
    subject: 'spans of a debate last as clients saw',
    proves:
      'A debate lasts at least half as long as a client waited for its first message, and its agent calls take time.',
    source: DOCS,
    section: 'spans-against-clients',
    bounds: boundsOf(['debate.run', 'agent.call'], below('clients', 'time')),
  }),
  judgeDurations,
);

/** A message may be held up on its way to its client. */
const LEAST_SHARE = 0.5;
const HELD_UP_US = 50_000;
/** What comes before an agent is called may take most of the time. */
const LEAST_CALLS = 0.01;
/**
 * Of the debates that clients watched, in percent: as few as may be wrong. That so many lasted less, surely and by their own times as well, is
 * right, whatever held up their messages.
 */
const SHORTEST_PERCENT = 5;
/** The events of debates that last less have no times, or whole seconds. */
const TIMELESS_US = 10_000;
/** Clients that stand still make a few debates seem long. */
const WRONG_SHARE = 0.05;
/** So many of the debates may be set aside because their clients stood still: the others are evidence enough. */
const MOST_SET_ASIDE = 0.25;
const CONFIDENCE = 0.95;

interface Watched {
  readonly traceId: string;
  /** At most what its client waited; less where messages may have been held up. */
  readonly sawUs: number;
  readonly runUs: number;
  /** null without any call. */
  readonly callsUs: number | null;
}

function judgeDurations(check: CheckInfo, view: TracesView): Finding {
  if (shortestUsIn(view) < TIMELESS_US)
    return unasked(check, 'the times of events do not say how long debates lasted, and messages may be held up');
  const debates = watched(view);
  if (debates.length === 0) {
    if (view.observed.requests.some(isLong))
      return lacking(check, 'no-data', 'no debate that a client watched has its spans here');
    return unasked(check, `no client waited ${msText(HELD_UP_US / 1000)} or more for the first message of a debate`);
  }
  const { samples, bad, surely, problems, note } = numbersOf(debates, view.run.load);
  const interval = clopperPearson({ bad, samples, confidence: CONFIDENCE });
  const share = bad / samples;
  const { lower } = clopperPearson({ bad: surely, samples, confidence: CONFIDENCE });
  return findingOf(check, {
    status: lower > WRONG_SHARE ? 'fail' : share <= WRONG_SHARE ? 'pass' : 'inconclusive',
    operator: '<=',
    unit: 'ratio',
    expected: WRONG_SHARE,
    allowedShare: WRONG_SHARE,
    actual: share,
    margin: (WRONG_SHARE - share) / WRONG_SHARE,
    samples,
    bad,
    interval,
    summary:
      problems[0] === undefined
        ? `${plural(samples, 'debate')} as long as clients saw${note}`
        : `${countText(bad)} of ${plural(samples, 'debate')} too short, first: ${problems[0].words}${note}`,
    evidence: examples(
      'traces',
      problems.map(({ traceId }) => traceId),
    ),
  });
}

interface Numbers {
  /** Without the few that are set aside, because they are short only if their clients did not stand still. */
  readonly samples: number;
  readonly bad: number;
  /** Bad whatever clients stood still. */
  readonly surely: number;
  readonly problems: ReturnType<typeof problemsOf>;
  /** What of it may be the clients' own delay; empty: nothing. */
  readonly note: string;
}

function numbersOf(debates: readonly Watched[], load: TracesView['run']['load']): Numbers {
  const problems = debates.flatMap(problemsOf);
  const bad = countOf(problems);
  const all = { samples: debates.length, bad, problems };
  const alwaysLateUs = alwaysLateUsIn(load);
  if (alwaysLateUs !== null && bad > 0)
    return {
      ...all,
      surely: 0,
      note: `; clients were late all the time, half of them by ${msText(alwaysLateUs / 1000)}`,
    };
  const without = (stallUs: number) =>
    debates.map((one) => ({ ...one, sawUs: one.sawUs - stallUs })).flatMap(problemsOf);
  const [stoodStillUs, longestUs] = [stoodStillUsIn(load), longestStallUsIn(load)];
  const surelyShort = new Set(without(longestUs).map(({ traceId }) => traceId));
  const setAside = bad - surelyShort.size;
  const stalls = (us: number) => `clients themselves stood still for up to ${msText(us / 1000)}`;
  if (setAside > MOST_SET_ASIDE * debates.length) {
    const surely = countOf(without(stoodStillUs));
    return { ...all, surely, note: surely < bad ? `; ${stalls(stoodStillUs)}` : '' };
  }
  return {
    samples: debates.length - setAside,
    bad: surelyShort.size,
    surely: surelyShort.size,
    problems: problems.filter(({ traceId }) => surelyShort.has(traceId)),
    note: setAside > 0 ? `; ${countText(setAside)} set aside: ${stalls(longestUs)}` : '',
  };
}

function countOf(problems: readonly { readonly traceId: string }[]): number {
  return new Set(problems.map(({ traceId }) => traceId)).size;
}

function problemsOf({ traceId, sawUs, runUs, callsUs }: Watched) {
  const saw = `its client saw ${msText(sawUs / 1000)} from the start to the first message`;
  const isShort = runUs < sawUs * LEAST_SHARE;
  const isTimeless = callsUs !== null && areTimeless(callsUs, sawUs);
  return [
    ...(isShort ? [{ traceId, words: `debate.run took ${msText(runUs / 1000)}, ${saw}` }] : []),
    ...(isTimeless ? [{ traceId, words: `its agent.call took ${msText(callsUs / 1000)} together, ${saw}` }] : []),
  ];
}

/** Whether a debate's calls together took no time, by what its client saw. */
export function areTimeless(callsUs: number, sawUs: number): boolean {
  return callsUs < sawUs * LEAST_CALLS;
}

function isLong({ endpoint, outcome, latencyUs }: LookedUpRequest): boolean {
  return endpointNamed(endpoint)?.role === 'first-answer' && outcome === 'ok' && latencyUs >= HELD_UP_US;
}

/**
 * A debate that its client saw whole lasted at least as long as its events say, and as it took them to arrive: the shorter of both. Infinity
 * where no client saw one whole.
 */
function shortestUsIn({ run }: TracesView): number {
  const talks = [...run.recording.endpoints.values()].flatMap(({ endpoint, total }) => {
    const isTalk = endpointNamed(endpoint)?.role === 'debate-talk';
    return (isTalk ? total.percentileUs(SHORTEST_PERCENT) : null) ?? [];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...talks);
}

function watched(view: TracesView): Watched[] {
  const settled = new Map(view.settled.flatMap((trace) => (trace[0] ? [[trace[0].traceId, trace] as const] : [])));
  const shortestUs = shortestUsIn(view);
  return view.observed.requests.flatMap((request): Watched[] => {
    const trace = settled.get(request.foundTraceId ?? '');
    if (!isLong(request) || trace === undefined) return [];
    const of = (signal: string) => trace.filter((span) => view.isOwn(span) && view.roleOf(span)?.signal === signal);
    const [run, ...further] = of('debate.run');
    if (run === undefined || further.length > 0) return [];
    const calls = of('agent.call');
    const callsUs = calls.length === 0 ? null : sumUs(calls);
    return [{ traceId: run.traceId, sawUs: Math.min(request.latencyUs, shortestUs), runUs: durationUs(run), callsUs }];
  });
}

export function sumUs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + durationUs(span), 0);
}
