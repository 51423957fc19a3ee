/** Reduces a run's seconds to at most 600 points for a chart, and keeps the maxima. */
import { owedByArrival } from '../../lib/core/endpoint.ts';
import { mostOf } from '../../lib/core/extent.ts';
import type { Journey } from '../../lib/core/plan.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../../lib/core/recording.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { plannedJourneys, timedPhases } from '../../lib/core/timeline.ts';
import { answeredShare } from '../latency.ts';
import type { BandsData, ChartLimit, RatesData, SpectrumData } from './chart-data.ts';

const MOST_POINTS = 600;
const MOST_SPECTRUM_POINTS = 240;
/** The spectrum ends at p99.99: four nines of the logarithmic scale. */
const SPECTRUM_NINES = 4;

/** The common time axis of all charts: whole steps from the first second of the load to the last one seen. */
export interface Axis {
  readonly startSec: number;
  readonly totalSec: number;
  readonly stepSec: number;
  readonly points: number;
}

export function timeAxis(facts: RunFacts, mostPoints = MOST_POINTS): Axis {
  const startSec = Math.floor(facts.load.startedAtMs / 1000);
  const lasts = [...facts.recording.endpoints.values()].map((one) => one.seconds.at(-1)?.second ?? startSec);
  const lastSec = Math.max(Math.ceil(facts.load.endedAtMs / 1000) - 1, startSec, ...lasts);
  const totalSec = lastSec - startSec + 1;
  const stepSec = Math.max(1, Math.ceil(totalSec / mostPoints));
  return { startSec, totalSec, stepSec, points: Math.ceil(totalSec / stepSec) };
}

function indexOf(axis: Axis, second: number): number {
  return Math.min(axis.points - 1, Math.max(0, Math.floor((second - axis.startSec) / axis.stepSec)));
}

const elapsed = (axis: Axis): number[] => Array.from({ length: axis.points }, (_, at) => at * axis.stepSec);

/** Samples of this second that never got a complete answer in time: failed and dropped ones. */
const badOf = ({ dropped, failed }: EndpointSecond): number => dropped + failedCount(failed);

export function bands(recording: EndpointRecording, axis: Axis, limits: readonly ChartLimit[]): BandsData {
  const empty = (): (number | null)[] => new Array<number | null>(axis.points).fill(null);
  const [p50, p95, p99, max] = [empty(), empty(), empty(), empty()];
  const bad = new Array<number>(axis.points).fill(0);
  for (const second of recording.seconds) {
    const at = indexOf(axis, second.second);
    bad[at] = (bad[at] ?? 0) + badOf(second);
    raise(p50, at, second.histogram.percentileUs(50));
    raise(p95, at, second.histogram.percentileUs(95));
    raise(p99, at, second.histogram.percentileUs(99));
    raise(max, at, second.histogram.maxUs);
  }
  return { kind: 'bands', stepSec: axis.stepSec, elapsedSec: elapsed(axis), p50, p95, p99, max, bad, limits };
}

/** The same in at most `mostPoints` wider steps: the worst of each; failures are added up. */
export function coarser(data: BandsData, mostPoints: number): BandsData {
  const group = Math.max(1, Math.ceil(data.elapsedSec.length / mostPoints));
  const starts = data.elapsedSec.flatMap((_, at) => (at % group === 0 ? [at] : []));
  const worst = (points: readonly (number | null)[]): (number | null)[] =>
    starts.map((from) => {
      const answered = points.slice(from, from + group).filter((ms) => ms !== null);
      return answered.length === 0 ? null : mostOf(answered);
    });
  return {
    ...data,
    stepSec: data.stepSec * group,
    elapsedSec: starts.map((from) => from * data.stepSec),
    p50: worst(data.p50),
    p95: worst(data.p95),
    p99: worst(data.p99),
    max: worst(data.max),
    bad: starts.map((from) => data.bad.slice(from, from + group).reduce((sum, count) => sum + count, 0)),
  };
}

function raise(points: (number | null)[], at: number, us: number | null): void {
  if (us !== null) points[at] = Math.max(points[at] ?? 0, us / 1000);
}

/** Spectrum over all samples, thinned evenly on the logarithmic scale; [] when nothing was answered. */
export function spectrum(recording: EndpointRecording, limits: readonly ChartLimit[]): SpectrumData {
  const share = answeredShare(recording);
  const percentiles: number[] = [];
  const latencyMs: number[] = [];
  let lastCell = -1;
  for (const point of recording.total.spectrum()) {
    const percentile = point.percentile * share;
    const cell = Math.floor((Math.min(SPECTRUM_NINES, nines(percentile)) / SPECTRUM_NINES) * MOST_SPECTRUM_POINTS);
    if (cell === lastCell) {
      percentiles.pop();
      latencyMs.pop();
    }
    percentiles.push(round(percentile));
    latencyMs.push(point.valueUs / 1000);
    lastCell = cell;
  }
  return { kind: 'spectrum', percentiles, latencyMs, limits };
}

/** 90 → 1, 99 → 2, 99.9 → 3; infinite at 100. */
export function nines(percentile: number): number {
  return -Math.log10(1 - percentile / 100);
}

const round = (value: number): number => Number(value.toPrecision(8));

/** Samples that arrivals owe, and those that came. Sockets owe theirs by time, so they are left out. */
export function rates(facts: RunFacts, axis: Axis): RatesData {
  const owed = new Set(plannedJourneys(facts.plan).flatMap(owedByArrival));
  const answeredSum = new Array<number>(axis.points).fill(0);
  const badBySecond = new Map<number, number>();
  for (const recording of facts.recording.endpoints.values()) {
    if (!owed.has(recording.endpoint)) continue;
    for (const second of recording.seconds) {
      const at = indexOf(axis, second.second);
      const failed = badOf(second) - second.dropped;
      answeredSum[at] = (answeredSum[at] ?? 0) + second.count - failed;
      badBySecond.set(second.second, (badBySecond.get(second.second) ?? 0) + badOf(second));
    }
  }
  const bad = new Array<number>(axis.points).fill(0);
  for (const [second, count] of badBySecond) {
    const at = indexOf(axis, second);
    bad[at] = Math.max(bad[at] ?? 0, count);
  }
  const perSec = (sum: number, at: number): number =>
    round(sum / Math.min(axis.stepSec, axis.totalSec - at * axis.stepSec));
  const planned = timedPhases(facts.plan).flatMap(({ journeys, startSec }) =>
    journeys.map((journey) => ({ journey, startSec })),
  );
  const owedFrom = (from: number): number =>
    planned.reduce(
      (sum, { journey, startSec }) => sum + owedBetween(journey, from - startSec, from - startSec + axis.stepSec),
      0,
    );
  return {
    kind: 'rates',
    stepSec: axis.stepSec,
    elapsedSec: elapsed(axis),
    offered: elapsed(axis).map((from, at) => perSec(owedFrom(from), at)),
    answered: answeredSum.map(perSec),
    bad,
  };
}

/** Samples that a journey's plan owes between two moments (seconds from its start). */
function owedBetween(journey: Journey, fromSec: number, toSec: number): number {
  if (journey.kind === 'sockets') return 0;
  let begin = 0;
  let arrivals = 0;
  for (const step of journey.steps) {
    const end = begin + step.durationSec;
    arrivals += step.ratePerSec * Math.max(0, Math.min(end, toSec) - Math.max(begin, fromSec));
    begin = end;
  }
  return arrivals * owedByArrival(journey).length;
}
