/** The check that traces are sampled alike at every endpoint and all the time. A right total may hide that some requests never leave a trace. */
import { leastOf, mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, percentText, plural } from '../../../core/numbers.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { findingOf, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { TracesView } from './view.ts';

/** A ratio within a quarter of the documented one counts as that ratio. */
const TOLERANCE = 1.25;
/** How often all of these tests together accuse a server that samples by chance as documented; shared out among them (Bonferroni). */
const ERROR_RATE = 0.01;
/** Fewer requests than this can't show that not one of them was recorded. */
const LEAST_REQUESTS = 120;
const MOST_WINDOWS = 6;

interface Part {
  readonly name: string;
  readonly sent: number;
  readonly begun: number;
}

/** @param undecided why it can't be known which requests began a trace; null where it is. */
export function judgeEvenness(
  check: CheckInfo,
  view: TracesView,
  {
    expected,
    exclusive,
    undecided,
  }: { readonly expected: number; readonly exclusive: boolean; readonly undecided: Finding | null },
): Finding {
  const all = partsOf(view);
  if (all.length === 0) return unasked(check, 'too few requests without traceparent to tell endpoints or times apart');
  if (undecided !== null) return unasked(check, `the ratio of all has to be right first: ${undecided.summary}`);
  if (!saysWhatWasAsked(view))
    return unasked(check, 'most spans that begin a trace do not say a method and a path of the load');
  const confidence = 1 - ERROR_RATE / (2 * all.length);
  const odd = all.filter(({ sent, begun }) => {
    const { lower, upper } = clopperPearson({ bad: Math.min(begun, sent), samples: sent, confidence });
    // Where others call the server, too, their traces are among those that began.
    return upper < expected / TOLERANCE || (exclusive && lower > expected * TOLERANCE);
  });
  const words = ({ name, sent, begun }: Part) =>
    `${percentText(begun / sent)} ${name} (${countText(begun)} of ${plural(Math.round(sent), 'request')})`;
  return findingOf(check, {
    status: odd.length === 0 ? 'pass' : 'fail',
    actual: odd.length,
    margin: odd.length === 0 ? 0 : -odd.length / all.length,
    samples: all.length,
    bad: odd.length,
    summary:
      odd.length === 0
        ? `about ${percentText(expected)} at each endpoint and all the time, in ${plural(all.length, 'part')} of the load`
        : `recorded were ${odd.slice(0, 3).map(words).join(', ')}, documented are ${percentText(expected)}`,
    evidence: all.slice(0, 12).map((part) => ({ label: part.name, value: words(part) })),
  });
}

/** Where an ingress begins the traces, or the attributes are wrong, it is not known which endpoint a trace began at. */
const LEAST_KNOWN = 0.8;

function saysWhatWasAsked({ observed: { begun = [], roots } }: TracesView): boolean {
  const all = (roots ?? []).reduce((count, one) => count + one.count, 0);
  return begun.reduce((count, { seconds }) => count + sum(seconds), 0) >= LEAST_KNOWN * all;
}

/** Each endpoint, and stretches of the load: its halves and, as far as there are enough requests, shorter ones. */
function partsOf(view: TracesView): Part[] {
  const { begun } = view.observed;
  const sent = sentBySecond(view);
  if (begun === undefined || sent.length === 0) return [];
  const of = (endpoint: string) => begun.find((one) => one.endpoint === endpoint)?.seconds ?? [];
  const endpoints = sent.map(({ endpoint, seconds }) => ({
    name: `at ${endpoint}`,
    sent: sum(seconds),
    begun: sum(of(endpoint)),
  }));
  const all = sent.flatMap(({ seconds }) => seconds);
  const total = sum(all);
  const [first, last] = [leastOf(all.map(([second]) => second)), mostOf(all.map(([second]) => second)) + 1];
  const traces = sent.flatMap(({ endpoint }) => of(endpoint));
  const most = Math.min(MOST_WINDOWS, Math.floor(total / LEAST_REQUESTS));
  const windows = [...new Set([2, most])]
    .filter((number) => number > 1)
    .flatMap((number) =>
      Array.from({ length: number }, (_, at): Part => {
        const [from, to] = [first + ((last - first) * at) / number, first + ((last - first) * (at + 1)) / number];
        const within = (pairs: readonly (readonly [number, number])[]) =>
          sum(pairs.filter(([second]) => second >= from && second < to));
        return { name: `in part ${at + 1} of ${number} of the load`, sent: within(all), begun: within(traces) };
      }),
    );
  return [...endpoints, ...windows].filter((part) => part.sent >= LEAST_REQUESTS);
}

function sum(pairs: readonly (readonly [second: number, count: number])[]): number {
  return pairs.reduce((all, [, count]) => all + count, 0);
}

/**
 * Requests without traceparent: one in so many of each journey whose arrivals are one request. An endpoint that another journey requests,
 * too, is left out: its samples do not say which journey they are of.
 */
function sentBySecond({ run: { plan, recording } }: TracesView) {
  const every = plan.telemetry?.untracedEvery;
  if (every === undefined) return [];
  const journeys = plannedJourneys(plan);
  return journeys.flatMap((journey) => {
    if (journey.kind !== 'arrivals' || !journey.isOneRequest) return [];
    return journey.endpoints.flatMap(({ name, http }) => {
      const recorded = http === undefined ? undefined : recording.endpoints.get(name);
      const requesters = journeys.filter(({ endpoints }) => endpoints.some((one) => one.name === name)).length;
      if (recorded === undefined || requesters > 1) return [];
      return [
        { endpoint: name, seconds: recorded.seconds.map(({ second, count }) => [second, count / every] as const) },
      ];
    });
  });
}
