/**
 * The check that a debate's spans have as many calls of agents as happened. Clients heard so many messages, and metrics count so many calls.
 * A call may be without a message, and a message without a call. But where clients and metrics agree, spans can't have other calls.
 */
import { type EndpointRole, endpointsInRole } from '../../../core/endpoint.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, boundsOf } from '../../bounds.ts';
import { findingOf, lacking, openByOthers, unasked } from '../../finding.ts';
import type { MetricsObserved } from '../../metrics/observation.ts';
import { metricsAsDocumented } from '../../own-names.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import { DOCS, examples, infoOf, type TraceCheck } from './check.ts';
import { spansOf, type TracesView } from './view.ts';

export const CALLS_CHECK: TraceCheck = checkOf(
  {
    ...infoOf({
      id: 'debate.calls',
      subject: 'spans of a debate have the calls that happened',
      proves:
        'A debate has as many agent.call spans as clients saw messages, or as aragora_agent_calls_total or aragora_agent_latency_seconds count calls.',
      source: DOCS,
      section: 'spans-against-clients',
      bounds: boundsOf('agent.call', above('clients', 'count')),
    }),
    needs: ['traces', 'metrics'],
  },
  judgeCalls,
);

/** So far may numbers of calls be from each other and still agree. */
const NEAR = 0.1;
/** Some debates may have a call more or less, where an agent was asked again. */
const WRONG_SHARE = 0.05;
const CONFIDENCE = 0.95;

const CALLS = 'aragora_agent_calls_total';
const LATENCY_COUNT = 'aragora_agent_latency_seconds_count';

export interface DebateCalls {
  readonly traceId: string;
  readonly good: number;
  readonly all: number;
}

function judgeCalls(check: CheckInfo, view: TracesView): Finding {
  const [ended, messages] = [goodInRole(view, 'debate-end'), goodInRole(view, 'agent-message')];
  const debates = callsByDebate(view);
  // That debates do not end, or nobody speaks in them, others report.
  if (ended === 0 || messages === 0) return unasked(check, 'clients wrote down no debate that they saw end');
  if (debates.length === 0) return lacking(check, 'no-data', 'no debate that a client saw end has its spans here');
  const disorder = failedInRole(view, 'carries-events');
  if (disorder > 0)
    return lacking(
      check,
      'inconclusive',
      `${plural(disorder, 'event')} did not come as promised, so messages can't be counted`,
    );
  const heard = messages / ended;
  const counted = countedCalls(view).map((calls) => calls / ended);
  return compared(check, view, { debates, heard, counted });
}

interface Compared {
  readonly debates: readonly DebateCalls[];
  /** Of each debate, on average. */
  readonly heard: number;
  /** The same by each metric that counts calls. */
  readonly counted: readonly number[];
}

function compared(check: CheckInfo, view: TracesView, { debates, heard, counted }: Compared): Finding {
  const samples = debates.length;
  const usual = Math.round(heard);
  const wrong = debates.filter(({ good, all }) => good !== usual && all !== usual);
  const [good, all] = [meanOf(debates.map((one) => one.good)), meanOf(debates.map((one) => one.all))];
  const bad = wrong.length;
  const { lower } = clopperPearson({ bad, samples, confidence: CONFIDENCE });
  const isOther = lower > WRONG_SHARE + Math.abs(heard - usual) && ![good, all].some((mean) => areNear(mean, heard));
  const said = `${digitsText(good, 2)} calls a debate in spans, clients heard ${digitsText(heard, 2)} messages`;
  const result = { actual: isOther ? bad : 0, samples, bad: isOther ? bad : 0 };
  if (!isOther)
    return findingOf(check, {
      ...result,
      status: 'pass',
      margin: 0,
      summary: `${said}, in ${plural(samples, 'debate')}`,
    });
  const words = counted.map((mean) => digitsText(mean, 2)).join(' and ');
  if (counted.some((mean) => areNear(mean, good) || areNear(mean, all)))
    return findingOf(check, {
      ...result,
      status: 'pass',
      bad: 0,
      actual: 0,
      margin: 0,
      summary: `${said}, metrics count ${words} calls`,
    });
  if (!view.exclusive) return openByOthers(check, `${said}: metrics may also count debates of others`);
  if (!counted.some((mean) => areNear(mean, heard)))
    return lacking(
      check,
      'inconclusive',
      `${said}${words === '' ? ', and no metric counts calls' : `, metrics count ${words} calls`}`,
    );
  return findingOf(check, {
    ...result,
    status: 'fail',
    margin: -bad / samples,
    summary: `${countText(bad)} of ${plural(samples, 'debate')} with other calls: ${said}, and metrics count ${words} calls`,
    evidence: examples(
      'traces',
      wrong.map(({ traceId }) => traceId),
    ),
  });
}

/** Whether metrics count calls of which clients heard nothing, for example votes: a round then has more calls than agents. */
export function hasSilentCalls(view: TracesView): boolean {
  const [ended, messages] = [goodInRole(view, 'debate-end'), goodInRole(view, 'agent-message')];
  return ended > 0 && messages > 0 && countedCalls(view).some((calls) => calls > (1 + NEAR) * messages);
}

/** Of the debates that were looked up. A trace with several is left out: it is not known which call is whose. */
export function callsByDebate(view: TracesView): DebateCalls[] {
  const looked = new Set(view.observed.requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  return view.settled.flatMap((trace): DebateCalls[] => {
    const runs = spansOf(view, trace, 'debate.run');
    const [run] = runs;
    if (run === undefined || runs.length > 1 || !looked.has(run.traceId)) return [];
    const calls = spansOf(view, trace, 'agent.call');
    return calls.length === 0 ? [] : [{ traceId: run.traceId, good: calls.filter(isGood).length, all: calls.length }];
  });
}

export function isGood({ status }: Pick<Span, 'status'>): boolean {
  return status !== 'error';
}

export function areNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= NEAR * Math.max(a, b);
}

/** Of both metrics; of the counter also without the calls that did not succeed. [] for one that did not move or is not there. */
function countedCalls({ run }: TracesView): number[] {
  const metrics = metricsAsDocumented(run);
  if (metrics === undefined) return [];
  const all = grownBy(metrics, CALLS, () => true);
  const good = grownBy(metrics, CALLS, (status) => /^(ok|success|succeeded|completed)$/i.test(status));
  return [...new Set([all, good, grownBy(metrics, LATENCY_COUNT, () => true)])].filter((calls) => calls > 0);
}

function grownBy({ families }: MetricsObserved, name: string, isOf: (status: string) => boolean): number {
  const series = families.flatMap((family) => family.series).filter((one) => one.name === name);
  return series
    .filter(({ labels }) => isOf(labels['status'] ?? ''))
    .reduce((sum, { values }) => sum + Number(values.at(-1) ?? 0) - Number(values[0] ?? 0), 0);
}

export function goodInRole(view: TracesView, role: EndpointRole): number {
  return secondsInRole(view, role).reduce((sum, { count, failed }) => sum + count - failedCount(failed), 0);
}

function failedInRole(view: TracesView, role: EndpointRole): number {
  return secondsInRole(view, role).reduce((sum, { failed }) => sum + failedCount(failed), 0);
}

function secondsInRole({ run: { plan, recording } }: TracesView, role: EndpointRole) {
  return endpointsInRole(plannedJourneys(plan), role).flatMap(
    (endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [],
  );
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);
}
