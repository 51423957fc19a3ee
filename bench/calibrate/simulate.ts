/**
 * Tries the verdict on synthetic series: how often it passes and fails where the truth stands at the limit, and how often it passes where
 * the truth is a fifth of it.
 */
import { clopperPearson } from '../../lib/stats/binomial.ts';
import { CONFIDENCE, judgeShare, referenceShare, type Second, withinReach } from '../../lib/stats/share.ts';
import { type Load, type Process, type Series, seededDraws } from './processes.ts';

/** Power is measured at this part of the allowed share. */
const GOOD_PART = 1 / 5;

/** Shares of runs, 0–1. */
export interface Rates {
  readonly falsePass: number;
  readonly falseFail: number;
  readonly power: number;
}

export interface Row {
  readonly process: string;
  readonly allowedShare: number;
  /** Samples over the limit that a run has on average when the truth stands at it. */
  readonly expectedEvents: number;
  readonly correlationTimes: number;
  /** Runs at the limit without a bad sample. Whatever passes a spotless run of this size passes these too. */
  readonly spotless: number;
  readonly ours: Rates;
  /** Clopper–Pearson on the raw counts. */
  readonly plain: Rates;
  /** Effective samples from the means of separate blocks of 1, 2 and 5 s (the largest). */
  readonly blockMeans: Rates;
}

export type Method = 'ours' | 'plain' | 'blockMeans';
const METHODS: readonly Method[] = ['ours', 'plain', 'blockMeans'];

/** Equal seeds give equal rows. */
export interface Repeats {
  readonly repetitions: number;
  readonly seed: number;
}

/** Runs `repetitions` series of one process under one load and judges them against each allowed share. */
export function simulate(
  process: Process,
  load: Load,
  allowedShares: readonly number[],
  { repetitions, seed }: Repeats,
): Row[] {
  const draws = seededDraws(seed);
  const samples = load.seconds * load.ratePerSec;
  const series: Series = { latency: new Float64Array(samples), second: new Int32Array(samples) };
  const counters = allowedShares.map(() => newCounters());
  const spotless = allowedShares.map(() => 0);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    if (!process.dependsOnShare) process.fill(series, load, draws, 0);
    let sorted = process.dependsOnShare ? null : series.latency.slice().sort();
    allowedShares.forEach((allowedShare, index) => {
      for (const part of [1, GOOD_PART]) {
        const truth = allowedShare * part;
        if (process.dependsOnShare) {
          process.fill(series, load, draws, truth);
          sorted = null;
        }
        const limit = process.limit(truth, load.ratePerSec);
        const seconds = tally(series, load, { limit, allowedShare, sorted });
        if (part === 1 && seconds.every((second) => second.bad === 0)) spotless[index] = (spotless[index] ?? 0) + 1;
        for (const method of METHODS) count(counters[index], method, part, statusBy(method, seconds, allowedShare));
      }
    });
  }
  return allowedShares.map((allowedShare, index) => ({
    process: process.name,
    allowedShare,
    expectedEvents: samples * allowedShare,
    correlationTimes: samples / process.correlationSamples(load.ratePerSec),
    spotless: (spotless[index] ?? 0) / repetitions,
    ...rates(counters[index] ?? newCounters(), repetitions),
  }));
}

type Counters = Record<Method, { falsePass: number; falseFail: number; power: number }>;

function newCounters(): Counters {
  const zero = () => ({ falsePass: 0, falseFail: 0, power: 0 });
  return { ours: zero(), plain: zero(), blockMeans: zero() };
}

function count(counters: Counters | undefined, method: Method, part: number, status: string): void {
  const counter = counters?.[method];
  if (counter === undefined) return;
  if (part === GOOD_PART) counter.power += status === 'pass' ? 1 : 0;
  else if (status === 'pass') counter.falsePass++;
  else if (status === 'fail') counter.falseFail++;
}

function rates(counters: Counters, repetitions: number): Record<Method, Rates> {
  const share = (counter: Rates): Rates => ({
    falsePass: counter.falsePass / repetitions,
    falseFail: counter.falseFail / repetitions,
    power: counter.power / repetitions,
  });
  return { ours: share(counters.ours), plain: share(counters.plain), blockMeans: share(counters.blockMeans) };
}

/** What a series is held against. */
interface Against {
  readonly limit: number;
  readonly allowedShare: number;
  /** Its latencies in order; null: the run has no reference level of its own. */
  readonly sorted: Float64Array | null;
}

/** Counts per second, over the limit and over the run's own reference level, as the judge counts a recording. */
export function tally(series: Series, load: Load, { limit, allowedShare, sorted }: Against): Second[] {
  const { latency, second } = series;
  const length = second.reduce((most, value) => Math.max(most, value + 1), load.seconds);
  const level = sorted === null ? null : referenceLevel(sorted, limit, allowedShare);
  const counts = new Int32Array(length);
  const bad = new Int32Array(length);
  const over = new Int32Array(length);
  for (let i = 0; i < latency.length; i++) {
    const at = second[i] ?? 0;
    const value = latency[i] ?? 0;
    counts[at] = (counts[at] ?? 0) + 1;
    if (value > limit) bad[at] = (bad[at] ?? 0) + 1;
    if (level !== null && value > level) over[at] = (over[at] ?? 0) + 1;
  }
  return Array.from(counts, (value, at) => ({
    count: value,
    bad: bad[at] ?? 0,
    overLevel: level === null ? undefined : (over[at] ?? 0),
  }));
}

function referenceLevel(sorted: Float64Array, limit: number, allowedShare: number): number | null {
  const at = (share: number): number => sorted[Math.min(sorted.length, Math.ceil(sorted.length * share)) - 1] ?? 0;
  if (!withinReach({ limit, median: at(0.5), max: at(1) })) return null;
  return at(1 - referenceShare(sorted.length, allowedShare));
}

function statusBy(method: Method, seconds: readonly Second[], allowedShare: number): string {
  if (method === 'ours') return judgeShare(seconds, allowedShare).status;
  const samples = seconds.reduce((sum, second) => sum + second.count, 0);
  const bad = seconds.reduce((sum, second) => sum + second.bad, 0);
  const effect = method === 'plain' ? 1 : blockMeansEffect(seconds, bad, samples);
  const { lower, upper } = clopperPearson({ bad: bad / effect, samples: samples / effect, confidence: CONFIDENCE });
  if (upper <= allowedShare) return 'pass';
  return lower > allowedShare ? 'fail' : 'inconclusive';
}

function blockMeansEffect(seconds: readonly Second[], bad: number, samples: number): number {
  const share = bad / samples;
  if (share === 0 || share === 1) return 1;
  const effects = [1, 2, 5].map((length) => {
    const blocks = Math.floor(seconds.length / length);
    let squares = 0;
    for (let block = 0; block < blocks; block++) {
      let residual = 0;
      for (const second of seconds.slice(block * length, (block + 1) * length))
        residual += second.bad - share * second.count;
      squares += residual * residual;
    }
    return (squares * blocks) / (blocks - 1) / (samples * share * (1 - share));
  });
  return Math.max(1, ...effects);
}
