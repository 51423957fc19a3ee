/** Judges metrics alone, from what one test or run observed. */
import type { Comparison } from '../../lib/core/comparison.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { SecretsObserved } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import type { MetricsObservation } from '../../lib/systems/metrics/observation.ts';
import type { MetricPromises } from '../../lib/systems/metrics/signals.ts';
import { judgeSystem, systemNamed } from './judge-system.ts';

/** What the checks of metrics look at. */
export interface MetricsInput extends Omit<JudgeInput, 'observations'>, MetricPromises {
  readonly observation: MetricsObservation | undefined;
  readonly exclusive: boolean;
}

const SECRETS: SecretsObserved = {
  kind: 'secrets',
  status: 'collected',
  searched: 1,
  tooShort: 0,
  places: [{ kind: 'metrics', texts: 100, leaks: 0, examples: [] }],
};

function lookedAt({ observation, signals, contract, exclusive, ...run }: MetricsInput) {
  const input: JudgeInput = { ...run, observations: [SECRETS, ...(observation === undefined ? [] : [observation])] };
  const sources = observation === undefined ? [] : [observation.source];
  return { input, looked: { promises: { signals, contract }, sources, exclusive } };
}

export function judgeMetrics(given: MetricsInput): Finding[] {
  const { input, looked } = lookedAt(given);
  return judgeSystem(systemNamed('metrics'), input, looked);
}

export function compareMetrics(given: MetricsInput): Comparison | null {
  const { input, looked } = lookedAt(given);
  return systemNamed('metrics').compare?.(input, looked) ?? null;
}
