/** One load of a target: looks at it, prepares it, loads it, and leaves plan, load, recording and observations in the folder. */
import { ownData } from '../config/own-data.ts';
import type { EnginePlan } from '../core/engine-protocol.ts';
import { contractText } from '../core/own-names.ts';
import type { Progress } from '../core/run.ts';
import { plannedJourneys, plannedSec } from '../core/timeline.ts';
import type { FaultSession } from '../faults/session.ts';
import { dashboardUrl, dashboardPort as freeDashboardPort } from '../load/dashboard.ts';
import { entryScript } from '../load/entry.ts';
import type { Collector } from '../observe/collector.ts';
import { enginePlanOf, lengthened } from './engine-plan.ts';
import { withEngines } from './engines.ts';
import { environmentOf } from './environment.ts';
import { type FaultStage, withFaults } from './faults.ts';
import { FILES, writeJson } from './folder.ts';
import { lookAt } from './look.ts';
import { measure } from './measure.ts';
import { surroundings } from './place.ts';
import { tokenToSend } from './token.ts';
import type { RunUi } from './ui.ts';

export interface LoadStage extends FaultStage {
  readonly collector: Collector | undefined;
  readonly token: string | undefined;
  /** Port of k6's own web dashboard; 0: any free one; absent: no dashboard. */
  readonly dashboard?: number | undefined;
  /** Seconds of load before the plan's, which are not recorded; default none. */
  readonly warmUpSec?: number;
}

/** Looks at the target, then loads it; leaves plan, load, recording and observations in the folder. */
export async function offerLoad(stage: LoadStage, ui: RunUi, signal: AbortSignal): Promise<void> {
  const { warmUpSec = 0 } = stage;
  const { plan, known } = await lookAt(stage, (note) => ui.warn(note), signal);
  const scenarios = enginePlanOf(warmUpSec === 0 ? plan : lengthened(plan, warmUpSec));
  const onProgress = (line: string): void => ui.note(line);
  await withFaults({ ...stage, plan }, { onProgress, signal }, async (faults) => {
    await offer({ ...stage, plan, enginePlan: { ...scenarios, ...known, ...faults?.front }, faults }, ui, signal);
  });
}

interface Offer extends LoadStage {
  readonly enginePlan: EnginePlan;
  readonly faults: FaultSession | undefined;
}

async function offer(stage: Offer, ui: RunUi, signal: AbortSignal): Promise<void> {
  const { dir, plan, place, enginePlan, collector, token, tls, dashboard, faults, warmUpSec = 0 } = stage;
  const { httpUrl, wsUrl, embedded } = plan.target;
  const dashboardPort = dashboard === undefined ? undefined : await freeDashboardPort(dashboard);
  for (const note of collector?.notes ?? []) ui.note(note);
  if (collector?.awaited !== undefined) ui.wait?.(collector.awaited);
  const { subprotocol, distinctClients, debateId = null, prepared } = enginePlan;
  const consensus = prepared?.consensus ?? null;
  await collector?.before({ httpUrl, wsUrl, subprotocol, distinctClients, debateId, consensus });
  await collector?.begin(httpUrl);
  const journeys = plannedJourneys(plan);
  const script = await entryScript(journeys);
  const data = ownData(journeys);
  const canary = collector?.canary;
  const secrets = { caFile: tls?.caFile, token: tokenToSend(plan, { token, canary }), canary };
  const load = { dir, enginePlan, script, data, durationSec: warmUpSec + plannedSec(plan), dashboardPort, ...secrets };
  const measured = await withEngines({ place, ...load, ui, signal }, async ({ engines, engine, nodes }) => {
    writeJson(dir, FILES.plan, plan);
    writeJson(dir, FILES.environment, environmentOf(engine, surroundings(place, nodes)));
    writeJson(dir, FILES.observations, []);
    ui.note(
      `profile ${plan.profile}, contract ${contractText(plan)}, against ${httpUrl}${embedded ? ' (embedded reference target)' : ''}`,
    );
    if (dashboardPort !== undefined) ui.note(`k6's dashboard, while the load runs: ${dashboardUrl(dashboardPort)}`);
    const onProgress = (progress: Progress): void => ui.update(progress);
    await faults?.prepare();
    return await measure({
      dir,
      plan,
      enginePlan,
      engine,
      engines,
      script,
      data,
      warmUpSec,
      faults,
      onProgress,
      signal,
    });
  });
  if (measured.load.reason.kind === 'decided-early') ui.note('the verdict is sure: the load was ended before its time');
  if (collector === undefined) return;
  ui.wait?.('the last of the telemetry');
  writeJson(dir, FILES.observations, await collector.collect(measured));
  const isNew = signal.aborted && measured.load.reason.kind !== 'interrupted';
  if (isNew) writeJson(dir, FILES.load, { ...measured.load, evidenceInterruptedBy: String(signal.reason) });
}
