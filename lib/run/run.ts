/** Runs all stages for one run: plan → load → observe → judge → report. */
import { join } from 'node:path';
import type { Profile } from '../../thresholds/profiles.ts';
import { loadAccepted } from '../config/accepted.ts';
import { targetTls } from '../config/backend-access.ts';
import { loadContract } from '../config/contract.ts';
import { faultsOf } from '../config/faults.ts';
import { loadProfile } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import { targetUrls } from '../config/target.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { type Fault, isOfServer } from '../core/fault.ts';
import type { RunFacts } from '../core/run.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from '../embedded/process.ts';
import { RestartableTarget } from '../embedded/restartable.ts';
import { refusePodFaults } from '../faults/pod-refusals.ts';
import { refuseUnbreakable, refuseUnshown, thisMachine } from '../faults/refusals.ts';
import { RedisRelay } from '../faults/server/redis.ts';
import { Collector } from '../observe/collector.ts';
import { lookedAt } from '../systems/index.ts';
import { FAULT_BREAKS, type LayerBreak } from '../target/breaks-fault.ts';
import { intendedScenarios } from './engine-plan.ts';
import { createRunFolder, idAt } from './folder.ts';
import { offerLoad } from './offer.ts';
import { knowing, withFault } from './phase-plan.ts';
import { closePlace, openPlace, type Place } from './place.ts';
import { bearable, checkGates, makePlan, seedOf } from './plan.ts';
import { commandLine, type RunRequest } from './request.ts';
import { sealRun } from './seal.ts';
import { judgeRun } from './stages.ts';
import { systemChecks, telemetryPlanOf } from './telemetry-plan.ts';
import type { RunUi } from './ui.ts';

export interface RunResult {
  readonly dir: string;
  readonly facts: RunFacts;
}

/** @throws SloError for wrong usage and missing prerequisites, and `interrupted` when the signal came before any load. */
export async function run(request: RunRequest, ui: RunUi, signal: AbortSignal): Promise<RunResult> {
  const profile = loadProfile(request.profile);
  return await knowing(profile, () => runProfile(request, profile, ui, signal));
}

async function runProfile(request: RunRequest, loaded: Profile, ui: RunUi, signal: AbortSignal): Promise<RunResult> {
  const { contract, ownNames } = loadContract(request.contract);
  const profile = broken(bearable(loaded, contract), request.fault);
  const faults = faultsIn(profile);
  refusePodFaults(profile, request);
  const hasRedis = request.targetArgs.includes(REDIS) || new Map(Object.entries(request.sources ?? {})).has('redis');
  refuseUnbreakable(faults, { ...request, hasRedis, ...thisMachine() });
  refuseUnshown(request.targetArgs, faults);
  const objectives = loadObjectives(request.slo, profile);
  const named = request.target === undefined ? undefined : targetUrls(request.target, request.ws);
  const { sources = {}, access = {}, accept, token } = request;
  const tls = targetTls(request.ca);
  const asked = telemetryPlanOf(profile, contract, named === undefined ? undefined : sources, {
    ownNames,
    asked: { ...sources },
  });
  const checks = systemChecks(contract);
  checkGates(profile, objectives, checks);
  const legal = [...objectives, ...checks].map(({ id }) => id);
  const accepted = accept === undefined ? undefined : loadAccepted(accept, legal);
  const runId = idAt(Date.now(), profile.name);
  const dir = request.out ?? join('runs', runId);
  const discardFolder = createRunFolder(dir);
  const seed = seedOf(request.seed);
  const telemetry = request.telemetry ? asked : undefined;
  let place: Place | undefined;
  let embedded: Pick<EmbeddedTarget, 'httpUrl' | 'wsUrl' | 'stop'> | undefined;
  let collector: Collector | undefined;
  let redis: RedisRelay | undefined;
  try {
    place = await openPlace(request, ui, signal);
    if (telemetry !== undefined) {
      const scenarios = intendedScenarios(profile, telemetry.untracedEvery);
      const embedded = named === undefined;
      const wanted = { seed, scenarios, telemetry, options: { ...sources }, access, embedded, token, tls, signal };
      collector = await Collector.open(wanted, lookedAt(telemetry));
    }
    const words = [...request.targetArgs, ...(collector?.targetArgs ?? [])];
    redis = named === undefined && faults.some(({ kind }) => kind === 'redis') ? await relayFor(words) : undefined;
    const targetArgs = redis?.inPlaceOf(REDIS, words) ?? words;
    const restartable =
      named === undefined && faults.some(isOfServer) ? await RestartableTarget.start(targetArgs, signal) : undefined;
    embedded = restartable ?? (named === undefined ? await startEmbeddedTarget(targetArgs, signal) : undefined);
    const { httpUrl, wsUrl } = named ?? embedded ?? unreachableTarget();
    const target = { httpUrl, wsUrl, embedded: embedded !== undefined };
    const command = commandLine(request, seed);
    const early = request.full === false;
    const names = { contract, ownNames };
    const { runners } = request;
    const intended = { profile, ...names, objectives, telemetry, accepted, early, runners };
    const plan = makePlan({ runId, ...intended, seed, target, command });
    const { dashboard, faultCommand, faultService: service, agentImage: image } = request;
    const layerBreaks = layerBreaksIn(request.targetArgs);
    const broken = { embedded: restartable, redis, faultCommand, layerBreaks, podFaults: { service, image } };
    const stage = { dir, plan, place, collector, token, tls, dashboard, ...broken };
    await offerLoad(stage, ui, signal);
    sealRun(dir);
  } finally {
    await embedded?.stop();
    await redis?.stop();
    await collector?.close();
    await closePlace(place);
    discardFolder();
  }
  return { dir, facts: judgeRun(dir) };
}

const REDIS = '--redis';

/** In front of the Redis that these words name. */
function relayFor(words: readonly string[]): Promise<RedisRelay> {
  return RedisRelay.start(words[words.lastIndexOf(REDIS) + 1] ?? '');
}

/** The breaks of the layer of faults among those that are asked of the embedded target. */
function layerBreaksIn(words: readonly string[]): LayerBreak[] {
  return FAULT_BREAKS.flatMap(({ name, layer }) => (layer !== undefined && words.includes(name) ? [layer] : []));
}

/** With the faults that the run is asked for. */
function broken(profile: Profile, fault: RunRequest['fault']): Profile {
  return fault === undefined ? profile : withFault(profile, faultsOf('--fault', fault));
}

function faultsIn({ phases = [] }: Profile): Fault[] {
  return phases.flatMap(({ faults }) => faults);
}

function unreachableTarget(): never {
  throw new SloError('usage', 'no target', { exitCode: EXIT_CODE.usage });
}
