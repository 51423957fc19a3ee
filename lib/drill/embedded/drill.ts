/** A drill on the embedded stack: the reference server and the receivers, the rate that this machine holds, and the stages. */
import { SloError } from '../../core/error.ts';
import { noFastClock } from '../../stack/fast-clock.ts';
import { stackPrograms } from '../../stack/programs.ts';
import { type Sinks, startSinks } from '../../stack/sinks/server.ts';
import { planStages, USUAL_RATE } from '../../systems/alerts/model/plan.ts';
import type { DrilledRule } from '../../systems/alerts/model/timeline.ts';
import type { DrillBreak } from '../breaks.ts';
import { documented } from '../documented.ts';
import type { Recorded } from '../record.ts';
import { FAULTS } from './faults.ts';
import { heldRate } from './rate.ts';
import { startServer } from './server.ts';
import { runStage } from './stage.ts';

export interface EmbeddedDrill {
  readonly rules: readonly DrilledRule[];
  readonly recorded: Recorded;
  /** The drill's folder. */
  readonly dir: string;
  /** As it was asked for; undefined: as fast as usual, or as this machine holds. */
  readonly clockRate: number | undefined;
  /** Each fault stays until its alert is sent again. */
  readonly repeats: boolean;
  /** What is wrong with the configuration. */
  readonly breaks?: readonly DrillBreak[] | undefined;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Those of these names, or all. @throws SloError `usage`: no such alert, or a clock that this system does not have. */
export function embeddedRules(names: readonly string[] | undefined, clockRate: number | undefined) {
  const drillable = documented().rules.filter(({ name }) => FAULTS[name] !== undefined);
  const unknown = names?.find((name) => !drillable.some((rule) => rule.name === name));
  if (unknown !== undefined) {
    throw new SloError('usage', `no documented alert is called "${unknown}"`, {
      hint: `alerts: ${drillable.map(({ name }) => name).join(', ')}`,
    });
  }
  const reason = noFastClock();
  if (reason !== null && clockRate !== 1) throw new SloError('usage', reason, { hint: 'add --real-time' });
  return drillable.filter(({ name }) => names === undefined || names.includes(name));
}

/** @throws SloError for a rate that can't be held, and what can't be built or started. */
export async function drillEmbedded({ rules, recorded, ...request }: EmbeddedDrill): Promise<void> {
  const { signal, onProgress, breaks, dir, repeats } = request;
  const known = documented(breaks);
  // Before anything runs: a build takes minutes.
  for (const name of ['prometheus', 'alertmanager'] as const) await stackPrograms(name, { signal, onProgress });
  const server = await startServer(signal);
  let sinks: Sinks | undefined;
  try {
    sinks = await startSinks({ channels: known.channels, onDelivery: (delivery) => record(recorded, delivery) });
    const { scrapeTimeoutSec } = known.intervals;
    // A rate that was asked for is asked of the first stage. The others take what can be had.
    let isAsked = request.clockRate !== undefined;
    for (const { rules: together, clockRate: wanted } of planStages(rules, request.clockRate ?? USUAL_RATE, repeats)) {
      if (server.lost.aborted) return;
      const clockRate = await heldRate(wanted, { isAsked, scrapeTimeoutSec, server, onProgress, signal });
      isAsked = false;
      onProgress(clockRate === 1 ? 'in real time' : `with a clock ×${clockRate}`);
      const common = { server, signal, onProgress, repeats, sinks, recorded, dir };
      await runStage({ ...common, clockRate, rules: together, documented: known });
    }
  } finally {
    await Promise.all([sinks?.stop(), server.stop()]);
  }
}

function record(recorded: Recorded, delivery: Sinks['deliveries'][number]): void {
  const { atMs, status, refusals } = delivery;
  const delivered =
    delivery.to === 'pagerduty'
      ? { to: delivery.to, event: delivery.event }
      : { to: delivery.to, message: delivery.message };
  recorded.add({ kind: 'delivery', atMs, status, refusals, delivered });
}
