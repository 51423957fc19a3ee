/** The checks of one documented histogram: the documented buckets, and whether buckets, count and sum agree. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { MetricSignal } from '../signals.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { disagreementsIn } from './histogram-steps.ts';
import { boundText, type Histogram, histogramsOf, locationOf, numberAt, seriesText } from './series.ts';

/** More than this would hide the one that matters. */
const SHOWN = 3;

function lastHistograms(signal: Pick<MetricSignal, 'name'>, { observed, contract }: MetricFacts): Histogram[] {
  const last = observed.atMs.length - 1;
  return histogramsOf(observed, locationOf(contract, signal.name), (series) => numberAt(series, last) ?? 0);
}

export function judgeBuckets(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const expected = signal.buckets?.bounds ?? [];
  const histograms = lastHistograms(signal, facts);
  if (histograms.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample to read buckets from`);
  // `consistent` reports whether +Inf is there.
  const finite = ({ buckets }: Histogram) => buckets.map(({ le }) => le).filter((le) => le !== Infinity);
  // A client library may make more of them, and each documented one can be asked for still.
  const asDocumented = (histogram: Histogram) => expected.every((bound) => finite(histogram).includes(bound));
  const bad = histograms.filter((histogram) => !asDocumented(histogram));
  const shown = bad[0];
  return property(check, {
    samples: histograms.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `the documented bounds on all of ${plural(histograms.length, 'label set')}`
        : `other bounds on ${countText(bad.length)} of ${plural(histograms.length, 'label set')}`,
    evidence: [
      { label: 'documented', value: boundsText(expected) },
      ...(shown === undefined
        ? []
        : [
            {
              label: seriesText({ name: signal.name, labels: shown.labels }),
              value: boundsText(finite(shown)),
            },
          ]),
    ],
  });
}

function boundsText(bounds: readonly number[]): string {
  return bounds.length === 0 ? 'none' : bounds.map(boundText).join(', ');
}

/**
 * Counts never decrease from one bucket to the next, the last equals the count, and the sum is one that values in these buckets can have:
 * exactly in the last scrape, when nothing is counted any more, and scrape by scrape as far as that can be said.
 */
export function judgeConsistent(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const histograms = lastHistograms(signal, facts);
  if (histograms.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample`);
  const bad = contradictionsIn(signal, facts);
  return property(check, {
    samples: histograms.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `buckets, count and sum agree in all of ${plural(histograms.length, 'label set')}`
        : `buckets, count and sum contradict each other in ${countText(bad.length)} of ${plural(histograms.length, 'label set')}`,
    evidence: bad.slice(0, SHOWN),
  });
}

/** The label sets of a histogram that contradict themselves, and how. Checks that depend on them can't be decided then. */
export function contradictionsIn(signal: Pick<MetricSignal, 'name'>, facts: MetricFacts): Evidence[] {
  const last = lastHistograms(signal, facts).flatMap((histogram) => {
    const problem = inconsistency(histogram);
    return problem === null
      ? []
      : [{ label: seriesText({ name: signal.name, labels: histogram.labels }), value: problem }];
  });
  const before = disagreementsIn(signal.name, facts).map(({ labels, scrape, problem }) => ({
    label: seriesText({ name: signal.name, labels }),
    value: `${scrapeText(facts.observed, scrape)}: ${problem}`,
  }));
  const known = new Set(last.map(({ label }) => label));
  return [...last, ...before.filter(({ label }) => !known.has(label))];
}

function inconsistency({ buckets, count, sum }: Histogram): string | null {
  if (count === null || sum === null) return `${count === null ? '_count' : '_sum'} is missing`;
  const infinite = buckets.find(({ le }) => le === Infinity);
  if (infinite === undefined) return 'the bucket +Inf is missing';
  if (infinite.count !== count)
    return `the bucket +Inf has ${countText(infinite.count)}, the count is ${countText(count)}`;
  let [least, most, below] = [0, 0, { le: 0, count: 0 }];
  for (const bucket of buckets) {
    const within = bucket.count - below.count;
    if (within < 0) return `le=${boundText(bucket.le)} has fewer than le=${boundText(below.le)}`;
    least += within * below.le;
    if (within > 0) most += within * bucket.le;
    below = bucket;
  }
  const tolerance = 1e-9 * Math.max(1, Math.abs(sum));
  if (sum >= least - tolerance && sum <= most + tolerance) return null;
  return `the sum is ${sum.toPrecision(4)} s, yet values in these buckets add up to ${least.toPrecision(4)} … ${most.toPrecision(4)} s`;
}
