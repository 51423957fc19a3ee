/** Which of the documented metrics a server has, each under the name that a contract knows. */
import { familyOf, locationOf } from './checks/series.ts';
import type { MetricFamily } from './observation.ts';
import { metricPromises } from './promises.ts';
import type { MetricSignal } from './signals.ts';

export interface NamedMetric {
  readonly signal: MetricSignal;
  /** Under the contract. */
  readonly name: string;
  readonly isThere: boolean;
}

/** @param families of an exposition, in any order. */
export function namedMetrics(
  contract: string,
  families: readonly Pick<MetricFamily, 'name' | 'type'>[],
): NamedMetric[] {
  const promises = metricPromises(contract);
  return promises.signals.metrics.map((signal) => {
    const { name } = locationOf(promises.contract, signal.name);
    return { signal, name, isThere: familyOf({ families }, name) !== undefined };
  });
}
