/** The whole capacity search: runs step after step, each in its own folder, and writes the facts after each. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Profile } from '../../thresholds/profiles.ts';
import { targetTls } from '../config/backend-access.ts';
import { type LoadedContract, loadContract } from '../config/contract.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import type { JourneyName } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import type { Objective } from '../core/plan.ts';
import type { RunFacts } from '../core/run.ts';
import { startEmbeddedTarget } from '../embedded/process.ts';
import type { HttpTls } from '../http/access.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { createFolder, idAt, writeJson } from '../run/folder.ts';
import { knowing, refusePhases } from '../run/phase-plan.ts';
import { type AskedPlace, closePlace, openPlace, type Place } from '../run/place.ts';
import { makePlan, seedOf } from '../run/plan.ts';
import { shortRun, warningOnce } from '../run/short-run.ts';
import type { RunUi } from '../run/ui.ts';
import { type AskedBounds, boundsOf, usualSec } from './bounds.ts';
import { capacityFacts, type Searched } from './facts.ts';
import type { CapacityAnswer, CapacityFacts, CapacityStep, Stopped } from './model/facts.ts';
import { answerOf, nextStep } from './model/search.ts';
import { gatesOf, profileAt, shapeOf } from './model/shape.ts';
import { capacityStep } from './step.ts';

export interface CapacityRequest extends AskedBounds, AskedPlace {
  /** Absent: the embedded reference target is started and loaded. */
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  readonly targetArgs: readonly string[];
  readonly profile: string | Profile;
  /** Absent: all journeys of the profile, scaled by one factor. */
  readonly journey?: string | undefined;
  /** A name, or the path of a file of own names. */
  readonly contract: string;
  readonly slo?: string | readonly Objective[] | undefined;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  /** PEM file of the authority that signed its certificate. */
  readonly ca?: string | undefined;
  readonly token: string | undefined;
}

/** Opens connections, fills caches, and warms up compilers. */
const WARM_UP_SEC = 3;
/** Lets the server finish what a step left behind. */
const REST_SEC = 3;
/** Starting and ending the engines. */
const OVERHEAD_SEC = { here: 3, cluster: 15 };
const FACTS = 'capacity.json';
const STEPS = 'steps';

interface Search extends Searched {
  readonly dir: string;
  readonly gates: readonly string[];
  readonly place: Place;
  readonly judgedBy: LoadedContract;
  readonly runners: number | undefined;
  readonly token: string | undefined;
  readonly tls: HttpTls | undefined;
}

/** @throws SloError for wrong usage and missing prerequisites, and when nothing answers before the first step. */
export async function findCapacity(
  request: CapacityRequest,
  ui: RunUi,
  signal: AbortSignal,
): Promise<{ readonly dir: string; readonly facts: CapacityFacts }> {
  const profile = loadProfile(request.profile);
  refusePhases(profile, 'a search for the highest rate raises one load');
  return await knowing(profile, () => search(request, profile, ui, signal));
}

async function search(
  request: CapacityRequest,
  profile: Profile,
  ui: RunUi,
  signal: AbortSignal,
): Promise<{ readonly dir: string; readonly facts: CapacityFacts }> {
  const shape = shapeOf(profile, journeyOf(request.journey));
  const judgedBy = loadContract(request.contract);
  const expected = loadObjectives(request.slo, profile);
  const gates = gatesOf(shape, expected);
  if (gates.length === 0) throw new SloError('usage', `no gating objective says anything about ${shape.name}`);
  const objectives = expected.filter(({ id }) => gates.includes(id));
  const named = request.target === undefined ? undefined : targetUrls(request.target, request.ws);
  const tls = targetTls(request.ca);
  const { bounds, shortOfUsers } = boundsOf(shape, objectives, request);
  const startedAtMs = Date.now();
  const dir = request.out ?? join('runs', idAt(startedAtMs, 'capacity'));
  const discardFolder = createFolder(dir, FACTS, STEPS);
  const seed = seedOf(request.seed);
  let place: Place | undefined;
  let embedded: Awaited<ReturnType<typeof startEmbeddedTarget>> | undefined;
  try {
    place = await openPlace(request, ui, signal);
    embedded = named === undefined ? await startEmbeddedTarget(request.targetArgs, signal) : undefined;
    const { httpUrl, wsUrl } = named ?? embedded ?? { httpUrl: '', wsUrl: '' };
    const target = { httpUrl, wsUrl, embedded: embedded !== undefined };
    const searched = { shape, objectives, bounds, shortOfUsers, target, seed, startedAtMs };
    const { token, runners } = request;
    const found = { ...searched, dir, gates, place, judgedBy, runners, token, tls };
    return { dir, facts: await climb(found, warningOnce(ui), signal) };
  } catch (error) {
    discardFolder();
    throw error;
  } finally {
    await embedded?.stop();
    await closePlace(place);
  }
}

/** Runs the steps that the search asks for. What is known is written after each. */
async function climb(search: Search, ui: RunUi, signal: AbortSignal): Promise<CapacityFacts> {
  const steps: CapacityStep[] = [];
  const aroundSec = WARM_UP_SEC + REST_SEC + OVERHEAD_SEC['path' in search.place ? 'here' : 'cluster'];
  const secAt = (ratePerSec: number): number => usualSec(search.shape, search.objectives, ratePerSec);
  for (;;) {
    const next = nextStep(steps, search.bounds, (rate) => secAt(rate) + aroundSec);
    if (next.kind === 'done') return report(search, steps, next.answer);
    const measuredSec = secAt(next.ratePerSec) * next.longer;
    ui.note(`step ${steps.length + 1}: ${next.ratePerSec}/s for ${measuredSec} s`);
    const step = await tryStep(search, { index: steps.length, ratePerSec: next.ratePerSec, measuredSec }, ui, signal);
    if (typeof step === 'string') return report(search, steps, answerOf(steps, step));
    steps.push(step);
    ui.note(
      `step ${steps.length}: ${step.ratePerSec}/s ${step.result === 'unfit' ? 'generator unfit' : step.result}: ${step.why}`,
    );
    report(search, steps, answerOf(steps, 'interrupted'));
  }
}

interface AskedStep {
  /** How many were run before. */
  readonly index: number;
  readonly ratePerSec: number;
  readonly measuredSec: number;
}

/** The step, or what ended the search. @throws SloError when nothing answers before the first step was done. */
async function tryStep(
  search: Search,
  { index, ...asked }: AskedStep,
  ui: RunUi,
  signal: AbortSignal,
): Promise<CapacityStep | Stopped> {
  const beganAtMs = Date.now();
  try {
    if (index > 0) await sleep(REST_SEC * 1000, undefined, { signal });
    const folder = `${STEPS}/${String(index + 1).padStart(2, '0')}-${asked.ratePerSec}`;
    const facts = await runStep(search, { ...asked, dir: join(search.dir, folder) }, ui, signal);
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
  { shape, objectives, gates, place, target, judgedBy, runners, seed, token, tls }: Search,
  { ratePerSec, measuredSec, dir }: Omit<AskedStep, 'index'> & { readonly dir: string },
  ui: RunUi,
  signal: AbortSignal,
): Promise<RunFacts> {
  const profile = profileAt(shape, ratePerSec, measuredSec, gates);
  const command = `npx aragora-slo judge ${dir}`;
  const plan = makePlan({ runId: profile.name, profile, ...judgedBy, objectives, seed, target, command, runners });
  return shortRun({ dir, plan, place, token, tls, warmUpSec: WARM_UP_SEC }, ui, signal);
}

/** Writes what is known so far into the folder, and returns it. */
function report(search: Search, steps: readonly CapacityStep[], answer: CapacityAnswer): CapacityFacts {
  const facts = capacityFacts(search, steps, answer);
  writeJson(search.dir, FACTS, facts);
  return facts;
}

function journeyOf(name: string | undefined): JourneyName | undefined {
  const legal = JOURNEYS.filter(({ kind }) => kind === 'arrivals').map((journey) => journey.name);
  const journey = legal.find((one) => one === name);
  if (name === undefined || journey !== undefined) return journey;
  throw new SloError('usage', `no journey "${name}" has a rate`, { hint: legalValues(name, legal) });
}
