/** The observed system `metrics`: what the server exposes, directly or through a Prometheus, compared with the guides and the clients. */
import type { Comparison } from '../../core/comparison.ts';
import type { JudgeInput } from '../../core/run.ts';
import { evidenceOf, onRun } from '../evidence.ts';
import { secretCheck } from '../secrets.ts';
import type { Check, Looked, System } from '../system.ts';
import { METRIC_CHECKLIST } from './checklist.ts';
import { withTotalsBeyond } from './checks/beyond-filter.ts';
import { debateChecks } from './checks/debates.ts';
import { factsOf, type MetricCheck, PAGE } from './checks/facts.ts';
import { foreignCounted } from './checks/foreign.ts';
import { latencyChecks } from './checks/latency.ts';
import { latencyRows } from './checks/latency-rows.ts';
import { movementChecks } from './checks/moves.ts';
import { ofOneProcess } from './checks/processes.ts';
import { promisedChecks } from './checks/promised.ts';
import { providerChecks } from './checks/providers.ts';
import { reconcileChecks } from './checks/reconcile.ts';
import { requestRows } from './checks/rows.ts';
import { sameGaugeChecks } from './checks/same-gauge.ts';
import { sourceChecks } from './checks/source.ts';
import { coveredMetrics, UNBOUNDED_METRICS } from './covered.ts';
import { metricImplications } from './implications.ts';
import { METRICS_OPTIONS } from './options.ts';
import { metricPromises } from './promises.ts';
import type { MetricPromises } from './signals.ts';

export const METRICS: System<MetricPromises> = {
  id: 'metrics',
  title: 'Metrics',
  page: PAGE,
  options: METRICS_OPTIONS,
  sources: [
    { id: 'direct', title: "the server's own /metrics", options: [] },
    { id: 'prometheus', title: 'Prometheus', options: ['prometheus'] },
  ],
  unobserved: { status: 'no-data', summary: 'no metrics were collected' },
  promises: metricPromises,
  checks: (looked) => [
    ...ofSource(looked, undefined),
    ...ofSource(looked, 'prometheus'),
    secretCheck({ system: 'metrics', where: 'metric labels' }),
  ],
  checklist: METRIC_CHECKLIST,
  compare: compareMetrics,
  foreign: foreignCounted,
  signals: coveredMetrics,
  unbounded: UNBOUNDED_METRICS,
  implications: (looked) => metricImplications(looked, checksOf(looked)),
};

/** Checks that only evidence `from` this source decides; undefined: those for which the first will do. */
function ofSource(looked: Looked<MetricPromises>, from: string | undefined): readonly Check[] {
  const own = checksOf(looked).filter((check) => check.from === from);
  return onRun(own, (input) => factsOf(input, looked, from));
}

function checksOf({ promises: { signals }, sources }: Looked<MetricPromises>): readonly MetricCheck[] {
  const duration = signals.metrics.find(({ name }) => name === signals.requestDuration);
  const checks = [
    ...sourceChecks(signals, sources),
    ...signals.metrics.flatMap((signal) => [...promisedChecks(signal), ...movementChecks(signal)]),
    ...sameGaugeChecks(signals),
    ...reconcileChecks(signals),
    ...debateChecks(signals),
    ...providerChecks(signals),
    ...(duration === undefined ? [] : latencyChecks(duration)),
  ];
  return withTotalsBeyond(checks, signals).map(ofOneProcess);
}

/** Clients' figures beside the server's, for a report; null without an observation. */
function compareMetrics(input: JudgeInput, looked: Looked<MetricPromises>): Comparison | null {
  if (evidenceOf(input.observations, 'metrics')?.status !== 'collected') return null;
  const facts = factsOf(input, looked);
  return { requests: requestRows(facts), latencies: latencyRows(facts) };
}
