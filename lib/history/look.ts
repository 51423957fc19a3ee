/** Connects a history with the rest: makes an entry of a judged run, a view of entries and a Prometheus, and a page of a view. */

import { CONTRACTS } from '../../thresholds/contracts.ts';
import { endpointsOf } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import { legalValues } from '../core/nearest.ts';
import { contractText } from '../core/own-names.ts';
import type { Objective, Timeline } from '../core/plan.ts';
import type { RunFacts } from '../core/run.ts';
import { plannedJourneys } from '../core/timeline.ts';
import type { HttpAccess } from '../http/access.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { blocksOf, writeAtomically } from '../record/index.ts';
import { loadReportAssets } from '../run/report-assets.ts';
import { budgetFrom, burnRate, burnState, monthOf, WINDOW_PAIRS } from '../stats/burn-rate.ts';
import {
  type RequestCounter,
  type RequestsCounted,
  requestsCounted,
} from '../systems/metrics/observe/prometheus-budget.ts';
import { DOCUMENTED_METRICS, metricPromises } from '../systems/metrics/promises.ts';
import { fromTheFuture } from './clocks.ts';
import { type Added, addEntry, readHistory } from './history.ts';
import { machineOf } from './machine.ts';
import type { HistoryFinding, RunRecord, ServerVersion } from './model/record.ts';
import type { BudgetView, HistoryView, PrometheusMissing } from './model/view.ts';
import { renderHistoryHtml } from './report/html.ts';
import { viewOf } from './view.ts';

/** Enough for a bootstrap over blocks, and few enough to store. */
export const MOST_BLOCKS = 60;

export { openForAdding } from './history.ts';

/** @throws SloError `storage` when it can't be written, `usage` when `dir` is something else. */
export function addToHistory(dir: string, facts: RunFacts, server: ServerVersion): Added {
  return addEntry(dir, recordOf(facts, server));
}

function recordOf({ plan, load, recording, verdict, environment }: RunFacts, server: ServerVersion): RunRecord {
  const { runId, profile, target, seed, objectives } = plan;
  const contract = contractText(plan);
  const journeys = plannedJourneys(plan);
  return {
    runId,
    startedAtMs: load.startedAtMs,
    endedAtMs: load.endedAtMs,
    outcome: verdict.outcome,
    loadEnded: load.reason.kind,
    plan: { profile, contract, embedded: target.embedded, seed, journeys, objectives },
    findings: verdict.findings.map((finding) => kept(finding, plan)),
    versions: environment,
    machine: machineOf(environment),
    server,
    latency: blocksOf(recording, MOST_BLOCKS),
  };
}

/** A run of one phase has nothing to distinguish, so its entries keep their old form. */
function kept(finding: Finding, { phases }: Timeline): HistoryFinding {
  const { id, subject, status, gating, operator, actual, expected, unit, samples, bad, allowedShare, interval } =
    finding;
  const phase = phases.length > 1 && finding.phase !== undefined ? { phase: finding.phase } : {};
  return {
    id,
    ...phase,
    subject,
    status,
    gating,
    operator,
    actual,
    expected,
    unit,
    samples,
    bad,
    allowedShare,
    interval,
  };
}

export interface HistoryRequest {
  readonly dir: string;
  /** At most this many comparable runs, ≥ 1. */
  readonly last: number;
  /** Only runs of this profile. Absent: the newest run's profile. */
  readonly profile?: string | undefined;
  readonly prometheus?: string | undefined;
  readonly prometheusJob?: string | undefined;
  readonly access?: HttpAccess | undefined;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface HistoryShown {
  /** null: no run yet. */
  readonly view: HistoryView | null;
  /** Also in the view, where there is one. */
  readonly warnings: readonly string[];
}

/** @throws SloError `storage` when the folder can't be read, `usage` for a profile without a run. */
export async function lookAtHistory(request: HistoryRequest): Promise<HistoryShown> {
  const { dir, last, profile, nowMs } = request;
  const { entries, warnings: found } = readHistory(dir);
  const warnings = [...found, ...fromTheFuture(entries, nowMs)];
  const chosen = entries.filter(({ plan }) => profile === undefined || plan.profile === profile);
  const newest = chosen.at(-1);
  if (newest === undefined) {
    if (profile === undefined || entries.length === 0) return { view: null, warnings };
    const profiles = [...new Set(entries.map(({ plan }) => plan.profile))];
    throw new SloError('usage', `${dir} has no run of the profile "${profile}"`, {
      hint: legalValues(profile, profiles),
    });
  }
  const { contract, objectives } = newest.plan;
  const prometheus = await askPrometheus(request, contract, objectives);
  const prometheusUrl = request.prometheus === undefined ? null : new URL(request.prometheus).origin;
  return { view: viewOf(chosen, { dir, nowMs, last, warnings, prometheusUrl, prometheus }), warnings };
}

/** Prometheus counts all requests to the API, so it says nothing about an objective on some of them. */
async function askPrometheus(
  request: HistoryRequest,
  contract: string,
  objectives: readonly Objective[],
): Promise<ReadonlyMap<string, BudgetView | PrometheusMissing>> {
  if (request.prometheus === undefined) return new Map();
  const api = endpointsOf(JOURNEYS).filter(({ http }) => http !== undefined);
  const asked = objectives.flatMap((one) =>
    one.kind === 'availability' && one.target < 1 && api.every(({ name }) => one.endpoints.includes(name)) ? [one] : [],
  );
  const budgets = asked.map(
    async ({ id, target }) => [id, await budgetFromPrometheus(request, contract, 1 - target)] as const,
  );
  return new Map(await Promise.all(budgets));
}

async function budgetFromPrometheus(
  { prometheus: url = '', prometheusJob: job, access = {}, nowMs, signal }: HistoryRequest,
  contract: string,
  allowedShare: number,
): Promise<BudgetView | PrometheusMissing> {
  const location = locationOf(contract);
  if (location === null) {
    const unavailable = `this version does not know where the contract "${contract}" keeps its metrics`;
    return { unavailable, hint: `contracts: ${Object.keys(CONTRACTS).join(', ')}` };
  }
  const monthSec = (nowMs - monthOf(nowMs).fromMs) / 1000;
  const ranges = [...new Set([monthSec, ...WINDOW_PAIRS.flatMap(({ longSec, shortSec }) => [longSec, shortSec])])];
  const counted = new Map<number, RequestsCounted>();
  for (const rangeSec of ranges) {
    const answer = await requestsCounted({ url, ...access, signal }, { location, job }, nowMs, rangeSec);
    if (!answer.ok) return { unavailable: answer.reason, hint: answer.hint };
    counted.set(rangeSec, answer.data);
  }
  const over = (rangeSec: number): RequestsCounted => counted.get(rangeSec) ?? { samples: 0, bad: 0 };
  const burn = WINDOW_PAIRS.map((pair) => {
    const [long, short] = [burnRate(over(pair.longSec), allowedShare), burnRate(over(pair.shortSec), allowedShare)];
    return { ...pair, long, short, state: burnState(pair, long, short) };
  });
  const { samples, bad, leftShare } = budgetFrom(over(monthSec), allowedShare, nowMs);
  return { samples, bad, leftShare, burn };
}

function locationOf(contract: string): RequestCounter['location'] | null {
  const known = Object.values(CONTRACTS).find(({ name }) => name === contract);
  if (known === undefined) return null;
  const name = DOCUMENTED_METRICS.requestCounter;
  return metricPromises(contract).contract.locations[name] ?? { name };
}

/** Writes one self-contained file. @throws SloError `storage`, and `prerequisite-missing` when its script can't be built. */
export async function writeHistoryPage(path: string, view: HistoryView): Promise<void> {
  const page = renderHistoryHtml(view, await loadReportAssets());
  try {
    writeAtomically(path, page);
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    throw new SloError('storage', error.message, { hint: 'name another file with --html', cause: error });
  }
}
