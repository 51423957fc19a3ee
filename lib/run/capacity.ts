/**
 * Owns the search for capacity as a whole: one run a step, each in a folder of its own, and the facts made of them.
 * Refuses to know which rate is next (lib/capacity) and how a load is offered and judged.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Profile } from '../../thresholds/profiles.ts';
import { headlineOf } from '../capacity/headline.ts';
import { kneeOf } from '../capacity/knee.ts';
import { answerOf, LONGER, nextStep } from '../capacity/search.ts';
import {
  type ArrivalJourney,
  gatesOf,
  type LoadShape,
  lowestPerSec,
  MOST_VUS,
  measuredSec,
  ownPerSec,
  profileAt,
  shapeOf,
} from '../capacity/shape.ts';
import { legalValues } from '../config/nearest.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import type { CapacityAnswer, CapacityFacts, CapacityStep, Knee, SearchBounds, Stopped } from '../core/capacity.ts';
import { SloError } from '../core/error.ts';
import { JOURNEYS, type Objective, type Plan } from '../core/plan.ts';
import type { RunFacts } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { type Engine, ensureEngine } from '../engine/ensure.ts';
import { capacityStep } from './capacity-step.ts';
import { startEmbeddedTarget } from './embedded.ts';
import { createFolder, writeJson } from './folder.ts';
import type { RunUi } from './offer.ts';
import { makePlan } from './plan.ts';
import { contractOf } from './run.ts';
import { shortRun } from './short-run.ts';

export interface CapacityRequest {
  /** Absent: the embedded reference target is started and loaded. */
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  readonly targetArgs: readonly string[];
  readonly profile: string | Profile;
  /** Absent: all journeys of the profile, scaled by one factor. */
  readonly journey?: string | undefined;
  readonly contract: string;
  readonly slo?: string | readonly Objective[] | undefined;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly token: string | undefined;
  /** HTTP arrivals a second. */
  readonly maxRate: number;
  readonly maxMinutes: number;
  /** Share (0–1), see `SearchBounds`. */
  readonly resolution: number;
}

/** Connections open, caches and compilers warm. */
const WARM_UP_SEC = 3;
/** For what a step left behind to be done with. */
const REST_SEC = 3;
/** Starting and ending the engine. */
const OVERHEAD_SEC = 3;
/** A step this long is the longest; the rate that needs it is the lowest. */
const LONGEST_SEC = 300;
const FACTS = 'capacity.json';
const STEPS = 'steps';

interface Search {
  readonly dir: string;
  readonly shape: LoadShape;
  readonly objectives: readonly Objective[];
  readonly gates: readonly string[];
  readonly bounds: SearchBounds;
  readonly engine: Engine;
  readonly target: Plan['target'];
  readonly contract: ReturnType<typeof contractOf>;
  readonly seed: number;
  readonly token: string | undefined;
  readonly startedAtMs: number;
  /** The highest rate is what the generator's virtual users can offer, and less than was asked for. */
  readonly shortOfUsers: boolean;
}

/** @throws SloError for wrong usage and missing prerequisites, and when nothing answers before the first step. */
export async function findCapacity(
  request: CapacityRequest,
  ui: RunUi,
  signal: AbortSignal,
): Promise<{ readonly dir: string; readonly facts: CapacityFacts }> {
  const shape = shapeOf(loadProfile(request.profile), journeyOf(request.journey));
  const contract = contractOf(request.contract);
  const expected = loadObjectives(request.slo);
  const gates = gatesOf(shape, expected);
  if (gates.length === 0) throw new SloError('usage', `no gating objective says anything about ${shape.name}`);
  const objectives = expected.filter(({ id }) => gates.includes(id));
  if (request.target === undefined && request.ws !== undefined) throw new SloError('usage', '--ws needs --target');
  const named = request.target === undefined ? undefined : targetUrls(request.target, request.ws);
  const { bounds, shortOfUsers } = boundsOf(shape, objectives, request);
  refuseTooLow(measuredSec(shape, objectives, bounds.maxPerSec), bounds.maxPerSec);
  const startedAtMs = Date.now();
  const dir = request.out ?? join('runs', `${new Date(startedAtMs).toISOString().replace(/[:.]/g, '-')}-capacity`);
  const discardFolder = createFolder(dir, FACTS, STEPS);
  const seed = request.seed ?? randomBytes(4).readUInt32LE();
  let embedded: Awaited<ReturnType<typeof startEmbeddedTarget>> | undefined;
  try {
    const engine = await ensureEngine({ onProgress: (line) => ui.note(line), signal });
    embedded = named === undefined ? await startEmbeddedTarget(request.targetArgs, signal) : undefined;
    const { httpUrl, wsUrl } = named ?? embedded ?? { httpUrl: '', wsUrl: '' };
    const target = { httpUrl, wsUrl, embedded: embedded !== undefined };
    const { token } = request;
    const search = {
      dir,
      shape,
      objectives,
      gates,
      bounds,
      engine,
      target,
      contract,
      seed,
      token,
      startedAtMs,
      shortOfUsers,
    };
    return { dir, facts: await climb(search, ui, signal) };
  } catch (error) {
    discardFolder();
    throw error;
  } finally {
    await embedded?.stop();
  }
}

/** @throws SloError `usage` where no step, not even one made longer, could see the samples that its objectives need. */
function refuseTooLow(neededSec: number, maxPerSec: number): void {
  const longestSec = LONGEST_SEC * LONGER;
  // Half of `measuredSec` is spare.
  if (neededSec / 2 <= longestSec) return;
  throw new SloError(
    'usage',
    `at ${maxPerSec} arrivals a second no step of ${longestSec} s could decide every objective`,
    {
      hint: `a step would take ${neededSec} s: name a higher --max-rate, or fewer objectives with --slo`,
    },
  );
}

/** Step after step, as the search asks for them; what is known is written after each. */
async function climb(search: Search, ui: RunUi, signal: AbortSignal): Promise<CapacityFacts> {
  const steps: CapacityStep[] = [];
  for (;;) {
    const next = nextStep(
      steps,
      search.bounds,
      (rate) => usualSec(search, rate) + WARM_UP_SEC + REST_SEC + OVERHEAD_SEC,
    );
    if (next.kind === 'done') return tell(search, steps, ofUsers(next.answer, search));
    const measuredSec = usualSec(search, next.ratePerSec) * next.longer;
    ui.note(`step ${steps.length + 1}: ${next.ratePerSec}/s for ${measuredSec} s`);
    const step = await tryStep(search, steps.length, { ratePerSec: next.ratePerSec, measuredSec }, ui, signal);
    if (typeof step === 'string') return tell(search, steps, answerOf(steps, step));
    steps.push(step);
    ui.note(
      `step ${steps.length}: ${step.ratePerSec}/s ${step.result === 'unfit' ? 'generator unfit' : step.result}: ${step.why}`,
    );
    tell(search, steps, answerOf(steps, 'interrupted'));
  }
}

function usualSec({ shape, objectives }: Search, ratePerSec: number): number {
  return Math.min(LONGEST_SEC, measuredSec(shape, objectives, ratePerSec));
}

/** The step, or what ended the search. @throws SloError when nothing answers before the first step was done. */
async function tryStep(
  search: Search,
  index: number,
  asked: { readonly ratePerSec: number; readonly measuredSec: number },
  ui: RunUi,
  signal: AbortSignal,
): Promise<CapacityStep | Stopped> {
  const beganAtMs = Date.now();
  try {
    if (index > 0) await sleep(REST_SEC * 1000, undefined, { signal });
    const folder = `${STEPS}/${String(index + 1).padStart(2, '0')}-${asked.ratePerSec}`;
    const facts = await runStep(search, join(search.dir, folder), asked, ui, signal);
    if (facts.verdict.outcome === 'interrupted') return 'interrupted';
    return capacityStep(facts, { ...asked, folder, tookSec: (Date.now() - beganAtMs) / 1000 });
  } catch (error) {
    if (index > 0 && signal.aborted) return 'interrupted';
    if (index > 0 && error instanceof SloError && error.code === 'target-unreachable') {
      ui.note(error.message);
      return 'target-gone';
    }
    throw error;
  }
}

async function runStep(
  { shape, objectives, gates, engine, target, contract, seed, token }: Search,
  dir: string,
  { ratePerSec, measuredSec }: { readonly ratePerSec: number; readonly measuredSec: number },
  ui: RunUi,
  signal: AbortSignal,
): Promise<RunFacts> {
  const profile = profileAt(shape, ratePerSec, measuredSec, gates);
  const command = `npx aragora-slo judge ${dir}`;
  const plan = makePlan({ runId: profile.name, profile, contract, objectives, seed, target, command });
  return shortRun({ dir, plan, engine, token, warmUpSec: WARM_UP_SEC }, ui, signal);
}

/** What is known so far, as facts and in the folder. */
function tell(search: Search, steps: readonly CapacityStep[], answer: CapacityAnswer): CapacityFacts {
  const { dir, shape, objectives, bounds, target, seed, startedAtMs } = search;
  const own = ownPerSec(shape);
  const facts: CapacityFacts = {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs,
    endedAtMs: Date.now(),
    target,
    shape: shape.name,
    shares: Object.fromEntries([...shape.ratesPerSec].map(([journey, rate]) => [journey, rate / own])),
    seed,
    bounds,
    answer,
    headline: headlineOf(answer, steps),
    knees: kneesOf(steps),
    steps,
    limits: objectives.flatMap((objective) =>
      objective.kind === 'latency'
        ? [{ endpoint: objective.endpoint, percentile: objective.percentile, limitMs: objective.limitMs }]
        : [],
    ),
  };
  writeJson(dir, FACTS, facts);
  return facts;
}

/** Of what the generator spoilt no knee is made. */
function kneesOf(steps: readonly CapacityStep[]): Knee[] {
  const fit = steps.filter(({ result }) => result !== 'unfit');
  const endpoints = [...new Set(fit.flatMap((step) => step.latencies.map(({ endpoint }) => endpoint)))];
  return endpoints.flatMap((endpoint) => {
    const points = fit.flatMap(({ ratePerSec, latencies }) => {
      const p95Ms = latencies.find((latency) => latency.endpoint === endpoint)?.p95Ms ?? null;
      return p95Ms === null ? [] : [{ ratePerSec, latencyMs: p95Ms }];
    });
    const knee = kneeOf(points);
    return knee === null ? [] : [{ endpoint, ratePerSec: knee.ratePerSec, p95Ms: knee.latencyMs }];
  });
}

/** Rates that can be searched: from where a step would be too long up to what was asked for, or what the generator can offer. */
function boundsOf(
  shape: LoadShape,
  objectives: readonly Objective[],
  { maxRate, maxMinutes, resolution }: CapacityRequest,
): Pick<Search, 'bounds' | 'shortOfUsers'> {
  const own = ownPerSec(shape);
  const vus = (rate: number): number => {
    const { journeys } = planAt(shape, rate);
    return journeys.reduce((sum, journey) => sum + (journey.name === 'websocket' ? journey.sockets : journey.vus), 0);
  };
  // Users grow with the rate, but for a few of each journey that are always there.
  const highest = Math.floor((own * (MOST_VUS - vus(own * 1e-6))) / (vus(own) - vus(own * 1e-6)));
  const maxPerSec = Math.min(maxRate, highest);
  const minPerSec = lowestPerSec(shape, objectives, LONGEST_SEC, maxPerSec);
  const startPerSec = Math.min(maxPerSec, Math.max(minPerSec, own));
  return {
    bounds: {
      startPerSec,
      minPerSec,
      maxPerSec,
      resolution,
      maxSec: maxMinutes * 60,
    },
    shortOfUsers: highest < maxRate,
  };
}

function planAt(shape: LoadShape, ratePerSec: number): Plan {
  const target = { httpUrl: '', wsUrl: '', embedded: false };
  const profile = profileAt(shape, ratePerSec, 1, []);
  return makePlan({ runId: '', profile, contract: 'documented', objectives: [], seed: 0, target, command: '' });
}

/** The highest rate that was tried was not that of the user. */
function ofUsers(answer: CapacityAnswer, { shortOfUsers }: Search): CapacityAnswer {
  const isOurs = answer.kind === 'at-least' && answer.why === 'max-rate' && shortOfUsers;
  return isOurs ? { ...answer, why: 'virtual-users' } : answer;
}

function journeyOf(name: string | undefined): ArrivalJourney | undefined {
  const legal = JOURNEYS.filter((journey) => journey !== 'websocket');
  const journey = legal.find((one) => one === name);
  if (name === undefined || journey !== undefined) return journey;
  throw new SloError('usage', `no journey "${name}" has a rate`, { hint: legalValues(name, legal) });
}
