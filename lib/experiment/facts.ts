/** Puts together the facts of an experiment, when it is done or so far. */
import type { Profile } from '../../thresholds/profiles.ts';
import type { targetUrls } from '../config/target.ts';
import type { EndpointBlocks } from '../core/latency-blocks.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { type Blocks, overall, PERCENTILES, percentileMs, rowsOf, type Smallest, totalsOf } from './model/decide.ts';
import type { ExperimentEnd, ExperimentFacts, ExperimentPair, Side } from './model/facts.ts';
import { headlineOf } from './model/headline.ts';

/** What is compared, on which servers, and after how many pairs at most. */
export interface Asked {
  readonly request: { readonly profile: string | Profile; readonly blockSec: number; readonly smallest: Smallest };
  readonly urls: Readonly<Record<Side, ReturnType<typeof targetUrls>>>;
  readonly seed: number;
  /** Numbers of pairs after which the result is looked at, ascending. */
  readonly looks: readonly number[];
  readonly startedAtMs: number;
}

export interface RanPair {
  readonly order: 'ab' | 'ba';
  readonly setAside: string | null;
  readonly blocks: Readonly<Record<Side, readonly EndpointBlocks[]>>;
}

export function experimentFacts(asked: Asked, pairs: readonly RanPair[], end: ExperimentEnd): ExperimentFacts {
  const { request, urls, seed, looks, startedAtMs } = asked;
  const counted = pairs.filter(({ setAside }) => setAside === null);
  const blocks: Blocks = { a: seriesOf(counted, 'a'), b: seriesOf(counted, 'b') };
  const setAside = pairs.findLast((pair) => pair.setAside !== null)?.setAside ?? null;
  const rows = rowsOf(blocks, request.smallest, looks.length);
  const totals = { a: totalsOf(blocks.a), b: totalsOf(blocks.b) };
  // Only planned looks give an answer: whoever stops early, or loses a side, has seen too little.
  const verdict = end.kind === 'sure' || end.kind === 'maximum' ? overall(rows, totals) : 'cannot-tell';
  const oneAddress =
    urls.a.httpUrl === urls.b.httpUrl ? '; A and B have the same address, so one server was compared with itself' : '';
  return {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs,
    endedAtMs: Date.now(),
    aUrl: urls.a.httpUrl,
    bUrl: urls.b.httpUrl,
    profile: typeof request.profile === 'string' ? request.profile : request.profile.name,
    blockSec: request.blockSec,
    seed,
    looks,
    smallest: request.smallest,
    end,
    verdict,
    headline: `${headlineOf({ rows, totals, verdict, end, counted: counted.length, setAside })}${oneAddress}`,
    rows,
    totals,
    pairs: pairs.map(pairOf),
  };
}

/** Block i of each endpoint belongs to pair i; it is empty where the pair has none of that endpoint. */
function seriesOf(pairs: readonly RanPair[], side: Side): EndpointBlocks[] {
  const all = pairs.flatMap((pair) => pair.blocks[side]);
  const blockSec = all[0]?.blockSec ?? 1;
  return [...new Set(all.map(({ endpoint }) => endpoint))].map((endpoint) => ({
    endpoint,
    blockSec,
    blocks: pairs.map(
      (pair) =>
        pair.blocks[side].find((one) => one.endpoint === endpoint)?.blocks[0] ?? {
          valuesUs: [],
          counts: [],
          failed: 0,
          dropped: 0,
        },
    ),
  }));
}

function pairOf({ order, setAside, blocks }: RanPair): ExperimentPair {
  const said = (side: Side): Record<string, number | null> =>
    Object.fromEntries(
      blocks[side].flatMap(({ endpoint, blocks: [block] }) =>
        block === undefined
          ? []
          : PERCENTILES.map((percentile) => [`${endpoint} p${percentile}`, percentileMs(block, percentile)]),
      ),
    );
  return { order, setAside, aMs: said('a'), bMs: said('b') };
}
