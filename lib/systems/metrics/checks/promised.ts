/** The checks of each documented metric alone: present, type, labels, buckets, monotone. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText } from '../../../core/numbers.ts';
import { below, both } from '../../bounds.ts';
import { fact, lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricFamily, MetricSeries } from '../observation.ts';
import type { MetricSignal } from '../signals.ts';
import { setAside } from './countable.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { judgeBuckets, judgeConsistent } from './histograms.ts';
import { judgeMonotone, judgePossible } from './possible-values.ts';
import { familyOf, locationOf, seriesOf, seriesText } from './series.ts';

/** More than this would hide the one that matters. */
const SHOWN = 3;

export function promisedChecks(signal: MetricSignal): MetricCheck[] {
  const { name, type, buckets } = signal;
  const exposed = (own: OfMetric, judge: Judge): MetricCheck =>
    checkOf(infoOfMetric(signal, own), (check, facts: MetricFacts) => {
      const located = locationOf(facts.contract, name).name;
      const family = familyOf(facts.observed, located);
      const aside = own.what === TYPE.what ? null : setAside(facts, located);
      if (aside !== null) return lacking(check, 'no-data', aside);
      return family === undefined
        ? lacking(check, 'no-data', `${located} is not exposed`)
        : judge(check, signal, facts, family);
    });
  const present = infoOfMetric(signal, {
    what: 'present',
    subject: 'is exposed',
    proves: 'is exposed under its documented name, and is still there in the last scrape.',
    bounds: [below('documents', 'exists')],
  });
  return [
    checkOf(present, (check, facts) => judgePresent(check, signal, facts)),
    exposed({ ...TYPE, subject: `is a ${type}`, proves: `is declared as a ${type}.` }, judgeType),
    ...signal.labels.map(({ id, names, source }) => {
      const labels = `has the labels ${names.join(', ')}`;
      const own = { ...LABELS, what: id, subject: labels, proves: `${labels} on every series.`, source };
      return exposed(own, (check, _, facts) => judgeLabels(check, signal, names, facts));
    }),
    ...(buckets === null ? [] : [exposed({ ...BUCKETS, source: buckets.source }, judgeBuckets)]),
    ...(type === 'histogram' ? [exposed(CONSISTENT, judgeConsistent)] : []),
    ...(type === 'gauge' ? [] : [exposed(MONOTONE, judgeMonotone)]),
    ...(type === 'gauge' && signal.movedBy === 'nothing-certain' ? [exposed(POSSIBLE, judgePossible)] : []),
  ];
}

type Judge = (check: CheckInfo, signal: MetricSignal, facts: MetricFacts, family: MetricFamily) => Finding;

const TYPE = { what: 'type', bounds: [both('documents', 'content')] };
const LABELS = { bounds: [below('documents', 'labels')] };
const BUCKETS: OfMetric = {
  what: 'buckets',
  subject: 'has the documented buckets',
  proves: 'has the documented bucket bounds.',
  bounds: [below('documents', 'count')],
};
const CONSISTENT: OfMetric = {
  what: 'consistent',
  subject: 'agrees with itself',
  proves: 'has buckets, a count and a sum that agree with one another.',
  bounds: [both('itself', 'value', 'count')],
};
const POSSIBLE: OfMetric = {
  what: 'possible',
  subject: 'is a size that can be',
  proves: 'is a finite number of at least 0 in every scrape.',
  bounds: [below('itself', 'value')],
};
const MONOTONE: OfMetric = {
  what: 'monotone',
  subject: 'never falls',
  proves: 'never decreases and never disappears while the server runs.',
  bounds: [below('itself', 'exists')],
};

function judgePresent(check: CheckInfo, signal: MetricSignal, { observed, contract, restarts }: MetricFacts): Finding {
  const location = locationOf(contract, signal.name);
  const name = location.isOwn === true ? location.name : signal.name;
  const family = familyOf(observed, name);
  const isGone = family !== undefined && restarts.length === 0 && hasVanished(family);
  const places = signal.sources.map(({ document, section }) => `${document}, ${section}`);
  const evidence: Evidence[] = [
    { label: signal.standing === 'promised' ? 'promised in' : 'needed by an alert rule in', value: places.join('; ') },
  ];
  if (observed.nativeHistograms?.includes(name))
    return fact(check, true, { summary: 'exposed, and kept by Prometheus as a native histogram', evidence });
  if (isGone) return fact(check, false, { summary: `${name} is missing in the last scrape`, evidence });
  if (family !== undefined) {
    const how =
      family.seriesCount === 0 ? 'declared, without a sample' : `exposed with ${countText(family.seriesCount)} series`;
    return fact(check, true, { summary: name === signal.name ? how : `${how} as ${name}`, evidence });
  }
  const located = location.name;
  const kept = located !== name && familyOf(observed, located) !== undefined;
  const similar = observed.families.filter(({ name }) => name.startsWith('aragora_') && sharesWords(name, signal.name));
  return fact(check, false, {
    summary: `${name} is not exposed${kept ? `; this release keeps it as ${located}` : ''}`,
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

/** Whether it had samples and has none any more. Only a restart removes what is exposed. */
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

function judgeType(check: CheckInfo, signal: MetricSignal, { observed }: MetricFacts, family: MetricFamily): Finding {
  if (family.type === null && observed.source !== 'direct') {
    return lacking(check, 'no-data', `Prometheus has no type for ${family.name}`);
  }
  const wrong = [family.type, ...(family.otherTypes ?? [])].filter((type) => type !== signal.type);
  const words = (type: MetricFamily['type']) => (type === null ? 'declared without a type' : `a ${type}`);
  const some = family.type === signal.type ? ' in some scrapes' : '';
  return fact(check, wrong.length === 0, {
    summary:
      wrong.length === 0
        ? words(family.type)
        : `${family.name} is ${wrong.map(words).join(' and ')}${some}, documented as a ${signal.type}`,
    evidence: [{ label: 'line', value: `# TYPE ${family.name} ${wrong[0] ?? family.type ?? ''}`.trim() }],
  });
}

function judgeLabels(
  check: CheckInfo,
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

/** One sample of each series; for a histogram, its counts. */
function samplesOf(
  signal: MetricSignal,
  observed: MetricFacts['observed'],
  contract: MetricFacts['contract'],
): MetricSeries[] {
  const location = locationOf(contract, signal.name);
  if (signal.type !== 'histogram') return seriesOf(observed, location);
  return [...seriesOf(observed, location, '_count'), ...seriesOf(observed, location, '_bucket')];
}
