/** Learns what a release calls the documented metrics: a name is sure if its values are those that clients know, and no other metric's are. */
import { type Bound, SIDES } from '../../core/coverage.ts';
import type { OwnMetric } from '../../core/own-names.ts';
import { shortName } from '../../systems/metrics/checks/facts.ts';
import { familyOf, locationOf, seriesOf, totalIncrease } from '../../systems/metrics/checks/series.ts';
import type { MetricFamily, MetricsObserved } from '../../systems/metrics/observation.ts';
import { metricPromises } from '../../systems/metrics/promises.ts';
import type { MetricLocation, MetricSignal } from '../../systems/metrics/signals.ts';
import { judgedBy, sentence, type Trial } from './judged.ts';
import { filterAs, likelyLabels } from './labels.ts';
import { certainIfAlone, type Learned, oncePerName, SHOWN, wordsShared } from './learned.ts';

type Names = Readonly<Record<string, OwnMetric>>;

/** One metric may be the witness of another, so what was learned is used to learn more. */
const PASSES = 3;

export interface MetricsLearned {
  readonly learned: readonly Learned<OwnMetric>[];
  /** Documented metrics that nothing in the exposition can be. */
  readonly nowhere: readonly string[];
}

export function learnMetrics(trial: Trial, observed: MetricsObserved): MetricsLearned {
  const { signals, contract } = metricPromises(trial.contract);
  const isNamed = ({ name }: MetricSignal): boolean =>
    isThere(observed, locationOf(contract, name).name) || isThere(observed, name);
  const lacking = signals.metrics.filter((signal) => !isNamed(signal));
  const taken = new Set(signals.metrics.flatMap(({ name }) => [name, locationOf(contract, name).name]));
  const free = observed.families.filter(({ name, seriesCount }) => !taken.has(name) && seriesCount > 0);
  let learned: readonly Learned<OwnMetric>[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const known = sureOf(learned);
    const all = lacking.flatMap((signal) => learnMetric(trial, { observed, free, known }, signal));
    learned = oncePerName(all, ({ name }) => name, isSameGauge(lacking));
  }
  const found = new Set(learned.map(({ documented }) => documented));
  const relabelled: Learned<OwnMetric>[] = [];
  for (const signal of signals.metrics.filter(isNamed)) {
    const known = sureOf([...learned, ...relabelled]);
    const location = locationOf(contract, signal.name);
    relabelled.push(...learnLabels(trial, { observed, known }, { signal, location }));
  }
  return {
    learned: [...learned, ...relabelled],
    nowhere: lacking.flatMap(({ name }) => (found.has(name) ? [] : [name])),
  };
}

function sureOf(learned: readonly Learned<OwnMetric>[]): Names {
  return Object.fromEntries(learned.flatMap(({ documented, own, isSure }) => (isSure ? [[documented, own]] : [])));
}

/** Each guide has its own name for one gauge. */
function isSameGauge(signals: readonly MetricSignal[]) {
  const moverOf = (documented: string) =>
    signals.find(({ name, type }) => type === 'gauge' && name === documented)?.movedBy;
  return (documented: string, other: string): boolean =>
    moverOf(documented) !== undefined && moverOf(documented) === moverOf(other);
}

function isThere(observed: MetricsObserved, name: string): boolean {
  return familyOf(observed, name) !== undefined;
}

interface Seen {
  readonly observed: MetricsObserved;
  /** Families that the contract does not know. */
  readonly free: readonly MetricFamily[];
  readonly known: Names;
}

/** A metric that has its name, and a label under another one. */
function learnLabels(
  trial: Trial,
  { observed, known }: Omit<Seen, 'free'>,
  { signal, location }: { readonly signal: MetricSignal; readonly location: MetricLocation },
): Learned<OwnMetric>[] {
  const name = isThere(observed, location.name) ? location.name : signal.name;
  const family = familyOf(observed, name);
  const labels = family === undefined ? {} : likelyLabels(signal, family);
  if (Object.keys(labels).length === 0) return [];
  const where = filterAs(location.where, labels);
  return [judgedAs(trial, known, signal, { name, ...(where !== undefined && { where }), labels })];
}

const UNRECORDED = 'its values were not recorded, only its name';

function learnMetric(trial: Trial, seen: Seen, signal: MetricSignal): Learned<OwnMetric>[] {
  const ofType = seen.free.filter(({ type }) => type === signal.type);
  const tried = ofType.flatMap((family) => tryName(trial, seen, signal, family));
  const sure = tried.filter(({ isSure }) => isSure);
  const fitting = certainIfAlone(sure, ({ name }) => name);
  if (fitting.length > 0) return fitting;
  const alike = tried.filter(({ own }) => wordsShared(own.name, signal.name) >= LEAST_WORDS);
  const open = alike.filter(({ fails }) => !fails);
  return (open.length > 0 ? open : alike).slice(0, SHOWN);
}

/** For a name that no value shows. */
const LEAST_WORDS = 2;

interface Tried extends Learned<OwnMetric> {
  /** Whether a check fails under this name. */
  readonly fails: boolean;
}

function tryName(trial: Trial, seen: Seen, signal: MetricSignal, family: MetricFamily): Tried[] {
  const { name, series } = family;
  const documented = signal.name;
  if (series.length === 0) return [{ documented, own: { name }, isSure: false, fails: false, evidence: [UNRECORDED] }];
  if (!hasMoved(seen.observed, signal, name)) return [];
  const labels = likelyLabels(signal, family);
  const named = Object.keys(labels).length === 0 ? { name } : { name, labels };
  const [first, ...others] = [named, ...filtersOf(family).map((where) => ({ ...named, where }))].map((own) =>
    judgedAs(trial, seen.known, signal, own),
  );
  return [others.find(({ isSure }) => isSure && first?.isSure === false) ?? first].flatMap((one) => one ?? []);
}

/** What the load must move, and did not move, is another metric. */
function hasMoved(observed: MetricsObserved, { type, movedBy }: MetricSignal, name: string): boolean {
  if (type === 'gauge' || movedBy === 'nothing-certain') return true;
  return totalIncrease(seriesOf(observed, { name }, type === 'histogram' ? '_count' : ''), observed.atMs.length) > 0;
}

/** A release may count each request again under the name of its handler: then only the paths count. */
function filtersOf({ series }: MetricFamily): Record<string, string>[] {
  const isPath = (value: string | undefined): boolean => value?.startsWith('/') === true;
  const labels = new Set(series.flatMap((one) => Object.keys(one.labels)));
  return [...labels].flatMap((label) => {
    const paths = series.filter(({ labels }) => isPath(labels[label])).length;
    return paths > 0 && paths < series.length ? [{ [label]: '/.*' }] : [];
  });
}

function judgedAs(trial: Trial, known: Names, signal: MetricSignal, own: OwnMetric): Tried {
  const metrics = { ...known, [signal.name]: own };
  const prefix = `metrics.${shortName(signal)}.`;
  const judged = judgedBy(trial, 'metrics', { metrics }, (id) => id.startsWith(prefix));
  const failing = judged.filter(({ finding }) => finding.status === 'fail');
  const witnessed = judged.filter(
    ({ check, finding: { status, samples } }) =>
      status === 'pass' && samples > 0 && (check.bounds ?? []).some((bound) => isKnown(bound, signal.type)),
  );
  // What others ask of the server lets a gauge be as high as it likes.
  const isOpen = signal.type === 'gauge' && !trial.exclusive;
  // That a metric counts what clients counted does not show what its labels say.
  const isOfLabels = own.labels === undefined || witnessed.some(({ check }) => (check.bounds ?? []).some(saysLabels));
  const isSure = failing.length === 0 && witnessed.length > 0 && isOfLabels && !isOpen;
  const evidence = isSure
    ? witnessed.slice(0, SHOWN).map(({ finding }) => sentence(finding))
    : failing.length > 0
      ? failing.slice(0, SHOWN).map(({ finding: { id, summary } }) => `${id} fails: ${summary}`)
      : [`nothing that clients know shows what ${own.labels === undefined ? 'it counts' : 'its labels say'}`];
  return { documented: signal.name, own, isSure, fails: failing.length > 0, evidence };
}

/** Whether somebody else knows how many there are, from both sides: a bound on one side would fit any metric that hardly moves. */
function isKnown({ witness, aspect, sides }: Bound, type: MetricSignal['type']): boolean {
  const isCount = aspect === (type === 'histogram' ? 'count' : 'value');
  return isCount && (witness === 'clients' || witness === 'metrics') && sides.length === SIDES.length;
}

function saysLabels({ witness, aspect }: Bound): boolean {
  return aspect === 'labels' && (witness === 'clients' || witness === 'metrics');
}
