/** How fast the clock of a drill runs: a healthy scrape has to fit well into its timeout, which a faster clock makes shorter. */
import { SloError } from '../core/error.ts';
import { Line } from '../http/client.ts';
import type { Documented } from './documented.ts';
import { loadRates } from './faults.ts';
import { startLoad } from './load.ts';
import { largestRate, rateProblem } from './model/clock.ts';
import { type PlannedStage, planStages, USUAL_RATE } from './model/plan.ts';
import type { DrilledRule } from './model/timeline.ts';
import type { DrilledServer } from './server.ts';

export interface RateOptions {
  /** That was asked for; undefined: the usual one, or what this machine holds. 1: real time. */
  readonly clockRate: number | undefined;
  readonly server: DrilledServer;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

const SCRAPES = 25;
/** Of them, those that warm the server up and do not count. */
const WARM_UP = 5;

/**
 * The stages, at rates that this machine holds.
 * @throws SloError `prerequisite-missing` when it does not hold the one that was asked for, or none.
 */
export async function plannedStages(
  { intervals: { scrapeTimeoutSec } }: Documented,
  rules: readonly DrilledRule[],
  { clockRate, server, onProgress, signal }: RateOptions,
): Promise<PlannedStage[]> {
  if (clockRate === 1) return planStages(rules, 1, 1);
  const scrapesMs = await measureScrapes(server, signal);
  const largest = largestRate(scrapesMs, scrapeTimeoutSec);
  const wanted = clockRate ?? USUAL_RATE;
  const problem = rateProblem(wanted, scrapesMs, scrapeTimeoutSec);
  if (problem !== null && (clockRate !== undefined || largest < 2)) {
    throw new SloError('prerequisite-missing', problem, {
      hint: largest < 2 ? 'add --real-time' : `--clock ${largest} is slow enough, and --real-time always is`,
    });
  }
  const stages = planStages(rules, wanted, largest);
  if (problem !== null) onProgress(`note: ${problem}; the clock is slower therefore`);
  return stages;
}

/** Under the load that the server has to bear, over a connection that is kept, as Prometheus has one. */
async function measureScrapes({ httpUrl }: DrilledServer, signal: AbortSignal): Promise<number[]> {
  const load = startLoad(httpUrl, loadRates(USUAL_RATE));
  const line = new Line();
  const tookMs: number[] = [];
  try {
    for (let at = 0; at < SCRAPES; at++) {
      const startedMs = performance.now();
      const answer = await line.send(`${httpUrl}/metrics`, { signal });
      if ('trouble' in answer) throw new SloError('target-unreachable', `${httpUrl}/metrics did not answer`);
      if (at >= WARM_UP) tookMs.push(performance.now() - startedMs);
    }
    return tookMs;
  } finally {
    await Promise.all([line.close(), load.stop()]);
  }
}
