/** One load of a target: looks at it, prepares it, loads it, and leaves plan, load, recording and observations in the folder. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Plan } from '../core/plan.ts';
import type { Progress } from '../core/run.ts';
import { plannedJourneys } from '../core/timeline.ts';
import type { Engine } from '../engine/ensure.ts';
import type { HttpTls } from '../http/access.ts';
import { dashboardUrl, dashboardPort as freeDashboardPort } from '../load/dashboard.ts';
import type { Collector } from '../observe/collector.ts';
import { preflight } from '../preflight/preflight.ts';
import { type Prepared, prepareDebate } from '../preflight/prepare.ts';
import type { Wanted } from '../preflight/question.ts';
import { watched } from '../preflight/watch.ts';
import { enginePlanOf, lengthened } from './engine-plan.ts';
import { environmentOf } from './environment.ts';
import { FILES, writeJson } from './folder.ts';
import { measure } from './measure.ts';
import { overloadWarning } from './plan.ts';

export interface RunUi {
  note(line: string): void;
  /** One line about something that looks wrong before the load; the load measures it anyway. */
  warn(line: string): void;
  update(progress: Progress): void;
}

export interface LoadStage {
  readonly dir: string;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly collector: Collector | undefined;
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
  /** Port of k6's own web dashboard; 0: any free one; absent: no dashboard. */
  readonly dashboard?: number | undefined;
  /** Seconds of load before the plan's, which are not recorded; default none. */
  readonly warmUpSec?: number;
}

/** Looks at the target, then loads it; leaves plan, load, recording and observations in the folder. */
export async function offerLoad(stage: LoadStage, ui: RunUi, signal: AbortSignal): Promise<void> {
  const { dir, engine, collector, token, tls, dashboard, warmUpSec = 0 } = stage;
  const plan = await lookedAt(stage, signal);
  for (const note of plan.notes ?? []) ui.warn(note);
  const scenarios = enginePlanOf(warmUpSec === 0 ? plan : lengthened(plan, warmUpSec));
  const { httpUrl, wsUrl, embedded } = plan.target;
  const { subprotocol } = scenarios;
  const journeys = plannedJourneys(plan);
  const prepared = journeys.some(({ needsDebate }) => needsDebate) ? await preparedFor(stage, plan, signal) : undefined;
  const lacking = prepared?.debateId === null ? [`there is no finished debate to ask about: ${prepared.reason}`] : [];
  for (const note of lacking) ui.warn(note);
  const dashboardPort = dashboard === undefined ? undefined : await freeDashboardPort(dashboard);
  const enginePlan: EnginePlan = {
    ...scenarios,
    debateId: prepared?.debateId ?? null,
    ...(prepared !== undefined && 'known' in prepared && { prepared: prepared.known }),
  };
  if (collector?.awaited !== undefined) ui.note(`waiting for ${collector.awaited}`);
  const { distinctClients } = scenarios;
  await collector?.before({ httpUrl, wsUrl, subprotocol, distinctClients, debateId: enginePlan.debateId ?? null });
  await collector?.begin(httpUrl);
  writeJson(dir, FILES.plan, withNotes(plan, lacking));
  writeJson(dir, FILES.environment, environmentOf(engine));
  writeJson(dir, FILES.observations, []);
  ui.note(
    `profile ${plan.profile}, contract ${plan.contract}, against ${httpUrl}${embedded ? ' (embedded reference target)' : ''}`,
  );
  if (dashboardPort !== undefined) ui.note(`k6's dashboard, while the load runs: ${dashboardUrl(dashboardPort)}`);
  const onProgress = (progress: Progress): void => ui.update(progress);
  const secrets = { caFile: tls?.caFile, token: token ?? tokenToTry(plan, collector), canary: collector?.canary };
  const orders = { dir, plan, enginePlan, engine, warmUpSec, dashboardPort };
  const measured = await measure({ ...orders, ...secrets, onProgress, signal });
  if (measured.load.reason.kind === 'decided-early') ui.note('the verdict is sure: the load was ended before its time');
  if (collector !== undefined) ui.note('waiting for the last of the telemetry');
  if (collector !== undefined) writeJson(dir, FILES.observations, await collector.collect(measured));
}

/** A WebSocket at another place than was asked for has to be the target's. */
function preparedFor(stage: LoadStage, plan: Plan, signal: AbortSignal): Promise<Prepared> {
  const wanted = { ...wantedOf(stage), wsUrl: plan.target.wsUrl };
  if (plan.target.wsUrl === stage.plan.target.wsUrl) return prepareDebate(wanted, signal);
  return watched(wanted, (onCreated) => prepareDebate({ ...wanted, onCreated }, signal), signal);
}

/** The plan with what a look at the target has found: where its WebSocket is, and what restricts the run. */
async function lookedAt(stage: LoadStage, signal: AbortSignal): Promise<Plan> {
  const { plan, collector } = stage;
  const overload = overloadWarning(plan);
  const { notes, wsUrl } = await preflight(wantedOf(stage), signal);
  const all = [
    ...(overload === undefined ? [] : [overload]),
    ...notes,
    ...(collector?.trustsAnyone === true ? ['certificates of backends are not checked'] : []),
  ];
  return withNotes({ ...plan, target: { ...plan.target, wsUrl } }, all);
}

function withNotes({ command, notes = [], ...plan }: Plan, more: readonly string[]): Plan {
  const all = [...notes, ...more];
  return { ...plan, ...(all.length === 0 ? {} : { notes: all }), command };
}

function wantedOf({ plan, collector, token, tls }: LoadStage): Wanted {
  const { httpUrl, wsUrl } = plan.target;
  const journeys = plannedJourneys(plan);
  const contract = plan.contract as ContractName;
  return {
    httpUrl,
    wsUrl,
    contract,
    subprotocol: CONTRACTS[contract].subprotocol,
    paths: [...new Set(journeys.flatMap((journey) => journey.preflightPaths))],
    socket: journeys.some(({ usesSocket }) => usesSocket) ? 'load' : collector === undefined ? null : 'probes',
    reads: collector?.reads(httpUrl) ?? [],
    token,
    tls,
    env: process.env,
  };
}

/** If the server asks for no token, one can be sent to see whether it is logged. */
function tokenToTry({ target, contract }: Plan, collector: Collector | undefined): string | undefined {
  return target.embedded || CONTRACTS[contract as ContractName].ignoresTokens ? collector?.canary : undefined;
}
