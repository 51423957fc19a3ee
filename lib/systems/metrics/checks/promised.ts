/**
 * Owns the checks of each documented metric by itself: present, type, labels, monotone.
 * Refuses to know histograms (metrics-histograms.ts) and what clients saw.
 */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { type Check, fact, lacking, property } from '../../finding.ts';
import type { MetricFamily, MetricSeries } from '../observation.ts';
import type { MetricSignal } from '../signals.ts';
import { type MetricCheck, type MetricFacts, scrapeText, shortName } from './facts.ts';
import { judgeBuckets, judgeConsistent } from './histograms.ts';
import { familyOf, locationOf, resetsOf, seriesOf, seriesText } from './series.ts';

/** More than this hide the one that matters. */
const SHOWN = 3;

export function promisedChecks(signal: MetricSignal): MetricCheck[] {
  const frame = (what: string, subject: string, source = signal.sources[0]): Check => ({
    id: `metrics.${shortName(signal)}.${what}`,
    subject: `${signal.name} ${subject}`,
    gating: true,
    source,
  });
  const check = (
    base: Check,
    run: (base: Check, facts: MetricFacts, family: MetricFamily) => Finding,
  ): MetricCheck => ({
    ...base,
    run: (facts) => {
      const { name } = locationOf(facts.contract, signal.name);
      const family = familyOf(facts.observed, name);
      return family === undefined ? lacking(base, 'no-data', `${name} is not exposed`) : run(base, facts, family);
    },
  });
  const present = frame('present', 'is exposed');
  return [
    { ...present, run: (facts) => judgePresent(present, signal, facts) },
    check(frame('type', `is a ${signal.type}`), (base, facts, family) => judgeType(base, signal, facts, family)),
    ...signal.labels.map(({ id, names, source }) =>
      check(frame(id, `has the labels ${names.join(', ')}`, source), (base, facts) =>
        judgeLabels(base, signal, names, facts),
      ),
    ),
    ...(signal.buckets === null
      ? []
      : [
          check(frame('buckets', 'has the documented buckets', signal.buckets.source), (base, facts) =>
            judgeBuckets(base, signal, facts),
          ),
        ]),
    ...(signal.type === 'histogram'
      ? [check(frame('consistent', 'agrees with itself'), (base, facts) => judgeConsistent(base, signal, facts))]
      : []),
    ...(signal.type === 'gauge'
      ? []
      : [check(frame('monotone', 'never falls'), (base, facts) => judgeMonotone(base, signal, facts))]),
  ];
}

function judgePresent(check: Check, signal: MetricSignal, { observed, contract, restarts }: MetricFacts): Finding {
  const family = familyOf(observed, signal.name);
  const isGone = family !== undefined && restarts.length === 0 && hasVanished(family);
  const places = signal.sources.map(({ document, section }) => `${document}, ${section}`);
  const evidence: Evidence[] = [
    { label: signal.standing === 'promised' ? 'promised in' : 'needed by an alert rule in', value: places.join('; ') },
  ];
  if (isGone) return fact(check, false, { summary: `${signal.name} is gone from the last scrape`, evidence });
  if (family !== undefined) {
    const how =
      family.seriesCount === 0 ? 'declared, without a sample' : `exposed with ${countText(family.seriesCount)} series`;
    return fact(check, true, { summary: how, evidence });
  }
  const located = locationOf(contract, signal.name).name;
  const kept = located !== signal.name && familyOf(observed, located) !== undefined;
  const similar = observed.families.filter(({ name }) => name.startsWith('aragora_') && sharesWords(name, signal.name));
  return fact(check, false, {
    summary: `${signal.name} is not exposed${kept ? `; this release keeps it as ${located}` : ''}`,
    evidence: [
      ...evidence,
      ...(similar.length > 0
        ? [
            {
              label: 'similar names',
              value: similar
                .slice(0, SHOWN)
                .map(({ name }) => name)
                .join(', '),
            },
          ]
        : []),
    ],
  });
}

/** Whether it had samples and has none any more: nothing but a restart takes back what is exposed. */
function hasVanished({ seriesCount, series }: MetricFamily): boolean {
  return seriesCount === 0 && series.some(({ values }) => values.some((value) => value !== null));
}

/** At least two words in common besides `aragora`, in any order. */
function sharesWords(name: string, other: string): boolean {
  const words = new Set(other.split('_').slice(1));
  return (
    name
      .split('_')
      .slice(1)
      .filter((word) => words.has(word)).length >= 2
  );
}

function judgeType(check: Check, signal: MetricSignal, { observed }: MetricFacts, family: MetricFamily): Finding {
  if (family.type === null && observed.source !== 'direct') {
    return lacking(check, 'no-data', `Prometheus knows no type of ${family.name}`);
  }
  const seen = family.type === null ? 'declared without a type' : `a ${family.type}`;
  return fact(check, family.type === signal.type, {
    summary: family.type === signal.type ? seen : `${family.name} is ${seen}, documented as a ${signal.type}`,
    evidence: [{ label: 'line', value: `# TYPE ${family.name} ${family.type ?? ''}`.trim() }],
  });
}

function judgeLabels(
  check: Check,
  signal: MetricSignal,
  names: readonly string[],
  { observed, contract }: MetricFacts,
): Finding {
  const series = samplesOf(signal, observed, contract);
  if (series.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample to read labels from`);
  const lacks = (one: MetricSeries) => names.filter((name) => (one.labels[name] ?? '') === '');
  const bad = series.filter((one) => lacks(one).length > 0);
  const missing = [...new Set(bad.flatMap(lacks))];
  const others = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].filter(
    (name) => !names.includes(name) && name !== 'le',
  );
  return property(check, {
    samples: series.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `${names.join(', ')} on all of ${countText(series.length)} series`
        : `${missing.join(', ')} missing on ${countText(bad.length)} of ${countText(series.length)} series`,
    evidence: [
      ...bad.slice(0, SHOWN).map((one) => ({ label: 'line', value: seriesText(one) })),
      ...(others.length > 0 ? [{ label: 'further labels', value: others.join(', ') }] : []),
    ],
  });
}

/** One sample of each series: for a histogram its counts. */
function samplesOf(
  signal: MetricSignal,
  observed: MetricFacts['observed'],
  contract: MetricFacts['contract'],
): MetricSeries[] {
  const location = locationOf(contract, signal.name);
  if (signal.type !== 'histogram') return seriesOf(observed, location);
  return [...seriesOf(observed, location, '_count'), ...seriesOf(observed, location, '_bucket')];
}

function isNoCount({ values }: MetricSeries): boolean {
  return values.some(isImpossibleCount);
}

/** NaN and infinities are kept as text; counts and seconds begin at 0. */
function isImpossibleCount(value: MetricSeries['values'][number]): boolean {
  return typeof value === 'string' || (value !== null && value < 0);
}

function judgeMonotone(check: Check, signal: MetricSignal, { observed, contract, restarts }: MetricFacts): Finding {
  const location = locationOf(contract, signal.name);
  const suffixes = signal.type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
  const series = suffixes.flatMap((suffix) => seriesOf(observed, location, suffix));
  if (series.length === 0) return lacking(check, 'no-data', `${signal.name} has no sample`);
  const scrapes = observed.atMs.length;
  const resets = resetsOf(series, scrapes).filter(({ scrape }) => !restarts.includes(scrape));
  const strange = series.filter(isNoCount);
  if (strange.length > 0) {
    return property(check, {
      samples: series.length * (scrapes - 1),
      bad: strange.length,
      summary: `${countText(strange.length)} of ${countText(series.length)} series hold what nothing can count up to`,
      evidence: strange.slice(0, SHOWN).map((one) => ({
        label: seriesText(one),
        value: String(one.values.find(isImpossibleCount)),
      })),
    });
  }
  return property(check, {
    samples: series.length * (scrapes - 1),
    bad: resets.length,
    summary:
      resets.length === 0
        ? `${countText(series.length)} series never fell over ${plural(scrapes, 'scrape')}`
        : `fell or vanished ${plural(resets.length, 'time')} while the server went on`,
    evidence: resets.slice(0, SHOWN).map((reset) => ({
      label: scrapeText(observed, reset.scrape),
      value: `${seriesText(reset.series)} ${reset.from} → ${reset.to ?? 'gone'}`,
    })),
  });
}
