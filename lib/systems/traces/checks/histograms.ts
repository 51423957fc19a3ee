/**
 * The check that histograms hold what spans show: of the requests and agent calls whose spans are here, each is one entry of a histogram. So
 * no bucket may hold fewer than spans surely belong into it, whatever part of all requests has spans.
 */
import { endpointsInRole } from '../../../core/endpoint.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, msText, plural } from '../../../core/numbers.ts';
import { failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import type { MetricsObserved } from '../../metrics/observation.ts';
import { metricsAsDocumented } from '../../own-names.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import { DOCS, infoOf, type TraceCheck } from './check.ts';
import { type Bucket, bucketsOf, isSurelyAbove, isSurelyWithin } from './histogram-buckets.ts';
import { oddShares } from './histogram-shares.ts';
import { durationUs, isAsked, requestSpanOf, spansOf, type TracesView } from './view.ts';

export const HISTOGRAMS_CHECK: TraceCheck = checkOf(
  {
    ...infoOf({
      id: 'histograms',
      subject: 'histograms hold what spans show',
      proves:
        'The durations of http.request and agent.call are in aragora_request_duration_seconds and aragora_agent_latency_seconds.',
      source: DOCS,
      section: 'spans-against-clients',
    }),
    needs: ['traces', 'metrics'],
    besideClients: true,
  },
  judgeHistograms,
);

const ROUNDING_US = 1000;

export const REQUEST_DURATION = 'aragora_request_duration_seconds';
export const AGENT_LATENCY = 'aragora_agent_latency_seconds';

interface Compared {
  readonly metric: string;
  readonly name: string;
  /** ms, of the spans. */
  readonly durations: readonly number[];
  readonly buckets: readonly Bucket[];
  /** Whether it counts fewer entries than clients saw answers: then spans may be of answers that it need not count. */
  readonly isFewer?: boolean;
}

function judgeHistograms(check: CheckInfo, view: TracesView): Finding {
  const metrics = metricsAsDocumented(view.run);
  if (metrics === undefined) return lacking(check, 'unavailable', 'no metrics were read');
  const compared = comparedIn(view, metrics);
  const samples = compared.reduce((sum, { durations }) => sum + durations.length, 0);
  if (samples === 0) return unasked(check, 'no histogram has the requests or agent calls whose spans are here');
  const problems = problemsIn(view, metrics, compared);
  if (problems.length > 0 && problems.every(({ isFewer }) => isFewer))
    return lacking(check, 'inconclusive', 'fewer calls of agents were timed than clients saw answers');
  const bad = problems.reduce((sum, { missing }) => sum + missing, 0);
  if (bad > 0 && !metrics.settled)
    return lacking(check, 'inconclusive', 'the metrics still moved when they were read for the last time');
  return findingOf(check, {
    status: bad === 0 ? 'pass' : 'fail',
    actual: bad,
    margin: bad === 0 ? 0 : -bad / samples,
    ...{ samples, bad },
    summary:
      problems[0] === undefined
        ? `${plural(samples, 'span')} may all be among their entries`
        : problems
            .slice(0, 3)
            .map(({ words }) => words)
            .join('; '),
  });
}

/** Names of the metrics that lack entries. */
export function histogramsWithout(view: TracesView): ReadonlySet<string> {
  const metrics = metricsAsDocumented(view.run);
  if (metrics === undefined) return new Set();
  return new Set(problemsIn(view, metrics, comparedIn(view, metrics)).map(({ metric }) => metric));
}

function problemsIn(view: TracesView, metrics: MetricsObserved, compared: readonly Compared[]) {
  const shares = oddShares(
    view,
    bucketsOf(metrics, AGENT_LATENCY, () => true),
  ).map((odd) => ({
    ...{ metric: AGENT_LATENCY, isFewer: false },
    ...odd,
  }));
  return [...compared.flatMap(problemsOf), ...shares];
}

function comparedIn(view: TracesView, metrics: MetricsObserved): Compared[] {
  return [...requests(view, metrics), ...calls(view, metrics)];
}

function problemsOf({ metric, name, durations, buckets, isFewer = false }: Compared) {
  const all = buckets.at(-1)?.count ?? 0;
  return buckets.flatMap(({ leMs, count }) => {
    const within = durations.filter((ms) => isSurelyWithin(ms, leMs)).length;
    const above = durations.filter((ms) => isSurelyAbove(ms, leMs)).length;
    const where = Number.isFinite(leMs) ? msText(leMs) : 'any time';
    return [
      ...(within > count ? [shortOf(`no longer than ${where}`, within, count)] : []),
      ...(above > all - count ? [shortOf(`longer than ${where}`, above, all - count)] : []),
    ].map(({ missing, words }) => ({ metric, isFewer, missing, words: `${name}: ${words}` }));
  });
}

function shortOf(where: string, spans: number, entries: number) {
  const words = `${plural(spans, 'span')} ${where}, but ${countText(Math.max(0, entries))} of the histogram's entries`;
  return { missing: spans - Math.max(0, entries), words };
}

function requests(view: TracesView, metrics: MetricsObserved): Compared[] {
  const endpoints = [...new Set(view.matched.map(({ request }) => request.endpoint))];
  return endpoints.flatMap((endpoint) => {
    const route = requestSpanOf(view.contract, endpoint);
    if (route === undefined) return [];
    const isOf = ({ method, endpoint: path = '' }: Readonly<Record<string, string>>) =>
      method === route.method && isAsked(route, path);
    const buckets = bucketsOf(metrics, REQUEST_DURATION, isOf);
    // What its client rules out has a finding of its own.
    const own = view.matched.filter(({ request }) => request.endpoint === endpoint);
    const possible = own.filter(({ request, span }) => {
      const us = durationUs(span);
      return us > 0 && us <= request.latencyUs + ROUNDING_US;
    });
    if (possible.length < own.length / 2) return [];
    const spans = possible.map(({ span }) => span);
    return buckets.length === 0
      ? []
      : [{ metric: REQUEST_DURATION, name: endpoint, durations: durationsOf(spans), buckets }];
  });
}

function calls(view: TracesView, metrics: MetricsObserved): Compared[] {
  const looked = new Set(view.observed.requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  const spans = view.settled.flatMap((trace) => spansOf(view, trace, 'agent.call'));
  // Others are of before the load.
  const own = spans.filter(({ traceId, status }) => looked.has(traceId) && status !== 'error');
  const buckets = bucketsOf(metrics, AGENT_LATENCY, () => true);
  // An answer from a cache is no call to a provider, so a histogram may have fewer entries than there are answers.
  const isFewer = (buckets.at(-1)?.count ?? 0) < messagesIn(view);
  return own.length === 0 || buckets.length === 0
    ? []
    : [{ metric: AGENT_LATENCY, name: 'agent.call', durations: durationsOf(own), buckets, isFewer }];
}

/** How many answers of agents clients saw. */
function messagesIn({ run: { plan, recording } }: TracesView): number {
  return endpointsInRole(plannedJourneys(plan), 'agent-message')
    .flatMap((endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [])
    .reduce((sum, { count, failed }) => sum + count - failedCount(failed), 0);
}

function durationsOf(spans: readonly Span[]): number[] {
  return spans.map((span) => durationUs(span) / 1000);
}
