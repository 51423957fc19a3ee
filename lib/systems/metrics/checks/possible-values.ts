/** Whether the values of one metric are possible: no counter falls, and no count or size is negative, infinite or no number. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { MetricSeries } from '../observation.ts';
import type { MetricSignal } from '../signals.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { locationOf, type Reset, resetsOf, seriesOf, seriesText } from './series.ts';

/** More than this would hide the one that matters. */
const SHOWN = 3;

/** A value that cannot be. What is counted is whole; seconds are not, and a server may add up by how much ratings change. */
function strangeIn(
  { counts }: MetricSignal,
  { name, values }: MetricSeries,
): MetricSeries['values'][number] | undefined {
  const isWhole = counts !== 'ratings' && !name.endsWith('_sum');
  return values.find(
    (value) => isImpossibleCount(value) || (isWhole && typeof value === 'number' && !Number.isInteger(value)),
  );
}

/** NaN and infinities are kept as text; counts and seconds begin at 0. */
function isImpossibleCount(value: MetricSeries['values'][number]): boolean {
  return typeof value === 'string' || (value !== null && value < 0);
}

/** A clock that is set back once, by little, while something was measured by it. */
const CLOCK_SEC = 0.1;

/** A sum may then lose some ms, at one scrape. */
function withoutSetClock(resets: readonly Reset[]): readonly Reset[] {
  const [first] = resets;
  const isOfClock = ({ series, scrape, from, to }: Reset) =>
    scrape === first?.scrape && series.name.endsWith('_sum') && to !== null && from - to <= CLOCK_SEC;
  return resets.every(isOfClock) ? [] : resets;
}

export function judgeMonotone(
  check: CheckInfo,
  signal: MetricSignal,
  { observed, contract, restarts }: MetricFacts,
): Finding {
  const location = locationOf(contract, signal.name);
  const suffixes = signal.type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
  const series = suffixes.flatMap((suffix) => seriesOf(observed, location, suffix));
  if (series.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample`);
  const scrapes = observed.atMs.length;
  const resets = withoutSetClock(resetsOf(series, scrapes).filter(({ scrape }) => !restarts.includes(scrape)));
  const strange = series.filter((one) => strangeIn(signal, one) !== undefined);
  if (strange.length > 0) {
    return property(check, {
      samples: series.length * (scrapes - 1),
      bad: strange.length,
      summary: `${countText(strange.length)} of ${countText(series.length)} series have a value that no counter can have`,
      evidence: strange.slice(0, SHOWN).map((one) => ({
        label: seriesText(one),
        value: String(strangeIn(signal, one)),
      })),
    });
  }
  return property(check, {
    samples: series.length * (scrapes - 1),
    bad: resets.length,
    summary:
      resets.length === 0
        ? `${countText(series.length)} series never decreased in ${plural(scrapes, 'scrape')}`
        : `decreased or disappeared ${plural(resets.length, 'time')} while the server kept running`,
    evidence: resets.slice(0, SHOWN).map((reset) => ({
      label: scrapeText(observed, reset.scrape),
      value: `${seriesText(reset.series)} ${reset.from} → ${reset.to ?? 'gone'}`,
    })),
  });
}

/** A size of something is neither below zero nor infinite, and it is a number. */
export function judgePossible(check: CheckInfo, signal: MetricSignal, { observed, contract }: MetricFacts): Finding {
  const series = seriesOf(observed, locationOf(contract, signal.name));
  if (series.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample`);
  const bad = series.flatMap((one) =>
    one.values.flatMap((value, scrape) =>
      value === null || (typeof value === 'number' && value >= 0) ? [] : [{ one, scrape, value }],
    ),
  );
  return property(check, {
    samples: series.length * observed.atMs.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `a finite number of at least 0 in ${plural(observed.atMs.length, 'scrape')}`
        : `no size in ${plural(bad.length, 'sample')}`,
    evidence: bad.slice(0, SHOWN).map(({ one, scrape, value }) => ({
      label: scrapeText(observed, scrape),
      value: `${seriesText(one)} ${value}`,
    })),
  });
}
