/**
 * Whether the calls of agents in spans are long and short as often as the histogram says. Spans are those of about one debate a second, and
 * the histogram is of all, so only the shares can be compared: where the spans have the calls of a debate that the histogram has, and where
 * clients of these debates waited as long as all did.
 */
import { endpointsInRole } from '../../../core/endpoint.ts';
import { msText, percentText } from '../../../core/numbers.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import type { LookedUpRequest } from '../observation.ts';
import { areNear, callsByDebate, goodInRole, isGood } from './calls.ts';
import { areTimeless, sumUs } from './debates.ts';
import { type Bucket, isSurelyAbove, isSurelyWithin } from './histogram-buckets.ts';
import { durationUs, spansOf, type TracesView } from './view.ts';

/** Many buckets are looked at, and spans are of other debates than most. */
const CONFIDENCE = 0.995;
const NEAR = 0.1;
/** Clients of the looked-up debates waited about as long as all. */
const ALIKE_TIMES = 1.5;
const ALIKE_MS = 10;

interface Weighed {
  /** How long its calls lasted, ms: of those that succeeded, and of all. */
  readonly good: readonly number[];
  readonly all: readonly number[];
  /** How many debates of the load it stands for: those that began in its second. */
  readonly weight: number;
}

interface OddShare {
  readonly missing: number;
  readonly words: string;
}

/** @param buckets of the histogram of calls. [] where others call the server, too, and where it can't be said. */
export function oddShares(view: TracesView, buckets: readonly Bucket[]): OddShare[] {
  const entries = buckets.at(-1)?.count ?? 0;
  const ended = goodInRole(view, 'debate-end');
  const debates = weighed(view);
  if (!view.exclusive || entries === 0 || ended === 0 || debates.length === 0) return [];
  const counts = callsByDebate(view);
  const isOfSame = (of: 'good' | 'all') =>
    areNear(counts.reduce((sum, one) => sum + one[of], 0) / counts.length, entries / ended);
  const sets = (['good', 'all'] as const).filter(isOfSame);
  if (sets.length === 0 || !isAlike(view)) return [];
  const odd = sets.map((of) => buckets.flatMap((bucket) => oddAt(bucket, entries, { debates, of })));
  // A histogram may have the calls that failed, or not.
  return odd.every((some) => some.length > 0) ? (odd[0] ?? []) : [];
}

interface Calls {
  readonly debates: readonly Weighed[];
  readonly of: 'good' | 'all';
}

function oddAt({ leMs, count }: Bucket, entries: number, calls: Calls): OddShare[] {
  if (!Number.isFinite(leMs)) return [];
  const sides = [
    { where: `no longer than ${msText(leMs)}`, is: (ms: number) => isSurelyWithin(ms, leMs), share: count / entries },
    { where: `longer than ${msText(leMs)}`, is: (ms: number) => isSurelyAbove(ms, leMs), share: 1 - count / entries },
  ];
  return sides.flatMap(({ where, is, share }) => {
    const { lower, seen } = shareOfCalls(calls, is);
    if (lower <= share + NEAR) return [];
    const words = `agent.call: ${percentText(seen)} of them ${where}, but ${percentText(share)} of the histogram's entries`;
    return [{ missing: Math.ceil((seen - share) * calls.debates.length), words }];
  });
}

/** Calls of one debate may be alike, so there are as many independent ones as debates, and fewer where some stand for more than others. */
function shareOfCalls({ debates, of }: Calls, is: (ms: number) => boolean): { lower: number; seen: number } {
  const some = debates.filter((debate) => debate[of].length > 0);
  const sum = (value: (one: Weighed) => number) => some.reduce((all, one) => all + value(one), 0);
  const weight = sum((one) => one.weight);
  if (weight === 0) return { lower: 0, seen: 0 };
  const seen = sum((one) => (one.weight * one[of].filter(is).length) / one[of].length) / weight;
  const samples = weight ** 2 / sum((one) => one.weight ** 2);
  return {
    seen,
    lower: clopperPearson({ bad: Math.min(samples, seen * samples), samples, confidence: CONFIDENCE }).lower,
  };
}

function weighed(view: TracesView): Weighed[] {
  const requests = firstAnswers(view);
  const inSecond = new Map<number, number>();
  for (const { second } of requests) inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
  const all = endpointsOf(view).flatMap((endpoint) => view.run.recording.endpoints.get(endpoint)?.seconds ?? []);
  const traces = new Map(view.settled.flatMap((trace) => (trace[0] ? [[trace[0].traceId, trace] as const] : [])));
  return requests.flatMap(({ foundTraceId, second, latencyUs }): Weighed[] => {
    const calls = spansOf(view, traces.get(foundTraceId ?? '') ?? [], 'agent.call');
    // What its client rules out has a finding of its own.
    if (calls.length === 0 || areTimeless(sumUs(calls), latencyUs)) return [];
    const began = all.filter((one) => one.second === second).reduce((sum, { count }) => sum + count, 0);
    const lasted = (some: typeof calls) => some.map((span) => durationUs(span) / 1000);
    return [{ good: lasted(calls.filter(isGood)), all: lasted(calls), weight: began / (inSecond.get(second) ?? 1) }];
  });
}

function endpointsOf({ run: { plan } }: TracesView): string[] {
  return endpointsInRole(plannedJourneys(plan), 'first-answer');
}

function firstAnswers(view: TracesView): LookedUpRequest[] {
  const endpoints = endpointsOf(view);
  return view.observed.requests.filter(({ endpoint, outcome }) => endpoints.includes(endpoint) && outcome === 'ok');
}

/** By the middle one of each. */
function isAlike(view: TracesView): boolean {
  const looked = firstAnswers(view)
    .map(({ latencyUs }) => latencyUs / 1000)
    .sort((a, b) => a - b);
  const ours = looked[Math.floor(looked.length / 2)];
  return endpointsOf(view).every((endpoint) => {
    const medianUs = view.run.recording.endpoints.get(endpoint)?.total.percentileUs(50);
    if (medianUs == null || ours === undefined) return false;
    const [least, most] = [Math.min(ours, medianUs / 1000), Math.max(ours, medianUs / 1000)];
    return most <= ALIKE_TIMES * least + ALIKE_MS;
  });
}
