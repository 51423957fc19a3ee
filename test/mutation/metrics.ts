/** The mutants of metrics: every operator on every documented metric, and on each part of a histogram alone and together. */
import { familyOf, type Line, lineOf, relabelled, type Sample } from '../../lib/systems/metrics/faults/lines.ts';
import { DOCUMENTED_METRICS } from '../../lib/systems/metrics/promises.ts';
import type { MetricSignal } from '../../lib/systems/metrics/signals.ts';
import type { Tape } from '../proofs/tape.ts';
import { ALL, type Aspect, isIn, type Mutant, mutantOf, WINDOWS, type Window } from './mutant.ts';
import { heldBackIncrements, NUMBER_OPERATORS, onIncrements } from './numbers.ts';
import { merged, onRows, onSamples, type Select, sheetsOf, withSheets } from './series.ts';
import { TEXT_OPERATORS } from './texts.ts';

/** A metric, or a part of it. */
interface Part {
  readonly metric: MetricSignal;
  readonly signal: string;
  readonly select: Select;
}

interface Scope {
  readonly name: string;
  readonly select: Select;
  readonly window?: Window;
}

export function metricMutants(tape: Tape): Mutant[] {
  return DOCUMENTED_METRICS.metrics.flatMap((metric) => [
    ...partsOf(metric).flatMap((part) =>
      scopesOf(tape, part).flatMap((scope) => [...numberMutants(part, scope), ...setMutants(part, scope)]),
    ),
    ...labelMutants(tape, metric),
    ...declarationMutants(metric),
  ]);
}

/** A histogram's buckets, sum and count, each alone; what it counts; all of it. */
function partsOf(metric: MetricSignal): Part[] {
  const { name, type } = metric;
  const part = (signal: string, ...suffixes: readonly string[]): Part => {
    const names = suffixes.map((suffix) => name + suffix);
    return { metric, signal, select: (sample) => names.includes(sample.name) };
  };
  if (type !== 'histogram') return [part(name, '')];
  return [
    ...['_bucket', '_sum', '_count'].map((suffix) => part(name + suffix, suffix)),
    part(`${name} counts`, '_bucket', '_count'),
    part(name, '_bucket', '_sum', '_count'),
  ];
}

/** All of it, windows of time, and the values of each label that has several. A bound is no label: the rows of a bucket have one each. */
function scopesOf(tape: Tape, { metric, select }: Part): Scope[] {
  const labels = labelsOf(tape, metric.name).filter(({ values }) => values.length > 1);
  return [
    { name: ALL, select },
    ...WINDOWS.map((window) => ({ name: window.name, select, window })),
    ...labels.flatMap(({ label, values }) =>
      values.map((value) => ({
        name: `${label}=${value}`,
        select: (sample: Sample) =>
          select(sample) && sample.labels.some(([name, is]) => name === label && is === value),
      })),
    ),
  ];
}

function labelsOf(tape: Tape, metric: string): { readonly label: string; readonly values: readonly string[] }[] {
  const found = new Map<string, Set<string>>();
  for (const line of sheetsOf(tape).at(-1) ?? []) {
    if (typeof line === 'string' || !isOf(metric, line)) continue;
    for (const [label, value] of line.labels) found.set(label, (found.get(label) ?? new Set()).add(value));
  }
  found.delete('le');
  return [...found].map(([label, values]) => ({ label, values: [...values].sort() }));
}

function isOf(metric: string, { name }: Sample): boolean {
  return name === metric || (name.startsWith(metric) && /^_(bucket|sum|count)$/.test(name.slice(metric.length)));
}

function shortNameOf({ name }: MetricSignal): string {
  return name.replace(/^aragora_/, '');
}

/** Counters and histograms change by what they add in a window; gauges by what they show there. */
function numberMutants({ metric, signal }: Part, { name: scope, select, window }: Scope): Mutant[] {
  const isCumulative = metric.type !== 'gauge';
  return Object.entries(NUMBER_OPERATORS).map(([operator, change]) => {
    const base = {
      system: 'metrics',
      operator,
      signal,
      family: shortNameOf(metric),
      aspect: aspectOf(operator),
      scope,
    } as const;
    const apply = (tape: Tape): Tape => {
      const within = (at: number) => window === undefined || isScrapeIn(tape, at, window);
      // What is shown late is not lost.
      const byIncrement = isCumulative && operator !== 'lag' && (window !== undefined || operator === 'noise');
      const onAdded = onIncrements(operator === 'held-back' ? heldBackIncrements : change, within);
      return onRows(tape, { select, seed: `${signal} ${operator} ${scope}` }, (row) => {
        if (byIncrement) return onAdded(row);
        const changed = change(row);
        return row.values.map((value, at) => (within(at) ? (changed[at] ?? value) : value));
      });
    };
    return mutantOf({ ...base, apply });
  });
}

function aspectOf(operator: string): Aspect {
  if (operator === 'swap') return 'labels';
  return operator === 'lag' || operator === 'held-back' ? 'time' : 'value';
}

function isScrapeIn(tape: Tape, scrape: number, window: Window): boolean {
  return isIn(window, tape.expositions[scrape]?.atMs ?? 0, tape.measured.load);
}

type SampleChange = (sample: Sample, index: number) => readonly Sample[];

const SET_OPERATORS: Readonly<Record<string, { readonly aspect: Aspect; readonly change: SampleChange }>> = {
  'lose-all': { aspect: 'exists', change: () => [] },
  'lose-half': { aspect: 'exists', change: (sample, index) => (index % 2 === 0 ? [] : [sample]) },
  'lose-one-in-ten': { aspect: 'exists', change: (sample, index) => (index % 10 === 0 ? [] : [sample]) },
  repeat: { aspect: 'count', change: (sample) => [sample, sample] },
};

function setMutants({ metric, signal }: Part, { name: scope, select, window }: Scope): Mutant[] {
  const base = { system: 'metrics', signal, family: shortNameOf(metric), scope } as const;
  const isWithin = (tape: Tape) => (at: number) => window === undefined || isScrapeIn(tape, at, window);
  const changed = Object.entries(SET_OPERATORS).map(([operator, { aspect, change }]) =>
    mutantOf({
      ...base,
      operator,
      aspect,
      apply: (tape) => onSamples(tape, { select, isIn: isWithin(tape) }, change),
    }),
  );
  const moved = { reorder: reordered, 'hold-back-to-the-end': atTheEnd };
  return [
    ...changed,
    ...Object.entries(moved).map(([operator, move]) =>
      mutantOf({
        ...base,
        operator,
        aspect: 'relation',
        apply: (tape) =>
          withSheets(
            tape,
            sheetsOf(tape).map((lines, at) => (isWithin(tape)(at) ? move(lines, select) : lines)),
          ),
      }),
    ),
    mutantOf({
      ...base,
      operator: 'lose-every-second-scrape',
      aspect: 'exists',
      apply: (tape) => onSamples(tape, { select, isIn: (at) => at % 2 === 1 && isWithin(tape)(at) }, () => []),
    }),
  ];
}

function isSelected(line: Line, select: Select): line is Sample {
  return typeof line !== 'string' && select(line);
}

/** The last first, in the same places. */
function reordered(lines: readonly Line[], select: Select): readonly Line[] {
  const turned = lines.filter((line) => isSelected(line, select)).reverse();
  return lines.map((line) => (isSelected(line, select) ? (turned.shift() ?? line) : line));
}

/** Where all of a metric moves, the lines that declare it move too: the format wants the lines of a metric together. */
function atTheEnd(lines: readonly Line[], select: Select): readonly Line[] {
  const staying = new Set(lines.filter((line) => typeof line !== 'string' && !select(line)).map(familyOf));
  const moving = new Set(lines.filter((line) => isSelected(line, select)).map(familyOf));
  const isMoved = (line: Line) =>
    typeof line === 'string' ? moving.has(familyOf(line)) && !staying.has(familyOf(line)) : select(line);
  return [...lines.filter((line) => !isMoved(line)), ...lines.filter(isMoved)];
}

function labelMutants(tape: Tape, metric: MetricSignal): Mutant[] {
  const family = shortNameOf(metric);
  return labelsOf(tape, metric.name).flatMap(({ label, values }) =>
    [ALL, ...(values.length > 1 ? values : [])].flatMap((only) =>
      Object.entries(TEXT_OPERATORS).map(([operator, change]) => {
        const scope = only === ALL ? ALL : `${label}=${only}`;
        const relabel = (line: Line): Line => {
          if (!isSelected(line, (sample) => isOf(metric.name, sample))) return line;
          return relabelled(line, label, (value) => {
            const text = only === ALL || value === only ? change(value, values) : value;
            return text === undefined ? null : [label, text];
          });
        };
        const apply = (before: Tape) =>
          withSheets(
            before,
            sheetsOf(before).map((lines) => merged(lines.map(relabel))),
          );
        return mutantOf({
          system: 'metrics',
          operator,
          signal: `${metric.name} ${label}`,
          family,
          aspect: 'labels',
          scope,
          apply,
        });
      }),
    ),
  );
}

/** The lines that say what a metric is. */
function declarationMutants(metric: MetricSignal): Mutant[] {
  const words = { TYPE: metric.type === 'gauge' ? 'counter' : 'gauge', HELP: 'Another metric' };
  return Object.entries(words).flatMap(([keyword, other]) => {
    const begin = `# ${keyword} ${metric.name} `;
    const changes = { lost: undefined, 'neighbours-text': begin + other, empty: begin, 'upper-case': null } as const;
    return Object.entries(changes).map(([operator, text]) =>
      mutantOf({
        system: 'metrics',
        operator,
        signal: `${metric.name} ${keyword}`,
        family: shortNameOf(metric),
        aspect: 'content',
        scope: ALL,
        apply: (tape) =>
          withSheets(
            tape,
            sheetsOf(tape).map((lines) =>
              lines.flatMap((line) => {
                if (typeof line !== 'string' || !line.startsWith(begin)) return [line];
                return text === undefined ? [] : [lineOf(text ?? begin + line.slice(begin.length).toUpperCase())];
              }),
            ),
          ),
      }),
    );
  });
}
