/** The metric that a name that does not exist most likely means: one whose words are the same, in any order. */
import { nearest, nearestFew } from '../core/nearest.ts';
import { type Catalogue, HISTOGRAM_PARTS } from './catalogue.ts';

/** They say nothing of what a metric is about. */
const UNITS = new Set(['total', 'seconds', 'bytes', 'bucket', 'sum', 'count', 'ms', 'ratio']);
const LEAST_LIKENESS = 0.5;

export function nearestMetric({ metrics, renames }: Catalogue, name: string): string | undefined {
  const renamed = renamedTo(renames, name);
  if (renamed !== undefined && metrics.has(renamed)) return renamed;
  const [best] = [...metrics.keys()]
    .map((other) => ({ other, likeness: likeness(name, other) }))
    .filter((one) => one.likeness >= LEAST_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness || closer(name, a.other, b.other));
  return best?.other ?? nearest(name, [...metrics.keys()]);
}

function closer(name: string, a: string, b: string): number {
  const end = partOf(name);
  const [fits, otherFits] = [partOf(a) === end, partOf(b) === end];
  if (fits !== otherFits) return fits ? -1 : 1;
  return nearestFew(name, [a, b])[0] === a ? -1 : 1;
}

function renamedTo(renames: ReadonlyMap<string, string>, name: string): string | undefined {
  const part = partOf(name);
  const family = renames.get(part === '' ? name : name.slice(0, -part.length));
  return family === undefined ? renames.get(name) : family + part;
}

function partOf(name: string): string {
  return HISTOGRAM_PARTS.find((part) => name.endsWith(part)) ?? '';
}

/** From 0 to 1: the share of common words, without the first, which is the program's name. */
function likeness(a: string, b: string): number {
  const [[program, ...own], [otherProgram, ...other]] = [wordsOf(a), wordsOf(b)];
  if (program !== otherProgram) return 0;
  const common = own.filter((word) => other.includes(word)).length;
  return own.length + other.length === 0 ? 0 : (2 * common) / (own.length + other.length);
}

function wordsOf(name: string): string[] {
  const [program = '', ...words] = name.toLowerCase().split(/[_:]/);
  return [program, ...words.filter((word) => word !== '' && !UNITS.has(word)).map((word) => word.replace(/s$/, ''))];
}
