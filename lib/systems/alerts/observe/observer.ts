/**
 * Observes the alerts of a run: when everything else has been collected, the command `drill` runs as a process of its own, and what it did
 * and saw is read from its folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { AlertsObservation } from '../observation.ts';
import type { ALERTS_OPTIONS } from '../options.ts';
import { drillAlone } from './drill.ts';

/** Resolves with the drill's exit code and what it said last. Its folder has then what it saw. */
export type RunDrill = typeof drillAlone;

export function observeAlerts(
  { options, embedded, signal }: ObserveContext,
  runDrill: RunDrill = drillAlone,
): Observer {
  const { alerts }: OptionValues<typeof ALERTS_OPTIONS> = options;
  if (alerts !== true) return { collect: async () => [] };
  return {
    ...(embedded && { note: 'after the load, the documented alerts are drilled on a reference server of their own' }),
    collect: async () => [],
    // What a drill on the reference server shows would be said of somebody else's server.
    after: async () => [embedded ? await drilled(runDrill, signal) : OF_ANOTHER],
  };
}

const OF_ANOTHER: AlertsObservation = unavailable(
  'in a run only the embedded target has its alerts drilled',
  'drill your own apart: aragora-slo drill --prometheus URL (docs/drill.md)',
);

function unavailable(reason: string, hint: string): AlertsObservation {
  return { kind: 'alerts', status: 'unavailable', source: 'drill', reason, hint };
}

async function drilled(runDrill: RunDrill, signal: AbortSignal): Promise<AlertsObservation> {
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-alerts-'));
  try {
    const { timeline, complaint } = await runDrill(join(folder, 'drill'), signal);
    // What a drill saw before it was interrupted says so itself.
    if (timeline.length === 0) signal.throwIfAborted();
    if (timeline.length === 0)
      return unavailable(`the drill did not begin: ${complaint}`, 'aragora-slo drill says more');
    const from = 'a drill on a reference server of its own';
    return { kind: 'alerts', status: 'collected', source: 'drill', from, timeline };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
