/** How fast the clock of a drill runs: a healthy scrape has to fit well into its timeout, which a faster clock makes shorter. */
import { SloError } from '../../core/error.ts';
import { Line } from '../../http/client.ts';
import { largestRate, rateProblem } from '../../systems/alerts/model/clock.ts';
import { USUAL_RATE } from '../../systems/alerts/model/plan.ts';
import { startLoad } from '../load.ts';
import { loadRates } from './faults.ts';
import type { DrilledServer } from './server.ts';

export interface RateOptions {
  /** Somebody asked for this rate, so the drill takes no other. */
  readonly isAsked: boolean;
  readonly scrapeTimeoutSec: number;
  readonly server: DrilledServer;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

const SCRAPES = 25;
/** Of them, those that warm the server up and do not count. */
const WARM_UP = 5;

/**
 * The wanted rate, or a smaller one that this machine holds now.
 * @throws SloError `prerequisite-missing` when it does not hold the one that was asked for, or none.
 */
export async function heldRate(wanted: number, options: RateOptions): Promise<number> {
  if (wanted === 1) return 1;
  const { isAsked, scrapeTimeoutSec, server, onProgress, signal } = options;
  const scrapesMs = await measureScrapes(server, signal);
  const largest = largestRate(scrapesMs, scrapeTimeoutSec);
  const problem = rateProblem(wanted, scrapesMs, scrapeTimeoutSec);
  if (problem !== null && (isAsked || largest < 2)) {
    throw new SloError('prerequisite-missing', problem, {
      hint: largest < 2 ? 'add --real-time' : `--clock ${largest} is slow enough, and --real-time always is`,
    });
  }
  if (problem !== null) onProgress(`note: ${problem}; so the clock is slower`);
  return Math.min(wanted, largest);
}

/** Under the load of a drill, over a connection that is kept, as Prometheus has one. */
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
