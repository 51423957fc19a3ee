/** One of the many runs of a search or an experiment: a folder, a load after its warm-up, sealed and judged, without telemetry. */
import type { Plan } from '../core/plan.ts';
import type { RunFacts } from '../core/run.ts';
import type { HttpTls } from '../http/access.ts';
import { createRunFolder } from './folder.ts';
import { offerLoad } from './offer.ts';
import type { Place } from './place.ts';
import { sealRun } from './seal.ts';
import { judgeRun } from './stages.ts';
import type { RunUi } from './ui.ts';

export interface ShortRun {
  readonly dir: string;
  readonly plan: Plan;
  readonly place: Place;
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
  /** Seconds of load that are not recorded. */
  readonly warmUpSec: number;
}

/** Reports its progress, and what looks wrong before it. @throws SloError when nothing answers, and when the folder can't be made. */
export async function shortRun({ dir, ...load }: ShortRun, ui: RunUi, signal: AbortSignal): Promise<RunFacts> {
  const discardFolder = createRunFolder(dir);
  try {
    const quiet: RunUi = { ...ui, note: () => {} };
    await offerLoad({ dir, collector: undefined, ...load }, quiet, signal);
    sealRun(dir);
  } finally {
    discardFolder();
  }
  return judgeRun(dir);
}

/** For many runs of one target: what looks wrong before the first run looks wrong before all of them, and is reported once. */
export function warningOnce(ui: RunUi): RunUi {
  const said = new Set<string>();
  const warn = (line: string): void => {
    if (!said.has(line)) ui.warn(line);
    said.add(line);
  };
  return { ...ui, warn };
}
