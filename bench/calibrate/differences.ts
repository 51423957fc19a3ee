/**
 * Owns trying the comparison of runs on synthetic pairs of them: how often it calls a difference where there is none, finds one where
 * all or one endpoint takes 10 % longer, and says "not slower" where the truth stands at the smallest difference that matters.
 * Refuses to know how a difference is reached.
 */
import { COMPARED_PERCENTILES, DEFAULT_SMALLEST, type EndpointDifference } from '../../lib/core/difference.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { LatencyBlock } from '../../lib/core/latency-blocks.ts';
import { differences } from '../../lib/stats/difference.ts';
import { type Load, type Process, type Series, seededNormal, seededUniform } from './processes.ts';

type Law = Pick<Process, 'name' | 'fill'>;

export interface PairSetting {
  readonly title: string;
  readonly seconds: number;
  /** Samples per second of each endpoint. */
  readonly rates: Partial<Record<Endpoint, number>>;
  /** The one that is slower alone. */
  readonly alone: Endpoint;
  readonly repetitions: number;
  readonly laws: readonly Law[];
}

/** Shares of pairs of runs, 0–1. */
export interface PairRow {
  readonly law: string;
  /** Called slower or faster somewhere, where there is no difference. */
  readonly falseCall: number;
  /** Told "not slower", where there is no difference. */
  readonly cleared: number;
  /** Called slower somewhere, where everything takes 10 % longer. */
  readonly foundAll: number;
  /** Called slower there, where one endpoint takes 10 % longer. */
  readonly foundAlone: number;
  /** Told "not slower", where everything takes 5 % longer. */
  readonly falseClear: number;
}

const TEN_PERCENT = 1.1;
const MEDIAN_US = 100_000;
/** Stalls: the share of time. */
const STALLED_SHARE = 0.01;
const MOST_BLOCKS = 120;

export function simulatePairs(law: Law, setting: PairSetting, repetitions: number, seed: number): PairRow {
  const uniform = seededUniform(seed);
  const normal = seededNormal(uniform);
  const hits = { falseCall: 0, cleared: 0, foundAll: 0, foundAlone: 0, falseClear: 0 };
  const count = (what: keyof typeof hits, hit: boolean): void => {
    if (hit) hits[what]++;
  };
  for (let at = 0; at < repetitions; at++) {
    const sides = draw(law, setting, uniform, normal);
    const compared = (factor: (endpoint: Endpoint) => number): EndpointDifference[] => compare(sides, factor, at);
    const none = compared(() => 1);
    count('falseCall', calls(none, 'slower') || calls(none, 'faster'));
    count('cleared', clears(none));
    const all = compared(() => TEN_PERCENT);
    count('foundAll', calls(all, 'slower'));
    const alone = compared((endpoint) => (endpoint === setting.alone ? TEN_PERCENT : 1));
    const [theOne] = alone.filter(({ endpoint }) => endpoint === setting.alone);
    count('foundAlone', theOne !== undefined && calls([theOne], 'slower'));
    count('falseClear', clears(compared(() => 1 + DEFAULT_SMALLEST.share)));
  }
  const shares = Object.entries(hits).map(([what, hit]) => [what, hit / repetitions]);
  return { law: law.name, ...(Object.fromEntries(shares) as typeof hits) };
}

interface Pair {
  readonly endpoint: Endpoint;
  readonly load: Load;
  readonly a: Series;
  readonly b: Series;
}

function draw(law: Law, { seconds, rates }: PairSetting, uniform: () => number, normal: () => number): Pair[] {
  return Object.entries(rates).map(([name, ratePerSec]) => {
    const load = { seconds, ratePerSec };
    const [a, b] = [fresh(law, load, uniform, normal), fresh(law, load, uniform, normal)];
    return { endpoint: name as Endpoint, load, a, b };
  });
}

/** Every latency of B times the endpoint's factor. */
function compare(sides: readonly Pair[], factor: (endpoint: Endpoint) => number, seed: number): EndpointDifference[] {
  const pairs = sides.map(({ endpoint, a, b, load }) => {
    const [blocksA, blocksB] = [blocksOf(a, load, 1), blocksOf(b, load, factor(endpoint))];
    return { endpoint, seconds: load.seconds, a: blocksA, b: blocksB };
  });
  return differences(pairs, { smallest: DEFAULT_SMALLEST, percentiles: COMPARED_PERCENTILES, seed });
}

function calls(endpoints: readonly EndpointDifference[], verdict: string): boolean {
  return endpoints.some(({ percentiles }) => percentiles.some((row) => row.verdict === verdict));
}

function clears(endpoints: readonly EndpointDifference[]): boolean {
  return endpoints.every(({ percentiles }) => percentiles.every((row) => !row.gating || row.notSlower));
}

function fresh(law: Law, load: Load, uniform: () => number, normal: () => number): Series {
  const size = load.seconds * load.ratePerSec;
  const series = { latency: new Float64Array(size), second: new Int32Array(size) };
  law.fill(series, load, uniform, normal, STALLED_SHARE);
  return series;
}

function blocksOf({ latency, second }: Series, load: Load, factor: number): LatencyBlock[] {
  const blockSec = Math.ceil(load.seconds / MOST_BLOCKS);
  const counted: Map<number, number>[] = [];
  latency.forEach((value, at) => {
    const block = Math.floor((second[at] ?? 0) / blockSec);
    while (counted.length <= block) counted.push(new Map());
    const valueUs = Math.round(MEDIAN_US * value * factor);
    const counts = counted[block];
    counts?.set(valueUs, (counts.get(valueUs) ?? 0) + 1);
  });
  return counted.map((counts) => {
    const sorted = [...counts].sort(([a], [b]) => a - b);
    return {
      valuesUs: sorted.map(([value]) => value),
      counts: sorted.map(([, count]) => count),
      failed: 0,
      dropped: 0,
    };
  });
}

/** Log latency rides on a slow wave: AR(1) from second to second with coefficient `rho` and standard deviation `height`. */
export function waves(name: string, rho: number, height: number): Law {
  return {
    name,
    fill({ latency, second }, { ratePerSec }, _uniform, normal) {
      let level = normal();
      let now = 0;
      for (let i = 0; i < latency.length; i++) {
        second[i] = Math.floor(i / ratePerSec);
        if (second[i] !== now) level = rho * level + Math.sqrt(1 - rho * rho) * normal();
        now = second[i] ?? now;
        latency[i] = Math.exp(0.5 * normal() + height * level);
      }
    },
  };
}

/** The Markdown of what was found. */
export function renderPairs(
  sections: readonly { readonly setting: PairSetting; readonly rows: readonly PairRow[] }[],
): string {
  return sections
    .map(({ setting, rows }) =>
      [
        `### ${setting.title} (${setting.repetitions} pairs of runs per row)`,
        '',
        `| latencies | A/A: a difference is called | A/A: "not slower" | everything +10 %: "slower" | ${setting.alone} alone +10 %: "slower" there | everything +5 %: "not slower" |`,
        '|---|---:|---:|---:|---:|---:|',
        ...rows.map(({ law, falseCall, cleared, foundAll, foundAlone, falseClear }) =>
          [
            `| ${law}`,
            `**${percent(falseCall)}**`,
            percent(cleared),
            `**${percent(foundAll)}**`,
            percent(foundAlone),
            `${percent(falseClear)} |`,
          ].join(' | '),
        ),
      ].join('\n'),
    )
    .join('\n\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`;
}
