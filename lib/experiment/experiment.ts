/** The whole experiment: loads two targets in turn, block by block, and looks at the result after some pairs, until the answer is sure. */
import { join } from 'node:path';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { shapeOf } from '../capacity/model/shape.ts';
import { targetTls } from '../config/backend-access.ts';
import { loadContract } from '../config/contract.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import type { Objective } from '../core/plan.ts';
import { type Engine, ensureEngine } from '../engine/ensure.ts';
import type { HttpTls } from '../http/access.ts';
import { preflight } from '../preflight/preflight.ts';
import { createFolder, idAt, writeJson } from '../run/folder.ts';
import { knowing, refusePhases } from '../run/phase-plan.ts';
import { seedOf } from '../run/plan.ts';
import { warningOnce } from '../run/short-run.ts';
import type { RunUi } from '../run/ui.ts';
import { type Block, runBlock } from './block.ts';
import { type Asked, experimentFacts, type RanPair } from './facts.ts';
import type { Smallest } from './model/decide.ts';
import type { ExperimentEnd, ExperimentFacts, Side } from './model/facts.ts';
import { LEAST_PAIRS, looksOf, orderOf } from './model/schedule.ts';

export interface ExperimentRequest {
  readonly a: string;
  readonly b: string;
  /** The WebSocket addresses; absent: /ws of the same server. */
  readonly wsA?: string | undefined;
  readonly wsB?: string | undefined;
  /** The journeys and their highest rates. */
  readonly profile: string | Profile;
  /** A name, or the path of a file of own names. */
  readonly contract: string;
  /** The documented ones when absent. */
  readonly slo?: string | readonly Objective[] | undefined;
  readonly blockSec: number;
  readonly maxMinutes: number;
  readonly smallest: Smallest;
  readonly seed?: number | undefined;
  readonly out?: string | undefined;
  /** PEM file of the authority that signed the certificates of both. */
  readonly ca?: string | undefined;
  readonly token: string | undefined;
}

/** Besides its own seconds and the warm-up, a block needs about three seconds to look at the target and to start and end the engine. */
const OVERHEAD_SEC = 5;
const FACTS = 'experiment.json';
const BLOCKS = 'blocks';

interface Experiment extends Asked {
  readonly dir: string;
  readonly engine: Engine;
  readonly request: ExperimentRequest;
  readonly tls: HttpTls | undefined;
}

/** @throws SloError for wrong usage and missing prerequisites, and when a side does not answer before its first block. */
export async function runExperiment(
  request: ExperimentRequest,
  ui: RunUi,
  signal: AbortSignal,
): Promise<{ readonly dir: string; readonly facts: ExperimentFacts }> {
  const profile = loadProfile(request.profile);
  refusePhases(profile, 'an experiment compares blocks of one load');
  return await knowing(profile, () => experiment(request, profile, ui, signal));
}

async function experiment(
  request: ExperimentRequest,
  profile: Profile,
  ui: RunUi,
  signal: AbortSignal,
): Promise<{ readonly dir: string; readonly facts: ExperimentFacts }> {
  const urls = urlsOf(request);
  shapeOf(profile);
  // Each block reads them again; a mistake in them is said before any load.
  loadObjectives(request.slo, profile);
  const tls = targetTls(request.ca);
  const { contract, ownNames } = loadContract(request.contract);
  const subprotocol = ownNames?.subprotocol ?? CONTRACTS[contract].subprotocol;
  const looks = looksWithin(request);
  const startedAtMs = Date.now();
  const dir = request.out ?? join('runs', idAt(startedAtMs, 'experiment'));
  const discardFolder = createFolder(dir, FACTS, BLOCKS);
  const seed = seedOf(request.seed);
  const once = warningOnce(ui);
  try {
    const engine = await ensureEngine({ onProgress: (line) => ui.note(line), signal });
    for (const side of ['a', 'b'] as const) {
      const wanted = {
        contract: ownNames === undefined ? contract : null,
        subprotocol,
        paths: [],
        debatePaths: [],
        socket: null,
        reads: [],
        token: request.token,
        tls,
        env: process.env,
      };
      const { notes } = await preflight({ ...urls[side], ...wanted }, signal);
      for (const note of notes) once.warn(`${side.toUpperCase()}: ${note}`);
    }
    return { dir, facts: await alternate({ dir, engine, request, tls, urls, seed, looks, startedAtMs }, once, signal) };
  } catch (error) {
    discardFolder();
    throw error;
  }
}

function urlsOf({ a, b, wsA, wsB }: ExperimentRequest) {
  return { a: targetUrls(a, wsA), b: targetUrls(b, wsB) };
}

/** After which pairs it may end. @throws SloError when the time is too short for one look */
function looksWithin({ blockSec, maxMinutes }: ExperimentRequest): ReturnType<typeof looksOf> {
  const pairSec = 2 * (blockSec + OVERHEAD_SEC);
  const looks = looksOf(Math.floor((maxMinutes * 60) / pairSec));
  if (looks.length > 0) return looks;
  const hint = `a pair of blocks takes ${pairSec} s: name at least --max-minutes ${Math.ceil((LEAST_PAIRS * pairSec) / 60)}`;
  const problem = `${maxMinutes} minutes are too short for ${LEAST_PAIRS} pairs, the fewest that give an answer`;
  throw new SloError('usage', problem, { hint });
}

/** Runs pair after pair. What is known is written after each. */
async function alternate(experiment: Experiment, ui: RunUi, signal: AbortSignal): Promise<ExperimentFacts> {
  const { looks, seed } = experiment;
  const most = looks.at(-1) ?? 0;
  const pairs: RanPair[] = [];
  for (let index = 0; index < most; index++) {
    ui.note(`pair ${index + 1} of at most ${most}: ${orderOf(seed, index) === 'ab' ? 'A, then B' : 'B, then A'}`);
    const pair = await runPair(experiment, index, ui, signal);
    if ('kind' in pair) return report(experiment, pairs, pair);
    pairs.push(pair);
    if (pair.setAside !== null) ui.note(`pair ${index + 1} does not count: ${pair.setAside}`);
    const isLook = looks.includes(index + 1);
    const facts = report(experiment, pairs, { kind: isLook ? 'sure' : 'interrupted' });
    if (facts.verdict !== 'cannot-tell') return facts;
  }
  return report(experiment, pairs, { kind: 'maximum' });
}

/** The pair, or what ended the experiment in it. @throws SloError when a side does not answer in the first pair. */
async function runPair(
  experiment: Experiment,
  index: number,
  ui: RunUi,
  signal: AbortSignal,
): Promise<RanPair | ExperimentEnd> {
  const order = orderOf(experiment.seed, index);
  const ran: Partial<Record<Side, Block>> = {};
  for (const side of order === 'ab' ? (['a', 'b'] as const) : (['b', 'a'] as const)) {
    try {
      const warn = (line: string): void => ui.warn(`${side.toUpperCase()}: ${line}`);
      const block = await runBlock(blockRequest(experiment, index, side), { ...ui, warn }, signal);
      if (block === 'interrupted') return { kind: 'interrupted' };
      ran[side] = block;
    } catch (error) {
      if (index > 0 && signal.aborted) return { kind: 'interrupted' };
      if (index > 0 && error instanceof SloError && error.code === 'target-unreachable')
        return { kind: 'gone', side, detail: error.message };
      throw error;
    }
  }
  const unfit = ran.a?.unfit ?? ran.b?.unfit ?? null;
  return { order, setAside: unfit, blocks: { a: ran.a?.blocks ?? [], b: ran.b?.blocks ?? [] } };
}

function blockRequest({ dir, engine, request, tls, urls, seed }: Experiment, index: number, side: Side) {
  const { profile, contract, blockSec, token } = request;
  const read = loadProfile(profile);
  const folder = join(dir, BLOCKS, `${String(index + 1).padStart(3, '0')}-${side}`);
  return {
    dir: folder,
    engine,
    profile: read,
    judgedBy: loadContract(contract),
    objectives: loadObjectives(request.slo, read),
    durationSec: blockSec,
    target: urls[side],
    // Both sides of a pair get the same ids and bodies; every pair gets different ones.
    seed: (seed + index) >>> 0,
    token,
    tls,
  };
}

/** Writes what is known so far into the folder, and returns it. */
function report(experiment: Experiment, pairs: readonly RanPair[], end: ExperimentEnd): ExperimentFacts {
  const facts = experimentFacts(experiment, pairs, end);
  writeJson(experiment.dir, FACTS, facts);
  return facts;
}
