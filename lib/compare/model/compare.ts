/** Compares run B with run A: which endpoints are compared, and whether B as a whole is slower. */
import type {
  ComparedPercentile,
  ComparisonOutcome,
  EndpointDifference,
  RunComparison,
  SideSummary,
  Smallest,
} from '../../core/difference.ts';
import { type Endpoint, endpointsOf } from '../../core/endpoint.ts';
import { SloError, unreachable } from '../../core/error.ts';
import { leastOf, mostOf } from '../../core/extent.ts';
import type { EndpointBlocks } from '../../core/latency-blocks.ts';
import type { Environment } from '../../core/run.ts';
import { SCHEMA_VERSION } from '../../core/schema-version.ts';
import { differences, gatingPercentiles } from '../../stats/difference.ts';
import {
  type ComparedRun,
  checkSameLoad,
  machinesDiffer,
  sameRun,
  undelivered,
  unsound,
  warningsOf,
} from './comparable.ts';

/** Any fixed seed will do: the same runs must give the same answer every time. */
const SEED = 1;

const TOO_FEW = 'no percentile has enough samples to compare';

export interface Side {
  /** As the user named it. */
  readonly label: string;
  readonly run: ComparedRun;
  readonly endpoints: readonly EndpointBlocks[];
}

export interface CompareOptions {
  readonly smallest: Smallest;
  /** Only these percentiles are compared, and gate. */
  readonly percentiles: readonly ComparedPercentile[];
  /** A gate gives no answer for runs from different machines; a comparison only warns. */
  readonly purpose: RunComparison['purpose'];
}

/** @throws SloError `usage` for runs of different loads, and for runs without a timed endpoint in common. */
export function compareRuns(a: Side, b: Side, { smallest, percentiles, purpose }: CompareOptions): RunComparison {
  checkSameLoad({ label: a.label, ...a.run }, { label: b.label, ...b.run });
  const endpoints = differences(pairsOf(a, b), { smallest, percentiles, seed: SEED });
  const machines = purpose === 'gate' ? machinesDiffer(a.run, b.run) : null;
  const doubts = [sameRun(a.run, b.run), unsound(a.label, a.run), unsound(b.label, b.run), machines].filter(
    (doubt) => doubt !== null,
  );
  const gaps = [undelivered(a.label, a.run), undelivered(b.label, b.run)].filter((gap) => gap !== null);
  const outcome = outcomeOf(endpoints, doubts, gaps);
  return {
    schemaVersion: SCHEMA_VERSION,
    purpose,
    profile: a.run.profile,
    a: summaryOf(a),
    b: summaryOf(b),
    smallest,
    percentiles,
    outcome,
    headline: headlineOf(outcome, endpoints, [...doubts, ...gaps]),
    warnings: warningsOf(a.run, b.run),
    endpoints,
    secondsToTell: outcome === 'cannot-tell' && doubts.length + gaps.length === 0 ? longest(open(endpoints)) : null,
  };
}

/**
 * Why a gate could never pass with this baseline, whatever its candidate does, in one sentence; null where no reason is known yet.
 * @param environment of the machine from which the candidate would be loaded.
 */
export function hopeless(a: Side, environment: Environment, percentiles: readonly ComparedPercentile[]): string | null {
  const timed = timedEndpoints(a);
  const isDecided = a.endpoints.some(
    ({ endpoint, blocks }) => timed.includes(endpoint) && gatingPercentiles(blocks, percentiles).length > 0,
  );
  const few = isDecided ? null : `${a.label}: ${TOO_FEW}`;
  return unsound(a.label, a.run) ?? machinesDiffer(a.run, { environment }) ?? few;
}

function summaryOf({ label, run: { runId, httpUrl, outcome, startedAtMs } }: Side): SideSummary {
  return { label, runId, httpUrl, verdict: outcome, startedAtMs };
}

/** Endpoints of its journeys whose samples are latencies; the others record properties. */
function timedEndpoints({ run }: Side): Endpoint[] {
  return endpointsOf(run.journeys).flatMap(({ name, samples }) => (samples === 'latency' ? [name] : []));
}

/** For every timed endpoint that A measured. An endpoint that only B has can't be compared. */
function pairsOf(a: Side, b: Side) {
  const of = (side: Side, endpoint: Endpoint) => side.endpoints.find((one) => one.endpoint === endpoint)?.blocks ?? [];
  const seconds = leastOf([a, b].map(({ run }) => (run.endedAtMs - run.startedAtMs) / 1000));
  const pairs = timedEndpoints(a).map((endpoint) => ({ endpoint, a: of(a, endpoint), b: of(b, endpoint), seconds }));
  if (!pairs.some((pair) => pair.a.length > 0 && pair.b.length > 0)) {
    const [inA, inB] = [measured(a), measured(b)];
    throw new SloError('usage', `the runs have no endpoint in common: ${a.label} measured ${inA}, ${b.label} ${inB}`);
  }
  return pairs.filter((pair) => pair.a.length > 0);
}

function measured(side: Side): string {
  const timed = timedEndpoints(side);
  const found = side.endpoints.filter(({ endpoint }) => timed.includes(endpoint));
  return found.map(({ endpoint }) => endpoint).join(', ') || 'none';
}

/** Doubts about a run mean no answer at all. Missing samples may hide slow ones, so they prevent "not slower". */
function outcomeOf(
  endpoints: readonly EndpointDifference[],
  doubts: readonly string[],
  gaps: readonly string[],
): ComparisonOutcome {
  if (doubts.length > 0) return 'cannot-tell';
  if (endpoints.some(isWorse)) return 'slower';
  const gating = endpoints.some(({ percentiles }) => percentiles.some((row) => row.gating));
  return gating && gaps.length === 0 && open(endpoints).length === 0 ? 'not-slower' : 'cannot-tell';
}

function isWorse({ failures, percentiles }: EndpointDifference): boolean {
  return failures.verdict === 'more' || percentiles.some(({ verdict }) => verdict === 'slower');
}

interface OpenRow {
  readonly name: string;
  readonly reason: string;
  readonly secondsToTell: number | null;
}

/** What gates and is not known to be no slower. */
function open(endpoints: readonly EndpointDifference[]): OpenRow[] {
  return endpoints.flatMap(({ endpoint, percentiles }) =>
    percentiles
      .filter((row) => row.gating && !row.notSlower)
      .map(({ percentile, reason, secondsToTell }) => ({ name: `${endpoint} p${percentile}`, reason, secondsToTell })),
  );
}

/** null when one of them can't be decided in any time, or there is none. */
function longest(rows: readonly OpenRow[]): number | null {
  const seconds = rows.map(({ secondsToTell }) => secondsToTell ?? Number.POSITIVE_INFINITY);
  const most = mostOf(seconds);
  return Number.isFinite(most) ? most : null;
}

function headlineOf(
  outcome: ComparisonOutcome,
  endpoints: readonly EndpointDifference[],
  doubts: readonly string[],
): string {
  const rows = endpoints.flatMap(({ percentiles }) => percentiles);
  switch (outcome) {
    case 'slower':
      return worseText(endpoints);
    case 'not-slower': {
      const few = rows.filter(({ gating }) => !gating).length;
      const said = `${rows.length - few} of ${rows.length} percentiles could be decided, none of them slower by an amount that matters`;
      return few === 0 ? said : `${said}; the others have too few samples`;
    }
    case 'cannot-tell': {
      const undecided = open(endpoints);
      const [first] = undecided;
      if (doubts[0] !== undefined) return doubts[0];
      if (first === undefined) return TOO_FEW;
      const others = undecided.length === 1 ? '' : `, and ${undecided.length - 1} more`;
      return `${first.name} (${first.reason})${others} can't be decided`;
    }
    default:
      return unreachable(outcome);
  }
}

function worseText(endpoints: readonly EndpointDifference[]): string {
  const failing = endpoints.filter(({ failures }) => failures.verdict === 'more').map(({ endpoint }) => endpoint);
  const slower = endpoints.flatMap(({ endpoint, percentiles }) => {
    const ranks = percentiles.filter(({ verdict }) => verdict === 'slower').map(({ percentile }) => `p${percentile}`);
    return ranks.length === 0 ? [] : [`${endpoint} ${ranks.join(', ')}`];
  });
  return [
    ...(failing.length === 0 ? [] : [`fails more often: ${failing.join(', ')}`]),
    ...(slower.length === 0 ? [] : [`takes longer: ${slower.join('; ')}`]),
  ].join('; ');
}
