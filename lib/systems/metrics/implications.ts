/** What a failure of one check on metrics does to others: a metric that is not there, stands still or contradicts itself can't be compared. */
import type { JudgeInput } from '../../core/run.ts';
import { type Implication, lacksEvidence, type SeenTogether } from '../causes.ts';
import { evidenceOf } from '../evidence.ts';
import type { CheckInfo, Looked } from '../system.ts';
import { factsOf, type MetricFacts, shortName } from './checks/facts.ts';
import { contradictionsIn } from './checks/histograms.ts';
import { familyOf, isNoNumber, locationOf, resetsOf, seriesOf, totalIncrease } from './checks/series.ts';
import type { MetricsObservation } from './observation.ts';
import type { MetricPromises, MetricSignal } from './signals.ts';

/** Checks of another system that need metrics. */
const NEED_METRICS: readonly string[] = ['traces.histograms', 'traces.debate.calls'];

/** `checks`: those of this run. */
export function metricImplications(looked: Looked<MetricPromises>, checks: readonly CheckInfo[]): Implication[] {
  const about = new Map(checks.map((check) => [check.id, metricsOf(check, looked.promises.signals.metrics)]));
  const factsIn = onceEach((input) => factsOf(input, looked));
  const when = (cause: string, explains: (facts: MetricFacts, seen: SeenTogether) => boolean): Implication => ({
    cause: `metrics.${cause}`,
    explains: (seen) =>
      seen.follower.system === 'metrics' && isCollected(seen.input) && explains(factsIn(seen.input), seen),
  });
  return [
    { cause: 'metrics.exposition.answers', explains: ({ follower, input }) => isUnread(input) && isMetrics(follower) },
    when('exposition.answers', isWithoutMetric),
    when('exposition.parses', isWithoutMetric),
    ...looked.promises.signals.metrics.flatMap((metric) =>
      ofMetric(metric).map(([what, holds]) =>
        when(`${shortName(metric)}.${what}`, (facts, { follower }) => {
          const isAbout = about.get(follower.id)?.includes(metric.name) ?? false;
          const isLost =
            lacksEvidence(follower) || (what === 'moves' && /\.(reconciles|failures|count)$/.test(follower.id));
          return isAbout && isLost && holds(facts);
        }),
      ),
    ),
    when('restarts', ({ restarts }, { follower }) => restarts.length > 0 && follower.status === 'inconclusive'),
    when(
      'cardinality',
      ({ observed }, { follower }) => observed.seriesLeftOut > 0 && follower.status === 'inconclusive',
    ),
  ];
}

type Holds = (facts: MetricFacts) => boolean;

/** If the check of this name fails, and this holds, nothing else can be said of the metric; one that stands still has lost all counts. */
function ofMetric(metric: MetricSignal): readonly (readonly [what: string, holds: Holds])[] {
  const { name, type, labels } = metric;
  const located = ({ contract }: MetricFacts) => locationOf(contract, name);
  const parts = type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
  const series = (facts: MetricFacts) => parts.flatMap((part) => seriesOf(facts.observed, located(facts), part));
  const counts = (facts: MetricFacts) => seriesOf(facts.observed, located(facts), type === 'histogram' ? '_count' : '');
  return [
    ['present', (facts) => (familyOf(facts.observed, located(facts).name)?.seriesCount ?? 0) === 0],
    ...labels.map(({ id, names }): [string, Holds] => [
      id,
      (facts) => series(facts).some((one) => names.some((label) => (one.labels[label] ?? '') === '')),
    ]),
    [
      'monotone',
      (facts) => series(facts).some(isNoNumber) || resetsOf(series(facts), facts.observed.atMs.length).length > 0,
    ],
    ['consistent', (facts) => contradictionsIn(metric, facts).length > 0],
    ['moves', (facts) => type !== 'gauge' && totalIncrease(counts(facts), facts.observed.atMs.length) === 0],
  ];
}

/** Documented names of the metrics that a check is about, or compares with them. */
function metricsOf({ id, proves, relates = [], bounds = [] }: CheckInfo, metrics: readonly MetricSignal[]): string[] {
  const words = new Set([...proves.split(/[^\w]+/), ...relates]);
  return metrics
    .filter(
      (metric) =>
        id.startsWith(`metrics.${shortName(metric)}.`) ||
        words.has(metric.name) ||
        bounds.some(({ signal }) => signal === metric.name),
    )
    .map(({ name }) => name);
}

function isMetrics({ system, id, status }: SeenTogether['follower']): boolean {
  return lacksEvidence({ status }) && (system === 'metrics' || NEED_METRICS.includes(id));
}

/** Not a single metric could be read, so each is missing; what fails otherwise fails by itself. */
function isWithoutMetric({ observed: { families } }: MetricFacts, { follower }: SeenTogether): boolean {
  return families.length === 0 && (lacksEvidence(follower) || /^metrics\.\w+\.present$/.test(follower.id));
}

function observationIn({ observations }: JudgeInput): MetricsObservation | undefined {
  return evidenceOf<MetricsObservation>(observations, 'metrics');
}

function isCollected(input: JudgeInput): boolean {
  return observationIn(input)?.status === 'collected';
}

function isUnread(input: JudgeInput): boolean {
  return !isCollected(input);
}

/** Made once for each run. */
function onceEach<View extends object>(make: (input: JudgeInput) => View): (input: JudgeInput) => View {
  const known = new WeakMap<JudgeInput, View>();
  return (input) => {
    const view = known.get(input) ?? make(input);
    known.set(input, view);
    return view;
  };
}
