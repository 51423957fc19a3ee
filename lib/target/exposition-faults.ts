/**
 * Owns how an exposition is made to lie on its way out: names, types, labels, buckets, values, lines.
 * Refuses to know what the metrics count, and which faults are named what.
 */
import type { Exposition } from './metrics.ts';
import { type ExpositionFault, only, type TelemetryFault, type ValueChange } from './telemetry-behaviour.ts';

interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: string;
}

/** A line of the exposition: a sample, or text as it is. */
type Line = Sample | string;
type Edit = (lines: readonly Line[]) => readonly Line[];

/** Changes one exposition after the other as the faults say; undefined when none of them is about expositions. */
export function expositionEditor(faults: readonly TelemetryFault[]): ((right: Exposition) => Exposition) | undefined {
  const edits = faults.flatMap((fault) => editOf(fault) ?? []);
  const [instead] = only(faults, 'exposition-instead');
  const [contentType] = only(faults, 'content-type');
  if (edits.length === 0 && instead === undefined && contentType === undefined) return undefined;
  return (right) => {
    if (instead !== undefined) return instead;
    const lines = edits.reduce<readonly Line[]>((all, edit) => edit(all), right.body.trimEnd().split('\n').map(lineOf));
    return { ...right, ...contentType, body: `${lines.map(textOf).join('\n')}\n` };
  };
}

function lineOf(text: string): Line {
  const [, name, inner = '', value] = /^([a-zA-Z_]\w*)(?:\{(.*)\})? (\S+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return text;
  const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', is = '']) => [label, is] as const,
  );
  return { name, labels, value };
}

function textOf(line: Line): string {
  if (typeof line === 'string') return line;
  const inner = line.labels.map(([name, value]) => `${name}="${value}"`).join(',');
  return `${line.name}${inner === '' ? '' : `{${inner}}`} ${line.value}`;
}

/** The metric that a line is about, '' for none. */
function familyOf(line: Line): string {
  if (typeof line === 'string') return /^# (?:HELP|TYPE) (\w+)/.exec(line)?.[1] ?? '';
  return line.name.replace(/_(bucket|sum|count)$/, '');
}

/** Changes the samples of a metric; [] leaves one out. */
function onSamples(metric: string, change: (sample: Sample, suffix: string) => Line | readonly Line[]): Edit {
  return (lines) =>
    lines.flatMap((line) =>
      typeof line === 'string' || familyOf(line) !== metric ? [line] : change(line, line.name.slice(metric.length)),
    );
}

function onBucket(metric: string, le: string, change: (sample: Sample) => Line | readonly Line[]): Edit {
  return onSamples(metric, (sample) => (leOf(sample) === le ? change(sample) : sample));
}

function leOf({ labels }: Sample): string | undefined {
  return labels.find(([name]) => name === 'le')?.[1];
}

function relabelled(
  sample: Sample,
  label: string,
  change: (value: string) => readonly [string, string] | null,
): Sample {
  const labels = sample.labels.flatMap((pair) => {
    const changed = pair[0] === label ? change(pair[1]) : pair;
    return changed === null ? [] : [changed];
  });
  return { ...sample, labels };
}

function editOf(fault: TelemetryFault): Edit | undefined {
  return structureEditOf(fault) ?? valueEditOf(fault) ?? lineEditOf(fault);
}

/** Names, types, labels, bounds. */
function structureEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'metric-missing':
      return (lines) => lines.filter((line) => familyOf(line) !== fault.metric);
    case 'metric-renamed':
      return (lines) =>
        lines.map((line) =>
          familyOf(line) === fault.metric ? lineOf(textOf(line).replace(fault.metric, fault.to)) : line,
        );
    case 'metric-type':
      return typed(fault);
    case 'label-renamed':
      return onSamples(fault.metric, (sample) =>
        relabelled(sample, fault.label, (value) => (fault.to === null ? null : [fault.to, value])),
      );
    case 'bound-changed':
      return onBucket(fault.metric, fault.le, (sample) =>
        fault.to === null ? [] : relabelled(sample, 'le', () => ['le', fault.to ?? '']),
      );
    case 'sample-missing':
      return onSamples(fault.metric, (sample, suffix) => (suffix === fault.suffix ? [] : sample));
    default:
      return undefined;
  }
}

function typed({ metric, type }: Extract<ExpositionFault, { kind: 'metric-type' }>): Edit {
  const begin = `# TYPE ${metric} `;
  return (lines) =>
    lines.flatMap((line) => {
      if (typeof line !== 'string' || !line.startsWith(begin)) return [line];
      return type === null ? [] : [begin + type];
    });
}

function valueEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'buckets-shifted':
      return shifted(fault.metric);
    case 'buckets-capped':
      return capped(fault.metric, Number(fault.le));
    case 'bucket-fixed':
      return onBucket(fault.metric, fault.le, (sample) => ({ ...sample, value: String(fault.value) }));
    case 'value-changed': {
      const change = changer(fault.by);
      return onSamples(fault.metric, (sample, suffix) =>
        fault.suffix === undefined || fault.suffix === suffix ? change(sample) : sample,
      );
    }
    case 'counts-restart':
      return restarting();
    default:
      return undefined;
  }
}

function shifted(metric: string): Edit {
  return (lines) => {
    let below = '0';
    return onSamples(metric, (sample, suffix) => {
      if (suffix !== '_bucket') return sample;
      const isLast = leOf(sample) === '+Inf';
      const value = isLast ? sample.value : below;
      below = isLast ? '0' : sample.value;
      return { ...sample, value };
    })(lines);
  };
}

/** Of each label set the bounds come before the count that they are filled up to. */
function capped(metric: string, limit: number): Edit {
  return (lines) => {
    const keyOf = ({ labels }: Sample) => JSON.stringify(labels.filter(([name]) => name !== 'le'));
    const samples = lines.filter((line) => typeof line !== 'string');
    const counts = new Map(
      samples.filter(({ name }) => name === `${metric}_count`).map((one) => [keyOf(one), one.value]),
    );
    return onSamples(metric, (sample, suffix) =>
      suffix === '_bucket' && Number(leOf(sample)) >= limit
        ? { ...sample, value: counts.get(keyOf(sample)) ?? sample.value }
        : sample,
    )(lines);
  };
}

/** How many scrapes find a series moved before it begins anew. */
const SCRAPES_BEFORE_RESET = 3;

/** What is remembered of a series from scrape to scrape. */
interface Past {
  readonly first: number;
  highest: number;
  /** Scrapes that found it above `first`. */
  moved: number;
  /** What it stood at when it began anew; 0 before. */
  base: number;
}

/** One series' values on their way out, each scrape one call. */
function changer(by: ValueChange): (sample: Sample) => Sample {
  const pasts = new Map<string, Past>();
  return (sample) => {
    const value = Number(sample.value);
    const key = textOf({ ...sample, value: '' });
    const past = pasts.get(key) ?? { first: value, highest: value, moved: 0, base: 0 };
    pasts.set(key, past);
    past.highest = Math.max(past.highest, value);
    if (value > past.first) past.moved += 1;
    return { ...sample, value: changed(by, value, past) };
  };
}

function changed(by: ValueChange, value: number, past: Past): string {
  switch (by) {
    case 'frozen':
      return String(past.first);
    case 'highest':
      return String(past.highest);
    case 'resets':
      if (past.moved === SCRAPES_BEFORE_RESET && past.base === 0) past.base = value;
      return String(value - past.base);
    case 'falls-by-one':
      return String(past.moved === SCRAPES_BEFORE_RESET ? past.first - 1 : value);
    default:
      if ('always' in by) return by.always;
      return String('times' in by ? value * by.times : value + by.plus);
  }
}

/** From the third scrape after the load began everything that counts begins anew. */
function restarting(): Edit {
  let [first, moved] = ['', 0];
  let bases: ReadonlyMap<string, number> | undefined;
  return (lines) => {
    const counting = new Set(
      lines.flatMap((line) => (/^# TYPE .* (counter|histogram)$/.test(String(line)) ? familyOf(line) : [])),
    );
    const samples = lines.filter((line) => typeof line !== 'string').filter((line) => counting.has(familyOf(line)));
    const text = samples.map(textOf).join('\n');
    if (first === '') first = text;
    if (text !== first) moved += 1;
    const keyOf = (sample: Sample) => textOf({ ...sample, value: '' });
    if (moved === SCRAPES_BEFORE_RESET) bases ??= new Map(samples.map((one) => [keyOf(one), Number(one.value)]));
    return lines.map((line) => {
      if (typeof line === 'string' || !counting.has(familyOf(line))) return line;
      return { ...line, value: String(Number(line.value) - (bases?.get(keyOf(line)) ?? 0)) };
    });
  };
}

/** Whole lines. */
function lineEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'sample-repeated':
      return repeated(fault);
    case 'family-torn':
      return torn(fault.metric);
    case 'line-added':
      return (lines) => [...lines, fault.line];
    case 'series-unbounded': {
      const { metric, label, count } = fault;
      const series = Array.from({ length: count }, (_, index) => `${metric}{${label}="${index}"} 1`);
      return (lines) => [...lines, `# TYPE ${metric} gauge`, ...series];
    }
    default:
      return undefined;
  }
}

function repeated({ metric, at }: Extract<ExpositionFault, { kind: 'sample-repeated' }>): Edit {
  if (at === 'place') return onSamples(metric, (sample) => [sample, sample]);
  return (lines) => [...lines, ...lines.filter((line) => typeof line !== 'string' && familyOf(line) === metric)];
}

function torn(metric: string): Edit {
  return (lines) => {
    const last = lines.findLastIndex((line) => typeof line !== 'string' && familyOf(line) === metric);
    return last === -1 ? lines : [...lines.filter((_, index) => index !== last), ...lines.slice(last, last + 1)];
  };
}
