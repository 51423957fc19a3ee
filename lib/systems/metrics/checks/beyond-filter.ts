/**
 * What a metric counts outside of the labels that a contract takes: some releases count each request twice, in two forms. Nothing compares
 * it with the clients, so each finding that counts the metric names it, with its total.
 */
import type { Evidence } from '../../../core/finding.ts';
import { countText } from '../../../core/numbers.ts';
import type { MetricSeries } from '../observation.ts';
import type { MetricSignal, MetricSignals } from '../signals.ts';
import { type MetricCheck, type MetricFacts, shortName } from './facts.ts';
import { familyOf, increaseOf, locationOf, numberAt, seriesOf, seriesText } from './series.ts';

/** Ends of the ids of those findings. */
const COUNTING = ['moves', 'reconciles', 'count'] as const;
const SHOWN = 3;

/** The same checks; those that count a metric say what is beyond the contract's filter. */
export function withTotalsBeyond(checks: readonly MetricCheck[], { metrics }: MetricSignals): MetricCheck[] {
  const counted = new Map<string, MetricSignal>(
    metrics.flatMap((signal) => COUNTING.map((what) => [`metrics.${shortName(signal)}.${what}`, signal] as const)),
  );
  return checks.map((check) => {
    const signal = counted.get(check.id);
    if (signal === undefined) return check;
    const judge: MetricCheck['judge'] = (facts) => {
      const finding = check.judge(facts);
      return { ...finding, evidence: [...finding.evidence, ...totalBeyond(signal, facts)] };
    };
    return { ...check, judge };
  });
}

/** [] where the contract has no filter, and where nothing is beyond it. */
function totalBeyond({ name, type }: MetricSignal, { observed, contract }: MetricFacts): Evidence[] {
  const location = locationOf(contract, name);
  const { where } = location;
  if (where === undefined || familyOf(observed, location.name) === undefined) return [];
  const suffix = type === 'histogram' ? '_count' : '';
  // As the server writes them, because what the contract calls their labels does not matter here.
  const { name: located } = location;
  const inside = new Set(seriesOf(observed, { name: located, where }, suffix));
  const outside = seriesOf(observed, { name: located }, suffix)
    .filter((series) => !inside.has(series))
    .map((series) => ({ series, total: type === 'gauge' ? mostOf(series) : increaseOf(series, observed.atMs.length) }))
    .sort((a, b) => b.total - a.total);
  const all = outside.reduce((sum, { total }) => sum + total, 0);
  if (outside.length === 0) return [];
  const filter = Object.entries(where).map(([label, pattern]) => `${label}=~${JSON.stringify(pattern)}`);
  const shown = outside.slice(0, SHOWN).map(({ series, total }) => `${seriesText(series)} ${countText(total)}`);
  return [
    {
      label: `not compared, beyond the contract's filter ${filter.join(', ')}`,
      value: `${countText(all)} in ${countText(outside.length)} series: ${shown.join(', ')}${outside.length > SHOWN ? ', …' : ''}`,
    },
  ];
}

function mostOf(series: MetricSeries): number {
  return series.values.reduce<number>((most, _, scrape) => Math.max(most, numberAt(series, scrape) ?? 0), 0);
}
