/** What every metric check may read, and what is known of a check of one metric. */
import type { HttpRoute } from '../../../core/endpoint.ts';
import type { JudgeInput } from '../../../core/run.ts';
import type { Source } from '../../../core/source.ts';
import { both, boundsOf, type OwnBound } from '../../bounds.ts';
import { collectedOf } from '../../evidence.ts';
import type { Check, CheckInfo, Looked } from '../../system.ts';
import type { MetricsObserved } from '../observation.ts';
import type { MetricMapping, MetricPromises, MetricSignal } from '../signals.ts';
import { isPath } from './path.ts';
import { restartsOf } from './restarts.ts';
import { locationOf, seriesOf } from './series.ts';

export interface MetricFacts extends JudgeInput, MetricPromises {
  readonly observed: MetricsObserved;
  /** Nothing but the load calls the server between the first scrape and the last, so a surplus is the server's own fault. */
  readonly exclusive: boolean;
  /** The scrapes that found the server restarted. */
  readonly restarts: readonly number[];
  /** The scrapes that got what the scrape before had got: a cache may have kept it, so they say nothing of their own time. */
  readonly repeats: ReadonlySet<number>;
}

export type MetricCheck = Check<MetricFacts>;

/** @param from the only source that will do; absent: the first that could be read. */
export function factsOf(
  input: JudgeInput,
  { promises, exclusive }: Looked<MetricPromises>,
  from?: string,
): MetricFacts {
  const observed = collectedOf<MetricsObserved>(input, 'metrics', from);
  const contract = { ...promises.contract, routes: routesSeen(promises, observed) };
  const seen = { exclusive, observed, restarts: restartsOf(observed), repeats: repeatsIn(observed) };
  return { ...input, ...promises, contract, ...seen };
}

/** A server that redirects to the path with a slash counts both, and what it answers is under the second. */
function routesSeen({ contract, signals }: MetricPromises, observed: MetricsObserved): MetricMapping['routes'] {
  const answered = seriesOf(observed, locationOf(contract, signals.requestCounter)).filter(({ labels }) =>
    /^2/.test(labels['status'] ?? ''),
  );
  const isAnswered = ({ method, path }: HttpRoute) =>
    answered.some(({ labels }) => labels['method'] === method && isPath(path, labels['endpoint']));
  const seen = Object.entries(contract.routes).map(([endpoint, route]) => {
    const slashed = { ...route, path: `${route.path}/` };
    return [endpoint, !isAnswered(route) && isAnswered(slashed) ? slashed : route] as const;
  });
  return Object.fromEntries(seen);
}

export const PAGE = 'docs/checks/metrics.md';
/** Headings of the page that explains the checks. */
type Section = 'each-documented-metric' | 'clients-against-server' | 'where-they-come-from';

/** What is known of a check on metrics as a whole; `id` is without `metrics.`. */
export function infoOf({
  id,
  section,
  gating = true,
  ...own
}: Pick<CheckInfo, 'id' | 'subject' | 'proves' | 'source' | 'bounds' | 'relates'> & {
  readonly section: Section;
  readonly gating?: boolean;
}): CheckInfo {
  return { ...own, id: `metrics.${id}`, system: 'metrics', gating, needs: ['metrics'], page: `${PAGE}#${section}` };
}

export interface OfMetric {
  /** The end of the id, for example `present`. */
  readonly what: string;
  /** Continues after the metric's name, like `proves`. */
  readonly subject: string;
  readonly proves: string;
  /** Absent: the first place of the metric itself. */
  readonly source?: Source;
  /** Absent: `each-documented-metric`. */
  readonly section?: Section;
  /** Documented names of further metrics that it compares this one with. */
  readonly relates?: readonly string[];
  /** As `CheckInfo.besideClients`. */
  readonly besideClients?: true;
  /** As `CheckInfo.throughFaults`. */
  readonly throughFaults?: true;
  /** What it bounds of the metric. */
  readonly bounds?: readonly (readonly OwnBound[])[];
}

/** What clients bound of a metric that counts what they see. A histogram counts, too, and a counter has nothing but its value. */
export function countedByClients({ type }: Pick<MetricSignal, 'type'>): readonly (readonly OwnBound[])[] {
  return [both('clients', ...(type === 'histogram' ? (['count', 'value'] as const) : (['value'] as const)))];
}

/** What is known of a check on one metric. */
export function infoOfMetric(signal: Pick<MetricSignal, 'name' | 'sources'>, own: OfMetric): CheckInfo {
  const info = infoOf({
    id: `${shortName(signal)}.${own.what}`,
    subject: `${signal.name} ${own.subject}`,
    proves: `${signal.name} ${own.proves}`,
    source: own.source ?? signal.sources[0],
    section: own.section ?? 'each-documented-metric',
    bounds: boundsOf(signal.name, ...(own.bounds ?? [])),
    ...(own.relates === undefined ? {} : { relates: own.relates }),
  });
  const { besideClients, throughFaults } = own;
  return { ...info, ...(besideClients && { besideClients }), ...(throughFaults && { throughFaults }) };
}

/** `aragora_requests_total` → `requests_total`. */
export function shortName({ name }: Pick<MetricSignal, 'name'>): string {
  return name.replace(/^aragora_/, '');
}

/** A time of day would depend on clocks, so a scrape is named by the seconds since the first one. */
export function scrapeText({ atMs }: MetricsObserved, scrape: number): string {
  const sinceSec = ((atMs[scrape] ?? 0) - (atMs[0] ?? 0)) / 1000;
  return `scrape ${scrape + 1} of ${atMs.length} (${sinceSec.toFixed(1)} s after the first)`;
}

/** One scrape that repeats another may have come when nothing happened. */
const LEAST_REPEATS = 2;

/** Where so many scrapes in a row got other numbers, no cache keeps them for long; a load that starts slowly looks like one. */
const NEW_IN_A_ROW = 3;

/**
 * How long a cache seems to keep the numbers, in ms: the longest time under load from a scrape to the next one that got other numbers, or to
 * the load's end where none did. 0 without a cache.
 */
export function keptForMs({ observed: { atMs }, repeats, load }: MetricFacts): number {
  let [longestMs, madeAtMs, copies, inARow] = [0, load.startedAtMs, 0, 0];
  const during = [...atMs.entries()].filter(([, at]) => at > load.startedAtMs && at <= load.endedAtMs);
  for (const [scrape, takenAtMs] of during) {
    if (repeats.has(scrape)) {
      copies += 1;
      inARow = 0;
      continue;
    }
    inARow += 1;
    if (inARow === NEW_IN_A_ROW) return 0;
    if (copies >= LEAST_REPEATS) longestMs = Math.max(longestMs, takenAtMs - madeAtMs);
    [madeAtMs, copies] = [takenAtMs, 0];
  }
  const isKeptStill = during.length > 0 && copies === during.length;
  return isKeptStill ? load.endedAtMs - load.startedAtMs : longestMs;
}

function repeatsIn({ atMs, families }: MetricsObserved): ReadonlySet<number> {
  const series = families.flatMap((family) => family.series);
  const isRepeat = (scrape: number) =>
    series.every(({ values }) => (values[scrape] ?? null) === (values[scrape - 1] ?? null));
  return new Set(steps(atMs.length).filter(isRepeat));
}

function steps(scrapes: number): number[] {
  return Array.from({ length: Math.max(0, scrapes - 1) }, (_, index) => index + 1);
}
