/**
 * What can go wrong where something is broken on purpose, by name, as a change of the record of a run in which all went well: proven without any
 * load. fault-loads.ts has the same in loads.
 */
import type { RouteCount } from '../../lib/core/fault.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import type { MetricsObserved } from '../../lib/systems/metrics/observation.ts';
import { DOCUMENTED_METRIC_MAPPING, DOCUMENTED_METRICS } from '../../lib/systems/metrics/promises.ts';
import { atMs, brokenRun, CALM, done, failing, HIT, SAMPLES, unwell } from '../support/broken.ts';
import { judged, type MadeSecond } from '../support/judged.ts';
import { PHASE_SEC } from '../support/phased.ts';

/** A minute calm, a minute with one request in ten answered by 503, a minute calm again. */
export interface Recorded {
  readonly baseline: readonly MadeSecond[];
  readonly fault: readonly MadeSecond[];
  readonly recovery: readonly MadeSecond[];
  /** What the layer counted of the requests. */
  readonly route: RouteCount;
  /** How much the server's counter of requests grew, by status. */
  readonly counted: Readonly<Record<string, number>>;
}

const [{ hit: INJECTED } = { hit: 0 }] = HIT;
const PASSED = 3 * SAMPLES - INJECTED;

export const RIGHT: Recorded = {
  baseline: CALM,
  fault: failing(PHASE_SEC),
  recovery: CALM,
  route: { came: 3 * SAMPLES, passed: PASSED, answered: { 200: PASSED } },
  counted: { 200: PASSED },
};

/** The server answers so many of the requests by 503 itself, and counts them. */
function refusing({ route, counted, ...right }: Recorded, count: number): Recorded {
  const some = (of: Recorded['counted']) => ({ ...of, 200: (of['200'] ?? 0) - count, 503: count });
  return { ...right, route: { ...route, answered: some(route.answered) }, counted: some(counted) };
}

const UNWELL_PER_SEC = 30;

/** The server is unwell for so many seconds of the recovery. */
function unwellFor(right: Recorded, sec: number): Recorded {
  const recovery = [...unwell(sec, UNWELL_PER_SEC), ...right.recovery.slice(sec)];
  return refusing({ ...right, recovery }, sec * UNWELL_PER_SEC);
}

/** So long one of the server's own failures takes. */
const SLOWLY_MS = 9000;

/** What each break leaves in the record, by its name. */
const CHANGES: Readonly<Record<string, (right: Recorded) => Recorded>> = {
  'fault.ignored': (right) => {
    const all = { 200: 3 * SAMPLES };
    return { ...right, fault: CALM, route: { ...right.route, passed: 3 * SAMPLES, answered: all }, counted: all };
  },
  'fault.never-recovers': (right) => unwellFor(right, PHASE_SEC),
  'fault.recovers-late': (right) => unwellFor(right, 20),
  'fault.fails-slow': (right) => {
    const fault = right.fault.map(
      ({ ms, failed }): MadeSecond => ({
        ms: ms.slice(1),
        failed: { ...failed, status_503: 1 },
        failedSumMs: SLOWLY_MS,
      }),
    );
    return refusing({ ...right, fault }, PHASE_SEC);
  },
  'fault.retry-storm': (right) => ({ ...right, counted: { 200: PASSED + SAMPLES - INJECTED } }),
};

/** The record of a run with the break. */
export function recordedWith(name: string): Recorded {
  const change = CHANGES[name];
  if (change === undefined) throw new Error(`no record is made of the break ${name}`);
  return change(RIGHT);
}

/** What of the telemetry gates. */
const GATES = ['metrics.requests_total.reconciles', 'metrics.requests_total.failures'];

function counterOf(counted: Recorded['counted']): MetricsObserved {
  const name = DOCUMENTED_METRICS.requestCounter;
  const series = Object.entries(counted).map(([status, count]) => ({
    name,
    labels: { method: 'GET', endpoint: '/api/health', status },
    values: [0, count],
  }));
  return {
    ...{ kind: 'metrics', status: 'collected', source: 'direct', url: 'http://127.0.0.1:1/metrics', contentType: '' },
    atMs: [atMs(-1), atMs(3 * PHASE_SEC + 1)],
    families: [{ name, type: 'counter', help: '', seriesCount: series.length, series }],
    ...{ malformed: [], settled: true, failedScrapes: [], seriesLeftOut: 0, queries: [], targets: null },
  };
}

/** Such a run, as the judge reads it. */
export function runOf({ baseline, fault, recovery, route, counted }: Recorded): JudgeInput {
  const run = brokenRun({
    made: [...baseline, ...fault, ...recovery],
    fault: { failFastMs: 1000 },
    recovery: { recoverWithinSec: 5 },
    done: done(HIT, { routes: { health: route } }),
  });
  const promises = { signals: DOCUMENTED_METRICS, contract: DOCUMENTED_METRIC_MAPPING };
  const systems = { metrics: { promises, sources: ['direct'] } };
  const telemetry = { systems, checklist: [], exclusive: true, untracedEvery: 2, gates: GATES };
  return { ...run, plan: { ...run.plan, telemetry }, observations: [counterOf(counted)] };
}

/** The gating findings that do not pass and that no other explains, each with its status. */
export function found(recorded: Recorded): string[] {
  const { findings } = judged(runOf(recorded));
  const open = findings.filter(({ gating, status, because }) => gating && status !== 'pass' && because === undefined);
  return open.map(({ id, status }) => `${id} ${status}`);
}
