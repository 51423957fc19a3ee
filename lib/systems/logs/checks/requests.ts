/** The check that the log is about requests that were sent: no more of them have lines than clients sent, in all and to each endpoint. */
import { endpointsOf } from '../../../core/endpoint.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { above, boundsOf } from '../../bounds.ts';
import { lacking, openByOthers, property, unasked } from '../../finding.ts';
import { metricsAsDocumented } from '../../own-names.ts';
import type { CheckInfo } from '../../system.ts';
import type { LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { type Estimated, elsewhereOf, estimated, strangersOf } from './strangers.ts';
import { unreachedBy } from './unreached.ts';

export function requestsCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'requests',
    subject: 'no lines of requests that nobody sent',
    proves: 'No more requests have lines under trace ids of their own than clients sent without a trace id.',
    source: traceIdSource,
    bounds: boundsOf('lines', above('clients', 'count')),
  });
  return lineCheck(info, judgeRequests);
}

/** What the harness asks before the load, and what a client's machine sends again. */
const BESIDES = 15;
const BESIDES_SHARE = 0.02;

function judgeRequests(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const { untraced, sent, found } = observed.traceIds;
  const evidence = from(observed);
  if (observed.strangers === undefined || untraced === undefined)
    return unasked(check, 'requests without a trace id were not counted', evidence);
  if (observed.source !== 'direct')
    return unasked(check, `${observed.source} may have lines of before the load`, evidence);
  if (found < sent || (observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'requests of the load have lines under other trace ids', evidence);
  const [all = NOBODY, ...further] = numbersOf(facts, untraced);
  const missing = missingOf(facts, all);
  const samples = found + Math.round(all.requests);
  const isSaid = (observed.requests ?? []).some(({ said }) => said.path !== undefined);
  if (all.requests === 0 && !isSaid) return unasked(check, 'no line says what was asked for', evidence);
  const [worst] = [all, ...further].filter(isMore);
  if (worst === undefined && missing > 0) {
    const summary = `${textOf(all)}; as many lines as are missing say a method or a path that clients did not send`;
    return property(check, { samples, bad: missing, summary, evidence });
  }
  if (worst === undefined) return property(check, { samples, bad: 0, summary: textOf(all), evidence });
  const summary = textOf(worst);
  const bad = Math.max(1, Math.round(worst.requests - worst.sent));
  if (facts.exclusive) return property(check, { samples, bad, summary, evidence });
  const counted = countedByServer(facts);
  if (counted !== null && !isMore({ ...all, sent: counted - found })) {
    const known = `${summary}; the server counts ${plural(counted, 'request')} in all, also of others`;
    return property(check, { samples, bad: 0, summary: known, evidence });
  }
  return openByOthers(check, `${summary}: requests of others, or of nobody`, evidence);
}

/** Requests without a trace id. */
interface Numbers extends Estimated {
  /** '' for all. */
  readonly where: string;
  readonly sent: number;
}

const NOBODY: Numbers = { requests: 0, offBy: 0, where: '', sent: 0 };

function isMore({ requests, offBy, sent }: Numbers): boolean {
  return requests > sent * (1 + BESIDES_SHARE) + BESIDES + offBy;
}

/**
 * How many requests too few have lines, where other lines stand in their place: about what no client asked for. Each request has a line
 * (`logs.trace-ids`), but no document says that it names a method and a path.
 */
function missingOf(facts: LogFacts, { requests, offBy, sent }: Numbers): number {
  // Others may ask for anything.
  if (!facts.exclusive) return 0;
  const missing = Math.floor((sent - unreachedBy(facts)) * (1 - BESIDES_SHARE) - BESIDES - offBy - requests);
  const elsewhere = estimated(elsewhereOf(facts), facts);
  return missing > 0 && elsewhere.requests + elsewhere.offBy >= missing ? missing : 0;
}

function textOf({ requests, offBy, where, sent }: Numbers): string {
  const about = offBy > 0 ? 'about ' : '';
  return `lines${where} of ${about}${plural(Math.round(requests), 'request')} under other trace ids than the load's, and clients sent ${countText(sent)} without one`;
}

/** All of them first, then those to each endpoint. */
function numbersOf(facts: LogFacts, untraced: number): Numbers[] {
  const strangers = strangersOf(facts);
  const names = [...new Set(strangers.map(({ endpoint }) => endpoint))];
  const each = names.map((endpoint): Numbers => {
    const own = strangers.filter((one) => one.endpoint === endpoint);
    return { ...estimated(own, facts), where: ` about ${endpoint}`, sent: untracedAt(facts, endpoint) };
  });
  return [{ ...estimated(strangers, facts), where: '', sent: untraced }, ...each];
}

/** At most: one in so many of the arrivals of journeys that are one request; `Infinity` where that is not known. */
function untracedAt({ plan, recording }: LogFacts, endpoint: string): number {
  const asking = plannedJourneys(plan).filter((journey) => journey.kind === 'arrivals' && journey.isOneRequest);
  const every = plan.telemetry?.untracedEvery;
  if (every === undefined) return Number.POSITIVE_INFINITY;
  if (!endpointsOf(asking).some(({ name }) => name === endpoint)) return 0;
  const seconds = recording.endpoints.get(endpoint)?.seconds ?? [];
  return Math.ceil(seconds.reduce((sum, { count }) => sum + count, 0) / every);
}

const COUNTER = 'aragora_requests_total';

/** null where it is not known. */
function countedByServer(facts: LogFacts): number | null {
  const metrics = metricsAsDocumented(facts);
  if (metrics === undefined) return null;
  const series = metrics.families.flatMap((family) => (family.name === COUNTER ? family.series : []));
  if (series.length === 0) return null;
  return series.reduce((sum, { values }) => sum + Number(values.at(-1) ?? 0) - Number(values[0] ?? 0), 0);
}
