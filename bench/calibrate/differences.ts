/**
 * Tries the comparison of runs on synthetic pairs: how often it reports a difference where there is none, how often it finds 10 % more
 * latency (everywhere, or at one endpoint), and how often it says "not slower" when the true difference is the smallest that matters. Also
 * what an oracle would find in the same pairs.
 */
import { COMPARED_PERCENTILES, DEFAULT_SMALLEST, type EndpointDifference } from '../../lib/core/difference.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { LatencyBlock } from '../../lib/core/latency-blocks.ts';
import { differences } from '../../lib/stats/difference.ts';
import { type Factor, Oracle } from './oracle.ts';
import { type Draws, type Load, type Process, type Series, seededDraws } from './processes.ts';

type Law = Pick<Process, 'name' | 'fill'>;

export interface PairSetting {
  readonly title: string;
  readonly seconds: number;
  /** Samples per second of each endpoint. */
  readonly rates: Readonly<Record<Endpoint, number>>;
  /** The endpoint that alone is slower. */
  readonly alone: Endpoint;
  readonly laws: readonly { readonly law: Law; readonly pairs: number }[];
}

/** Numbers of pairs of runs. */
export interface PairRow {
  readonly law: string;
  readonly pairs: number;
  /** Reported slower or faster somewhere, where there is no difference. */
  readonly falseCall: number;
  /** Reported "not slower", where there is no difference. */
  readonly cleared: number;
  /** Reported slower somewhere, where everything takes 10 % longer. */
  readonly foundAll: number;
  /** The same, by an oracle that knows how the percentiles vary, and by one that looks at all endpoints together. */
  readonly oracleAll: number;
  readonly oracleTogether: number;
  /** Reported slower at the right endpoint, where one endpoint takes 10 % longer. */
  readonly foundAlone: number;
  readonly oracleAlone: number;
  /** Reported slower somewhere by the first oracle, where there is no difference. */
  readonly oracleFalse: number;
  /** Reported "not slower", where everything takes 5 % longer. */
  readonly falseClear: number;
}

const TEN_PERCENT = 1.1;
const MEDIAN_US = 100_000;
/** The share of time in stalls. */
const STALLED_SHARE = 0.01;
const MOST_BLOCKS = 120;

export function simulatePairs(law: Law, setting: PairSetting, pairs: number, seed: number): PairRow {
  const draws = seededDraws(seed);
  const oracle = oracleOf(law, setting, seed);
  const hits = { ...NONE };
  const count = (what: keyof typeof hits, hit: boolean): void => {
    if (hit) hits[what]++;
  };
  const alone = (endpoint: Endpoint): number => (endpoint === setting.alone ? TEN_PERCENT : 1);
  for (let at = 0; at < pairs; at++) {
    const sides = draw(law, setting, draws);
    const compared = (factor: Factor): EndpointDifference[] => compare(sides, factor, at);
    const none = compared(() => 1);
    count('falseCall', calls(none, 'slower') || calls(none, 'faster'));
    count('cleared', clears(none));
    count(
      'foundAll',
      calls(
        compared(() => TEN_PERCENT),
        'slower',
      ),
    );
    const theOne = compared(alone).filter(({ endpoint }) => endpoint === setting.alone);
    count('foundAlone', calls(theOne, 'slower'));
    count('falseClear', clears(compared(() => 1 + DEFAULT_SMALLEST.share)));
    const sorted = sides.map(({ endpoint, a, b }) => ({ endpoint, a: a.latency.sort(), b: b.latency.sort() }));
    count('oracleFalse', oracle.slower(sorted, () => 1).length > 0);
    count('oracleAll', oracle.slower(sorted, () => TEN_PERCENT).length > 0);
    count(
      'oracleTogether',
      oracle.slowerTogether(sorted, () => TEN_PERCENT),
    );
    count('oracleAlone', oracle.slower(sorted, alone).includes(setting.alone));
  }
  return { law: law.name, pairs, ...hits };
}

const NONE = {
  falseCall: 0,
  cleared: 0,
  foundAll: 0,
  oracleAll: 0,
  oracleTogether: 0,
  foundAlone: 0,
  oracleAlone: 0,
  oracleFalse: 0,
  falseClear: 0,
};

/** Random numbers for the pairs only, so that the oracle's runs do not change them. */
function oracleOf(law: Law, { seconds, rates }: PairSetting, seed: number): Oracle {
  const draws = seededDraws(seed + 0x0ac1e);
  const load = (endpoint: Endpoint): Load => ({ seconds, ratePerSec: rates[endpoint] ?? 0 });
  return new Oracle(Object.keys(rates) as Endpoint[], (endpoint) => fresh(law, load(endpoint), draws).latency);
}

interface Pair {
  readonly endpoint: Endpoint;
  readonly load: Load;
  readonly a: Series;
  readonly b: Series;
}

function draw(law: Law, { seconds, rates }: PairSetting, draws: Draws): Pair[] {
  return Object.entries(rates).map(([endpoint, ratePerSec]) => {
    const load = { seconds, ratePerSec };
    const [a, b] = [fresh(law, load, draws), fresh(law, load, draws)];
    return { endpoint, load, a, b };
  });
}

/** Every latency of B is multiplied by the endpoint's factor. */
function compare(sides: readonly Pair[], factor: Factor, seed: number): EndpointDifference[] {
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

function fresh(law: Law, load: Load, draws: Draws): Series {
  const size = load.seconds * load.ratePerSec;
  const series = { latency: new Float64Array(size), second: new Int32Array(size) };
  law.fill(series, load, draws, STALLED_SHARE);
  return series;
}

function blocksOf({ latency, second }: Series, load: Load, factor: number): LatencyBlock[] {
  const blockSec = Math.ceil(load.seconds / MOST_BLOCKS);
  const samples: number[][] = [];
  latency.forEach((value, at) => {
    const block = Math.floor((second[at] ?? 0) / blockSec);
    while (samples.length <= block) samples.push([]);
    samples[block]?.push(Math.round(MEDIAN_US * value * factor));
  });
  return samples.map((ofBlock) => {
    const valuesUs: number[] = [];
    const counts: number[] = [];
    for (const valueUs of Float64Array.from(ofBlock).sort()) {
      if (valuesUs.at(-1) !== valueUs) valuesUs.push(valueUs);
      counts[valuesUs.length - 1] = (counts[valuesUs.length - 1] ?? 0) + 1;
    }
    return { valuesUs, counts, failed: 0, dropped: 0 };
  });
}

/** Log latency with a slow wave added: AR(1) from second to second, with coefficient `rho` and standard deviation `height`. */
export function waves(name: string, rho: number, height: number): Law {
  return {
    name,
    fill({ latency, second }, { ratePerSec }, { normal }) {
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
