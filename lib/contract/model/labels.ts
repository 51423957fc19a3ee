/** Which of a metric's labels may be the documented ones that it lacks: by the form of their values, or because only one is left. */
import type { MetricFamily } from '../../systems/metrics/observation.ts';
import type { MetricSignal } from '../../systems/metrics/signals.ts';

export type Labels = Readonly<Record<string, string>>;

/** What values of a request's labels look like. Any other label can be shown by nothing that clients know. */
const FORMS: Readonly<Record<string, RegExp>> = {
  method: /^[A-Z]{3,7}$/,
  endpoint: /^\//,
  status: /^[1-5]\d\d$/,
};

/** Labels that a histogram has for itself. */
const OF_BUCKETS = 'le';

/** Documented label → the release's own; {} where nothing is missing, or where several labels may be the one that is. */
export function likelyLabels({ labels, movedBy }: MetricSignal, { series }: Pick<MetricFamily, 'series'>): Labels {
  const documented = [...new Set(labels.flatMap(({ names }) => names))];
  const there = [...new Set(series.flatMap((one) => Object.keys(one.labels)))];
  const missing = documented.filter((label) => !there.includes(label));
  let free = there.filter((label) => !documented.includes(label) && label !== OF_BUCKETS);
  const found: Record<string, string> = {};
  const isOfForm = (label: string, form: RegExp): boolean => series.some((one) => form.test(one.labels[label] ?? ''));
  for (const label of missing) {
    const form = movedBy === 'requests' ? FORMS[label] : undefined;
    const fitting = form === undefined ? [] : free.filter((one) => isOfForm(one, form));
    const [only] = fitting;
    if (only === undefined || fitting.length > 1) continue;
    found[label] = only;
    free = free.filter((one) => one !== only);
  }
  const [lone, ...more] = missing.filter((label) => found[label] === undefined);
  const [left, ...others] = free;
  if (lone !== undefined && left !== undefined && more.length + others.length === 0) found[lone] = left;
  return found;
}

/** A filter under a label's documented name, as the release calls that label. */
export function filterAs(where: Labels | undefined, labels: Labels): Labels | undefined {
  if (where === undefined) return undefined;
  return Object.fromEntries(Object.entries(where).map(([label, pattern]) => [labels[label] ?? label, pattern]));
}
