/**
 * Owns the composition: plan → load → observe → judge → report, for one run. The only place where stages meet.
 * Refuses to know how any stage works, and how its words are printed.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import { loadAccepted } from '../config/accepted.ts';
import { legalValues } from '../config/nearest.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import type { BackendAccess } from '../core/http-access.ts';
import type { Objective, Plan } from '../core/plan.ts';
import type { Progress, RunFacts } from '../core/run.ts';
import { type Engine, ensureEngine } from '../engine/ensure.ts';
import { telemetryIds } from '../judge/telemetry/telemetry.ts';
import { dashboardPort, dashboardUrl } from '../load/dashboard.ts';
import { preflight } from '../load/preflight.ts';
import { prepareDebate } from '../load/prepare.ts';
import { commandLine } from './command-line.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from './embedded.ts';
import { environmentOf } from './environment.ts';
import { createRunFolder, FILES, writeJson } from './folder.ts';
import { measure } from './measure.ts';
import { Evidence } from './observe.ts';
import type { TelemetrySources } from './observe-backends.ts';
import { bearable, checkGates, enginePlanOf, intendedScenarios, makePlan, overloadWarning } from './plan.ts';
import { sealRun } from './seal.ts';
import { judgeRun } from './stages.ts';
import { telemetryPlanOf } from './telemetry-plan.ts';

export interface RunRequest {
  /** Absent: the embedded reference target is started and gated. */
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  /** Arguments of the embedded target, e.g. `--break NAME`. */
  readonly targetArgs: readonly string[];
  /** By name or path, or as it is. */
  readonly profile: string | Profile;
  readonly contract: string;
  /** A file of them, or themselves; the documented ones when absent. */
  readonly slo?: string | readonly Objective[] | undefined;
  readonly out?: string | undefined;
  /** 32-bit unsigned; drawn at random when absent. */
  readonly seed?: number | undefined;
  readonly token: string | undefined;
  /** Judge the server's own telemetry too; not when absent. */
  readonly telemetry?: boolean | undefined;
  /** Where a named target's telemetry is; its /metrics alone when absent. */
  readonly sources?: TelemetrySources | undefined;
  /** Gets into them; never stored. */
  readonly access?: BackendAccess | undefined;
  /** File of known deviations that the team bears with. */
  readonly accept?: string | undefined;
  /** End the load as soon as the verdict is sure, where the profile allows it; not when absent. */
  readonly early?: boolean | undefined;
  /** k6's own web dashboard while the load runs, on this port, any free one for 0; absent: none. */
  readonly dashboard?: number | undefined;
  /** The config file that any of this came from, so that the run can be made again. */
  readonly config?: string | undefined;
  /** The run that the target is held against, as the user named it: it is asked for again as `gate`. Absent: none. */
  readonly baseline?: string | undefined;
  /** The history in which the baseline was looked for. Absent: none was. */
  readonly history?: string | undefined;
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
  const contract = contractOf(request.contract);
  const profile = bearable(
    typeof request.profile === 'string' ? loadProfile(request.profile) : request.profile,
    contract,
  );
  const objectives =
    typeof request.slo === 'string' ? loadObjectives(request.slo) : (request.slo ?? DOCUMENTED_OBJECTIVES);
  if (request.target === undefined && request.ws !== undefined) {
    throw new SloError('usage', '--ws needs --target: without it the embedded reference target is gated');
  }
  const named = request.target === undefined ? undefined : targetUrls(request.target, request.ws);
  const { sources = {}, access = {}, accept, token } = request;
  const asked = telemetryPlanOf(profile, contract, named === undefined ? undefined : sources);
  const telemetryFindings = telemetryIds(asked);
  checkGates(profile, objectives, telemetryFindings);
  const legal = [...objectives.map(({ id }) => id), ...telemetryFindings];
  const accepted = accept === undefined ? undefined : loadAccepted(accept, legal);
  const runId = `${new Date().toISOString().replace(/[:.]/g, '-')}-${profile.name}`;
  const dir = request.out ?? join('runs', runId);
  const discardFolder = createRunFolder(dir);
  const seed = request.seed ?? randomBytes(4).readUInt32LE();
  const telemetry = request.telemetry ? asked : undefined;
  let embedded: EmbeddedTarget | undefined;
  let evidence: Evidence | undefined;
  try {
    const engine = await ensureEngine({ onProgress: (line) => ui.note(line), signal });
    if (telemetry !== undefined) {
      const scenarios = intendedScenarios(profile, telemetry.untracedEvery);
      const embedded = named === undefined;
      evidence = await Evidence.open({ seed, scenarios, telemetry, sources, access, embedded, token, signal });
    }
    const targetArgs = [...request.targetArgs, ...(evidence?.targetArgs ?? [])];
    embedded = named === undefined ? await startEmbeddedTarget(targetArgs, signal) : undefined;
    const { httpUrl, wsUrl } = named ?? embedded ?? unreachableTarget();
    const target = { httpUrl, wsUrl, embedded: embedded !== undefined };
    const command = commandLine({ ...request, seed }, profile);
    const { early } = request;
    const plan = makePlan({ runId, profile, contract, objectives, seed, target, command, telemetry, accepted, early });
    await offerLoad({ dir, plan, engine, evidence, token, dashboard: request.dashboard }, ui, signal);
    sealRun(dir);
  } finally {
    await embedded?.stop();
    await evidence?.close();
    discardFolder();
  }
  return { dir, facts: judgeRun(dir) };
}

interface LoadStage {
  readonly dir: string;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly evidence: Evidence | undefined;
  readonly token: string | undefined;
  readonly dashboard: number | undefined;
}

/** Looks at the target, then loads it; leaves plan, load, recording and observations in the folder. */
async function offerLoad(
  { dir, plan, engine, evidence, token, dashboard }: LoadStage,
  ui: RunUi,
  signal: AbortSignal,
): Promise<void> {
  const orders = enginePlanOf(plan);
  const { httpUrl, wsUrl, embedded } = plan.target;
  const paths = plan.journeys.some(({ name }) => name === 'debates-list') ? ['/api/debates'] : [];
  const { subprotocol } = orders;
  const { warnings } = await preflight({ httpUrl, wsUrl, subprotocol, paths, token }, signal);
  for (const warning of [overloadWarning(plan) ?? [], ...warnings].flat()) ui.note(`note: ${warning}`);
  if (evidence?.trustsAnyone) ui.note('note: certificates of backends are not checked');
  const prepared = needsDebate(plan) ? await prepareDebate({ httpUrl, token }, signal) : undefined;
  if (prepared?.debateId === null) ui.note(`note: no finished debate to ask the consensus of: ${prepared.reason}`);
  const port = dashboard === undefined ? undefined : await dashboardPort(dashboard);
  const enginePlan = { ...orders, debateId: prepared?.debateId ?? null };
  if (evidence?.awaited !== undefined) ui.note(`waiting for ${evidence.awaited}`);
  await evidence?.begin(httpUrl);
  writeJson(dir, FILES.plan, plan);
  writeJson(dir, FILES.environment, environmentOf(engine));
  writeJson(dir, FILES.observations, []);
  ui.note(
    `profile ${plan.profile}, contract ${plan.contract}, against ${httpUrl}${embedded ? ' (embedded reference target)' : ''}`,
  );
  if (port !== undefined) ui.note(`k6's dashboard, while the load runs: ${dashboardUrl(port)}`);
  const onProgress = (progress: Progress): void => ui.update(progress);
  const secrets = { token: token ?? tokenToTry(plan, evidence), canary: evidence?.canary };
  const measured = await measure({
    dir,
    plan,
    enginePlan,
    engine,
    ...secrets,
    dashboardPort: port,
    onProgress,
    signal,
  });
  if (measured.load.reason.kind === 'decided-early') ui.note('the verdict is sure: the load was ended before its time');
  if (evidence !== undefined) ui.note('waiting for the last of the telemetry');
  if (evidence !== undefined) writeJson(dir, FILES.observations, await evidence.collect(measured));
}

/** Where nobody asks for a token, one can be sent to see whether it is logged. */
function tokenToTry({ target, contract }: Plan, evidence: Evidence | undefined): string | undefined {
  return target.embedded || CONTRACTS[contract as ContractName].ignoresTokens ? evidence?.canary : undefined;
}

function needsDebate(plan: Plan): boolean {
  return plan.journeys.some(({ name }) => name === 'consensus' || name === 'websocket');
}

function contractOf(name: string): ContractName {
  if (Object.hasOwn(CONTRACTS, name)) return name as ContractName;
  throw new SloError('usage', `unknown contract "${name}"`, { hint: legalValues(name, Object.keys(CONTRACTS)) });
}

function unreachableTarget(): never {
  throw new SloError('usage', 'no target', { exitCode: EXIT_CODE.usage });
}
