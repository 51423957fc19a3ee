/** Which runs can be compared, and the outcome of the whole comparison. */
import { describe, expect, it } from 'vitest';
import { seededNormal, seededUniform } from '../../../bench/calibrate/processes.ts';
import { factsOf, judged, LATENCY } from '../../../test/support/judged.ts';
import {
  COMPARED_PERCENTILES,
  comparisonExitCode,
  DEFAULT_SMALLEST,
  type RunComparison,
} from '../../core/difference.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { Finding, Status } from '../../core/finding.ts';
import type { EndpointBlocks } from '../../core/latency-blocks.ts';
import type { Journey } from '../../core/plan.ts';
import { onePhase } from '../../core/timeline.ts';
import type { Outcome } from '../../core/verdict.ts';
import { consensus } from '../../journeys/consensus.ts';
import { health as healthJourney } from '../../journeys/health.ts';
import { compareRuns, hopeless, type Side } from './compare.ts';

const ENVIRONMENT = { cpu: 'ours × 2', memory: '8 GiB', os: 'linux', 'aragora-slo': '1', engine: 'k6', node: 'v20' };

interface Made {
  readonly label?: string;
  /** Absent: one of its own. */
  readonly runId?: string;
  readonly medianMs?: number;
  readonly perSec?: number;
  readonly failing?: number;
  readonly endpoint?: Endpoint;
  readonly profile?: string;
  readonly journeys?: readonly Journey[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly contract?: string;
  readonly outcome?: Outcome;
  /** Statuses of load.completed, load.generator and load.delivered. */
  readonly load?: Readonly<Record<string, Status>>;
}

function health(ratePerSec: number): Journey {
  return { ...healthJourney, steps: [{ ratePerSec, durationSec: 60 }], vus: 10, maxVus: 10 };
}

const BOTH = [health(40), { ...consensus, steps: [], vus: 10, maxVus: 10 }];

function side(made: Made, seed: number): Side {
  const { label = `run ${seed}`, profile = 'smoke', journeys = [health(40)], contract = 'documented' } = made;
  const facts = factsOf([LATENCY], {}, { plan: { profile, phases: onePhase(journeys), contract } });
  const verdict = judged(facts);
  const [pattern] = verdict.findings;
  if (pattern === undefined) throw new Error('the judge found nothing');
  const statuses = {
    'load.completed': 'pass',
    'load.generator': 'pass',
    'load.delivered': 'pass',
    ...made.load,
  } as const;
  const findings = Object.entries(statuses).map(
    ([id, status]): Finding => ({ ...pattern, id, status, summary: `${id} is ${status}` }),
  );
  const { plan, load } = facts;
  const run = {
    runId: made.runId ?? `${plan.runId}-${seed}`,
    profile,
    contract,
    journeys,
    httpUrl: plan.target.httpUrl,
    startedAtMs: load.startedAtMs,
    endedAtMs: load.endedAtMs,
    outcome: made.outcome ?? 'conforms',
    headline: verdict.headline,
    findings,
    environment: made.environment ?? ENVIRONMENT,
  };
  return { label, run, endpoints: [blocks(made, seed)] };
}

function blocks({ medianMs = 5, perSec = 40, failing = 0, endpoint = 'health' }: Made, seed: number): EndpointBlocks {
  const normal = seededNormal(seededUniform(seed));
  const block = () => {
    const values = Array.from({ length: perSec - failing }, () =>
      Math.round(1000 * medianMs * Math.exp(0.3 * normal())),
    );
    const valuesUs = [...new Set(values)].sort((a, b) => a - b);
    const counts = valuesUs.map((one) => values.filter((value) => value === one).length);
    return { valuesUs, counts, failed: failing, dropped: 0 };
  };
  return { endpoint, blockSec: 1, blocks: Array.from({ length: 60 }, block) };
}

function compared(
  a: Made,
  b: Made,
  purpose: RunComparison['purpose'] = 'compare',
  percentiles: RunComparison['percentiles'] = COMPARED_PERCENTILES,
): RunComparison {
  return compareRuns(side(a, 1), side(b, 2), { smallest: DEFAULT_SMALLEST, percentiles, purpose });
}

const elsewhere = { environment: { ...ENVIRONMENT, cpu: 'theirs × 4' } };
/** Engines as pods: the machine that asked for the load does not count. */
const inCluster = (nodes?: string, cluster = 'k') => {
  const { 'aragora-slo': harness, engine, node } = ENVIRONMENT as Readonly<Record<string, string>>;
  const where = nodes === undefined ? { cluster } : { cluster, nodes };
  return { environment: { 'aragora-slo': harness, engine, node, ...where } as Readonly<Record<string, string>> };
};

describe('B against A', () => {
  it.each<[string, Made, Made, RunComparison['outcome'], RegExp]>([
    [
      'as fast',
      {},
      {},
      'not-slower',
      /^3 of 3 percentiles could be decided, none of them slower by an amount that matters$/,
    ],
    ['faster', { medianMs: 50 }, { medianMs: 30 }, 'not-slower', /none of them slower/],
    ['slower', {}, { medianMs: 20 }, 'slower', /^takes longer: health p50, p95, p99$/],
    ['failing more', {}, { failing: 4 }, 'slower', /^fails more often: health; takes longer: health p95, p99$/],
    [
      'with few samples of p99',
      { perSec: 20 },
      { perSec: 20 },
      'not-slower',
      /^2 of 3 .*; the others have too few samples$/,
    ],
    [
      'with fewer samples than A',
      {},
      { perSec: 20 },
      'cannot-tell',
      /^health p99 \(B has 1200 of the 2000 samples that are needed\) can't be decided$/,
    ],
    [
      'with next to no samples',
      { perSec: 1, medianMs: 900 },
      { perSec: 1, medianMs: 900 },
      'cannot-tell',
      /^health p50 \(.*\) can't be decided$/,
    ],
    ['near the edge', { medianMs: 100 }, { medianMs: 104 }, 'cannot-tell', /^health p\d+ .* can't be decided$/],
    [
      'that ended early',
      {},
      { medianMs: 20, load: { 'load.completed': 'inconclusive' } },
      'cannot-tell',
      /^run 2: load\.completed is inconclusive$/,
    ],
    [
      'from a starved generator',
      {},
      { medianMs: 20, load: { 'load.generator': 'inconclusive' } },
      'cannot-tell',
      /^run 2: load\.generator is/,
    ],
    [
      'after an A from a starved generator',
      { load: { 'load.generator': 'inconclusive' } },
      {},
      'cannot-tell',
      /^run 1: load\.generator is/,
    ],
    [
      'with arrivals dropped',
      {},
      { load: { 'load.delivered': 'inconclusive' } },
      'cannot-tell',
      /^run 2: load\.delivered is/,
    ],
    [
      'with arrivals dropped, and slower',
      {},
      { medianMs: 20, load: { 'load.delivered': 'inconclusive' } },
      'slower',
      /takes longer/,
    ],
    ['that answers nothing', {}, { failing: 40 }, 'slower', /fails more often/],
  ])('%s', (_, a, b, outcome, headline) => {
    const comparison = compared(a, b);
    expect(comparison.headline).toMatch(headline);
    expect(comparison.outcome).toBe(outcome);
    expect(comparisonExitCode(comparison)).toBe({ 'not-slower': 0, slower: 99, 'cannot-tell': 3 }[outcome]);
  });

  it('says how long both must be where length is all that lacks', () => {
    const few = { medianMs: 100, perSec: 12 };
    expect(compared(few, few)).toMatchObject({ outcome: 'cannot-tell', secondsToTell: expect.any(Number) });
    expect(compared(few, few).secondsToTell).toBeGreaterThan(60);
    expect(compared({}, {}).secondsToTell).toBeNull();
    expect(compared({}, { load: { 'load.generator': 'inconclusive' } }).secondsToTell).toBeNull();
  });

  it('is judged by the percentiles asked for alone', () => {
    const short = { perSec: 20 };
    expect(compared({}, short).outcome).toBe('cannot-tell');
    const few = compared({}, short, 'gate', [50, 95]);
    expect(few).toMatchObject({ outcome: 'not-slower', percentiles: [50, 95] });
    expect(few.headline).toMatch(/^2 of 2 percentiles could be decided/);
    expect(few.endpoints[0]?.percentiles.map(({ percentile }) => percentile)).toEqual([50, 95]);
    expect(compared({}, { medianMs: 20 }, 'gate', [99]).headline).toBe('takes longer: health p99');
  });

  it('whose load was never judged sound says nothing', () => {
    const [a, b] = [side({}, 1), side({}, 2)];
    const bare = { ...b, run: { ...b.run, findings: [] } };
    const comparison = compareRuns(a, bare, {
      smallest: DEFAULT_SMALLEST,
      percentiles: COMPARED_PERCENTILES,
      purpose: 'compare',
    });
    expect(comparison).toMatchObject({ outcome: 'cannot-tell', headline: 'run 2: it has no finding load.completed' });
  });
});

describe('runs of different loads are refused', () => {
  it.each<[string, Made, Made, RegExp]>([
    ['by their profiles', {}, { profile: 'load' }, /run 1 is of the profile "smoke", run 2 of "load"/],
    [
      'by their rates',
      {},
      { journeys: [health(50)] },
      /two profiles are called "smoke", and run 1 has health at 40\/s for 60 s, run 2 at 50\/s for 60 s/,
    ],
    ['by their journeys', {}, { journeys: [] }, /run 1 has health at 40\/s for 60 s, run 2 not at all/],
    [
      'by their endpoints',
      { journeys: BOTH },
      { journeys: BOTH, endpoint: 'consensus' },
      /no endpoint in common: run 1 measured health, run 2 consensus/,
    ],
    ['without anything timed', { endpoint: 'ws-order' }, { endpoint: 'ws-order' }, /run 1 measured none, run 2 none/],
  ])('%s', (_, a, b, says) => {
    expect(() => compared(a, b)).toThrow(says);
  });
});

describe('what makes runs less alike', () => {
  it.each<[string, Made, RegExp]>([
    ['another machine', elsewhere, /^machines differ: cpu ours × 2 and theirs × 4$/],
    [
      'an unknown machine',
      { environment: { ...ENVIRONMENT, cpu: 'unknown' } },
      /^machines differ: cpu ours × 2 and unknown$/,
    ],
    [
      'another engine',
      { environment: { ...ENVIRONMENT, engine: 'k7' } },
      /^the measuring programs differ: engine k6 and k7$/,
    ],
    ['another contract', { contract: 'aragora-2.11' }, /^contracts differ: documented and aragora-2\.11$/],
  ])('is said of %s', (_, b, says) => {
    const comparison = compared({}, b);
    expect(comparison.warnings).toEqual([expect.stringMatching(says)]);
    expect(comparison.outcome).toBe('not-slower');
  });

  it('is said of an A that breaches', () => {
    expect(compared({ outcome: 'breaches' }, {}).warnings).toEqual([expect.stringMatching(/^run A itself breaches/)]);
  });

  it('is nothing for two runs of a kind', () => {
    expect(compared({}, {}).warnings).toEqual([]);
  });

  it('keeps a gate open where the machine may be the cause', () => {
    expect(compared({}, elsewhere, 'gate')).toMatchObject({
      outcome: 'cannot-tell',
      headline: expect.stringMatching(/^machines differ/),
    });
    expect(compared({}, { ...elsewhere, medianMs: 20 }, 'gate').outcome).toBe('cannot-tell');
    expect(compared({}, {}, 'gate').outcome).toBe('not-slower');
  });

  it.each<[string, Made, Made, RegExp | null]>([
    ['here and from a cluster', {}, inCluster('a'), /^machines differ: one load came from the pods of a cluster/],
    ['on other nodes', inCluster('a, b'), inCluster('a, a'), /^machines differ: nodes a, b and a, a$/],
    ['on nodes that nobody knows', inCluster(), inCluster(), /^machines differ: nodes unknown and unknown$/],
    ['in other clusters', inCluster('a'), inCluster('a', 'l'), /^machines differ: cluster k and l$/],
    ['on the same nodes', inCluster('a, b'), inCluster('a, b'), null],
  ])('keeps a gate open for engines %s, unless they are the same', (_, a, b, says) => {
    const { outcome, headline } = compared(a, b, 'gate');
    expect(outcome).toBe(says === null ? 'not-slower' : 'cannot-tell');
    if (says !== null) expect(headline).toMatch(says);
  });
});

describe('a baseline with which a gate can never tell anything', () => {
  const interrupted = { load: { 'load.completed': 'inconclusive' } } as const;
  const unfit = { load: { 'load.generator': 'inconclusive' } } as const;
  it.each<[string, Made, RegExp, RunComparison['percentiles']?]>([
    ['did not finish', interrupted, /^run 1: load\.completed is inconclusive$/],
    ['was recorded by a generator that was not fit', unfit, /^run 1: load\.generator is inconclusive$/],
    ['is of another machine', elsewhere, /^machines differ: cpu theirs × 4 and ours × 2$/],
    ['is of a cluster', inCluster('a'), /^machines differ: one load came from the pods of a cluster/],
    ['has next to no samples', { perSec: 0 }, /^run 1: no percentile has enough samples to compare$/],
    ['has too few of what is asked for', { perSec: 20 }, /^run 1: no percentile has enough samples/, [99]],
    ['measured nothing that is timed', { endpoint: 'ws-order' }, /^run 1: no percentile has enough samples/],
  ])('%s', (_, a, why, percentiles = COMPARED_PERCENTILES) => {
    expect(hopeless(side(a, 1), ENVIRONMENT, percentiles)).toMatch(why);
    // No candidate could have changed that.
    for (const b of a.endpoint === undefined ? [{}, { medianMs: 900 }] : [])
      expect(compared(a, b, 'gate', percentiles).outcome).toBe('cannot-tell');
  });

  it.each<[string, Made]>([
    ['is whole', {}],
    ['breaches', { outcome: 'breaches' }],
    ['has the samples of a median alone', { perSec: 2 }],
    ['dropped arrivals, which keeps nobody from being slower', { load: { 'load.delivered': 'inconclusive' } }],
  ])('is not one that %s', (_, a) => {
    expect(hopeless(side(a, 1), ENVIRONMENT, COMPARED_PERCENTILES)).toBeNull();
  });
});

it.each<[Outcome, Made, number]>([
  ['conforms', {}, 0],
  ['conforms', { medianMs: 20 }, 99],
  ['conforms', elsewhere, 3],
  ['breaches', {}, 99],
  ['breaches', elsewhere, 99],
  ['inconclusive', {}, 3],
  ['inconclusive', { medianMs: 20 }, 99],
  ['interrupted', { medianMs: 20 }, 130],
])('a candidate that %s and is %j ends the gate with %d', (outcome, b, exitCode) => {
  expect(comparisonExitCode(compared({}, { ...b, outcome }, 'gate'))).toBe(exitCode);
});

it('says nothing of a run and itself, whatever it is called', () => {
  const [a, b] = [side({ runId: 'one', label: 'a' }, 1), side({ runId: 'one', label: 'a copy', medianMs: 20 }, 2)];
  const options = { smallest: DEFAULT_SMALLEST, percentiles: COMPARED_PERCENTILES, purpose: 'compare' } as const;
  expect(compareRuns(a, b, options)).toMatchObject({
    outcome: 'cannot-tell',
    headline: "both are the run one: a run can't be compared with itself",
  });
});
