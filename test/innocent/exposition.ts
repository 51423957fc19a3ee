/** Small changes of an exposition in Prometheus' text format, as the reference target writes it. */
import type { Exposition } from '../../lib/target/metrics.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;

/** null for a comment or an empty line. */
function sampleOf(line: string): Sample | null {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || line.startsWith('#')) return null;
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}

export function sampleText({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

/** The exposition with other lines. */
export function withLines(right: Exposition, change: (lines: readonly string[]) => readonly string[]): Exposition {
  return { ...right, body: `${change(right.body.trimEnd().split('\n')).join('\n')}\n` };
}

/** The exposition with each sample changed, left out or made several; comments stay. */
export function withSamples(right: Exposition, change: (sample: Sample) => readonly (Sample | string)[]): Exposition {
  return withLines(right, (lines) =>
    lines.flatMap((line) => {
      const sample = sampleOf(line);
      if (sample === null) return [line];
      return change(sample).map((changed) => (typeof changed === 'string' ? changed : sampleText(changed)));
    }),
  );
}

/** Samples changed by the number of the scrape, from 1. One for each run, because it counts. */
export function scrapeByScrape(change: (sample: Sample, scrape: number) => Sample): (right: Exposition) => Exposition {
  let scrape = 0;
  return (right) => {
    scrape += 1;
    return withSamples(right, (sample) => [change(sample, scrape)]);
  };
}

/** With more lines at its end. */
export function withMore(right: Exposition, lines: readonly string[]): Exposition {
  return withLines(right, (before) => [...before, ...lines]);
}

/** What others add to counters and histograms, by the sample's name and labels. */
export interface Added {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How many; for a histogram, how many times `eachSec`. */
  readonly count: number;
  readonly eachSec?: number;
}

/** The exposition with this counted on top. A sample that does not exist yet is not made: give one that does. */
export function adding(right: Exposition, all: readonly Added[]): Exposition {
  return withSamples(right, (sample) => [{ ...sample, value: sample.value + sumFor(sample, all) }]);
}

function sumFor({ name, labels }: Sample, all: readonly Added[]): number {
  return all.reduce((sum, added) => {
    const suffix = name.slice(added.name.length);
    const isIts = Object.entries(added.labels ?? {}).every(([key, text]) => labels[key] === text);
    if (!name.startsWith(added.name) || !isIts) return sum;
    const { count, eachSec = 0 } = added;
    if (suffix === '' || suffix === '_count') return sum + count;
    if (suffix === '_sum') return sum + count * eachSec;
    if (suffix === '_bucket')
      return sum + (eachSec <= Number((labels['le'] ?? '').replace('+Inf', 'Infinity')) ? count : 0);
    return sum;
  }, 0);
}

/** One row more of requests, in its family. */
export function withRequestRow(right: Exposition, labels: Sample['labels'], value: number): Exposition {
  const row = sampleText({ name: 'aragora_requests_total', labels, value });
  const head = '# TYPE aragora_requests_total counter';
  return withLines(right, (lines) => lines.flatMap((line) => (line === head ? [line, row] : [line])));
}
