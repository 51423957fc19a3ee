/**
 * Owns the metrics checks as a whole: every check gives one finding, whatever evidence there is. Pure, so it runs offline again.
 * Refuses to know how metrics are had.
 */
import type { Comparison } from '../../../core/comparison.ts';
import type { Finding } from '../../../core/finding.ts';
import { lacking, whyUnavailable } from '../../finding.ts';
import { debateChecks } from './debates.ts';
import { factsOf, type MetricCheck, type MetricFacts, type MetricsInput } from './facts.ts';
import { latencyChecks } from './latency.ts';
import { latencyRows } from './latency-rows.ts';
import { movementChecks } from './moves.ts';
import { promisedChecks } from './promised.ts';
import { reconcileChecks } from './reconcile.ts';
import { requestRows } from './rows.ts';
import { sourceChecks } from './source.ts';

export type { MetricsInput } from './facts.ts';

/** One finding per check, always the same ids. Without an observation all are `no-data`; when it could not be had, `unavailable`. */
export function judgeMetrics(input: MetricsInput): Finding[] {
  const { observation } = input;
  const checks = checksOf(input);
  if (observation === undefined) return checks.map((check) => lacking(check, 'no-data', 'no metrics were collected'));
  if (observation.status === 'unavailable') {
    return checks.map(
      (check) => check.without?.(observation, input) ?? lacking(check, 'unavailable', whyUnavailable(observation)),
    );
  }
  const facts = factsOf(input, observation);
  return checks.map((check) => check.run(facts));
}

/** Clients' figures beside the server's, for a report; null without an observation. */
export function compareMetrics(input: MetricsInput): Comparison | null {
  if (input.observation?.status !== 'collected') return null;
  const facts: MetricFacts = factsOf(input, input.observation);
  return { requests: requestRows(facts), latencies: latencyRows(facts) };
}

/** Of every finding, as `judgeMetrics` gives them. */
export function metricIds(signals: MetricsInput['signals']): string[] {
  return checksOf({ signals, observation: undefined }).map(({ id }) => id);
}

function checksOf({ signals, observation }: Pick<MetricsInput, 'signals' | 'observation'>): MetricCheck[] {
  const duration = signals.metrics.find(({ name }) => name === signals.requestDuration);
  return [
    ...sourceChecks(signals, observation),
    ...signals.metrics.flatMap((signal) => [...promisedChecks(signal), ...movementChecks(signal)]),
    ...reconcileChecks(signals),
    ...debateChecks(signals),
    ...(duration === undefined ? [] : latencyChecks(duration)),
  ];
}
