/** Whether the counts of one metric can be compared over the run, and if not, why. */
import type { MetricFacts } from './facts.ts';
import { isNoNumber, locationOf, resetsOf, seriesOf } from './series.ts';

/** Why the samples of a metric were not read, though it has some; null: they were. */
export function setAside({ observed }: Pick<MetricFacts, 'observed'>, name: string): string | null {
  if (!observed.nativeHistograms?.includes(name)) return null;
  return `Prometheus keeps ${name} as a native histogram, which is set aside: let it keep the classic one, too`;
}

/** Why a metric's counts over the run can't be compared; null when they can. */
export function uncountable(
  facts: MetricFacts,
  name: string,
  suffix = '',
  labels: readonly string[] = [],
): { status: 'no-data' | 'inconclusive'; summary: string } | null {
  const location = locationOf(facts.contract, name);
  const series = seriesOf(facts.observed, location, suffix);
  const summary = setAside(facts, location.name);
  if (summary !== null) return { status: 'no-data', summary };
  if (series.length === 0) return { status: 'no-data', summary: `${location.name}${suffix} has no sample` };
  const missing = labels.filter((label) => series.some((one) => one.labels[label] === undefined));
  if (missing.length > 0)
    return { status: 'no-data', summary: `${location.name} does not have the label ${missing.join(', ')}` };
  const { seriesLeftOut } = facts.observed;
  if (seriesLeftOut > 0) {
    const summary = `there are more series than are kept, so some of ${location.name} may be left out`;
    return { status: 'inconclusive', summary };
  }
  if (series.some(isNoNumber)) return { status: 'inconclusive', summary: `${location.name} is not a finite number` };
  if (resetsOf(series, facts.observed.atMs.length).length === 0) return null;
  return {
    status: 'inconclusive',
    summary: `${location.name} decreased during the load, so what it had counted is lost`,
  };
}
