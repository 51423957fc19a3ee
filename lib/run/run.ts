/**
 * Owns the composition: plan → load → observe → judge → report, for one run. The only place where stages meet.
 * Refuses to know how any stage works, and how its words are printed.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import { legalValues } from '../config/nearest.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import type { Progress, RunFacts } from '../core/run.ts';
import { type Engine, ensureEngine } from '../engine/ensure.ts';
import { preflight } from '../load/preflight.ts';
import { prepareDebate } from '../load/prepare.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from './embedded.ts';
import { environmentOf } from './environment.ts';
import { createRunFolder, FILES, writeJson } from './folder.ts';
import { measure } from './measure.ts';
import { checkGates, enginePlanOf, makePlan } from './plan.ts';
import { sealRun } from './seal.ts';
import { judgeRun } from './stages.ts';

export interface RunRequest {
  /** Absent: the embedded reference target is started and gated. */
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  /** Arguments of the embedded target, e.g. `--break NAME`. */
  readonly targetArgs: readonly string[];
  readonly profile: string;
  readonly contract: string;
  readonly slo?: string | undefined;
  readonly out?: string | undefined;
  /** 32-bit unsigned; drawn at random when absent. */
  readonly seed?: number | undefined;
  readonly token: string | undefined;
}

export interface RunUi {
  note(line: string): void;
  update(progress: Progress): void;
}

export interface RunResult {
  readonly dir: string;
  readonly facts: RunFacts;
}

/** @throws SloError for wrong usage and missing prerequisites, and `interrupted` when the signal came before any load. */
export async function run(request: RunRequest, ui: RunUi, signal: AbortSignal): Promise<RunResult> {
  const profile = loadProfile(request.profile);
  const contract = contractOf(request.contract);
  const objectives = request.slo === undefined ? DOCUMENTED_OBJECTIVES : loadObjectives(request.slo);
  checkGates(profile, objectives);
  if (request.target === undefined && request.ws !== undefined) {
    throw new SloError('usage', '--ws needs --target: without it the embedded reference target is gated');
  }
  const named = request.target === undefined ? undefined : targetUrls(request.target, request.ws);
  const runId = `${new Date().toISOString().replace(/[:.]/g, '-')}-${profile.name}`;
  const dir = request.out ?? join('runs', runId);
  const discardFolder = createRunFolder(dir);
  let embedded: EmbeddedTarget | undefined;
  try {
    const engine = await ensureEngine({ onProgress: (line) => ui.note(line), signal });
    embedded = named === undefined ? await startEmbeddedTarget(request.targetArgs, signal) : undefined;
    const { httpUrl, wsUrl } = named ?? embedded ?? unreachableTarget();
    const target = { httpUrl, wsUrl, embedded: embedded !== undefined };
    const seed = request.seed ?? randomBytes(4).readUInt32LE();
    const command = commandOf(request, seed);
    const plan = makePlan({ runId, profile, contract, objectives, seed, target, command });
    await offerLoad({ dir, plan, engine, token: request.token }, ui, signal);
    sealRun(dir);
  } finally {
    await embedded?.stop();
    discardFolder();
  }
  return { dir, facts: judgeRun(dir) };
}

interface LoadStage {
  readonly dir: string;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly token: string | undefined;
}

/** Looks at the target, then loads it; leaves plan, load, recording and observations in the folder. */
async function offerLoad({ dir, plan, engine, token }: LoadStage, ui: RunUi, signal: AbortSignal): Promise<void> {
  const orders = enginePlanOf(plan);
  const { httpUrl, wsUrl, embedded } = plan.target;
  const paths = plan.journeys.some(({ name }) => name === 'debates-list') ? ['/api/debates'] : [];
  const { subprotocol } = orders;
  const { warnings } = await preflight({ httpUrl, wsUrl, subprotocol, paths, token }, signal);
  for (const warning of warnings) ui.note(`note: ${warning}`);
  const prepared = needsDebate(plan) ? await prepareDebate({ httpUrl, token }, signal) : undefined;
  if (prepared?.debateId === null) ui.note(`note: no finished debate to ask the consensus of: ${prepared.reason}`);
  const enginePlan = { ...orders, debateId: prepared?.debateId ?? null };
  writeJson(dir, FILES.plan, plan);
  writeJson(dir, FILES.environment, environmentOf(engine));
  writeJson(dir, FILES.observations, []);
  ui.note(
    `profile ${plan.profile}, contract ${plan.contract}, against ${httpUrl}${embedded ? ' (embedded reference target)' : ''}`,
  );
  await measure({ dir, plan, enginePlan, engine, token, onProgress: (progress) => ui.update(progress), signal });
}

function needsDebate(plan: Plan): boolean {
  return plan.journeys.some(({ name }) => name === 'consensus' || name === 'websocket');
}

function contractOf(name: string): ContractName {
  if (Object.hasOwn(CONTRACTS, name)) return name as ContractName;
  throw new SloError('usage', `unknown contract "${name}"`, { hint: legalValues(name, Object.keys(CONTRACTS)) });
}

function commandOf({ target, ws, profile, contract, slo, targetArgs }: RunRequest, seed: number): string {
  const options = Object.entries({ target, ws, profile, contract, slo, seed: String(seed) });
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return ['npx', 'aragora-slo', 'run', ...given, ...targetArgs].map(quoted).join(' ');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function unreachableTarget(): never {
  throw new SloError('usage', 'no target', { exitCode: EXIT_CODE.usage });
}
