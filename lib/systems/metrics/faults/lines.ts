/** An exposition's lines as something that can be changed. */

export interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: string;
}

/** A line of the exposition: a sample, or text as it is. */
export type Line = Sample | string;
export type Edit = (lines: readonly Line[]) => readonly Line[];

export function lineOf(text: string): Line {
  const [, name, inner = '', value] = /^([a-zA-Z_]\w*)(?:\{(.*)\})? (\S+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return text;
  const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', is = '']) => [label, is] as const,
  );
  return { name, labels, value };
}

export function textOf(line: Line): string {
  if (typeof line === 'string') return line;
  const inner = line.labels.map(([name, value]) => `${name}="${value}"`).join(',');
  return `${line.name}${inner === '' ? '' : `{${inner}}`} ${line.value}`;
}

/** The metric that a line is about; '' for none. */
export function familyOf(line: Line): string {
  if (typeof line === 'string') return /^# (?:HELP|TYPE) (\w+)/.exec(line)?.[1] ?? '';
  return line.name.replace(/_(bucket|sum|count)$/, '');
}

/** Changes the samples of a metric; [] leaves one out. */
export function onSamples(metric: string, change: (sample: Sample, suffix: string) => Line | readonly Line[]): Edit {
  return (lines) =>
    lines.flatMap((line) =>
      typeof line === 'string' || familyOf(line) !== metric ? [line] : change(line, line.name.slice(metric.length)),
    );
}

export function onBucket(metric: string, le: string, change: (sample: Sample) => Line | readonly Line[]): Edit {
  return onSamples(metric, (sample) => (leOf(sample) === le ? change(sample) : sample));
}

export function leOf({ labels }: Sample): string | undefined {
  return labels.find(([name]) => name === 'le')?.[1];
}

export function relabelled(
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

/** Series of a metric that nothing sets apart any more are one, as a client library counts them. */
export function addedUp(lines: readonly Line[], metric: string): readonly Line[] {
  const seriesOf = (line: Sample) => textOf({ ...line, value: '' });
  const own = lines.filter((line): line is Sample => typeof line !== 'string' && familyOf(line) === metric);
  const sums = new Map<string, number>();
  for (const line of own) sums.set(seriesOf(line), (sums.get(seriesOf(line)) ?? 0) + Number(line.value));
  return lines.flatMap((line) => {
    if (typeof line === 'string' || familyOf(line) !== metric) return [line];
    const sum = sums.get(seriesOf(line));
    sums.delete(seriesOf(line));
    return sum === undefined ? [] : [{ ...line, value: String(sum) }];
  });
}
