/** The expositions of a tape as samples that operators change: their rows of values, their lines, their labels. */
import { type Line, lineOf, type Sample, textOf } from '../../lib/systems/metrics/faults/lines.ts';
import { type Uniform, uniform } from '../../lib/target/random.ts';
import type { Tape } from '../proofs/tape.ts';
import type { Row } from './numbers.ts';

/** The lines of each exposition. */
export type Sheets = readonly (readonly Line[])[];
export type Select = (sample: Sample) => boolean;

const known = new WeakMap<Tape, Sheets>();

export function sheetsOf(tape: Tape): Sheets {
  const sheets = known.get(tape) ?? tape.expositions.map(({ body }) => body.trimEnd().split('\n').map(lineOf));
  known.set(tape, sheets);
  return sheets;
}

export function withSheets(tape: Tape, sheets: Sheets): Tape {
  const expositions = tape.expositions.map((exposition, at) => ({
    ...exposition,
    body: `${(sheets[at] ?? []).map(textOf).join('\n')}\n`,
  }));
  return { ...tape, expositions };
}

/** Changes each sample that is selected in the expositions that `isIn` picks; [] leaves it out. `index` counts its metric's samples. */
export function onSamples(
  tape: Tape,
  { select, isIn }: { readonly select: Select; readonly isIn: (scrape: number) => boolean },
  change: (sample: Sample, index: number) => readonly Sample[],
): Tape {
  const sheets = sheetsOf(tape).map((lines, scrape) => {
    if (!isIn(scrape)) return lines;
    let index = 0;
    return lines.flatMap((line): readonly Line[] =>
      typeof line !== 'string' && select(line) ? change(line, index++) : [line],
    );
  });
  return withSheets(tape, sheets);
}

function keyOf({ name, labels }: Sample): string {
  return textOf({ name, labels, value: '' });
}

/** The rows that are selected, by series. A series that begins late begins its row there, and is 0 before. */
function rowsOf(sheets: Sheets, select: Select): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  sheets.forEach((lines, scrape) => {
    for (const line of lines) {
      if (typeof line === 'string' || !select(line)) continue;
      const key = keyOf(line);
      const row = rows.get(key) ?? sheets.map(() => 0);
      rows.set(key, row);
      row.fill(Number(line.value), scrape);
    }
  });
  return rows;
}

/** Changes the values of the series that are selected, each over all scrapes. */
export function onRows(
  tape: Tape,
  { select, seed }: { readonly select: Select; readonly seed: string },
  change: (row: Row) => readonly number[],
): Tape {
  const sheets = sheetsOf(tape);
  const rows = rowsOf(sheets, select);
  const random: Uniform = uniform(1, seed);
  const keys = [...rows.keys()];
  const changed = new Map(
    keys.map((key) => {
      const values = rows.get(key) ?? [];
      return [key, change({ values, neighbour: rows.get(neighbourOf(key, keys)) ?? values, random })];
    }),
  );
  const values = sheets.map((lines, scrape) =>
    lines.map((line) => {
      if (typeof line === 'string' || !select(line)) return line;
      return { ...line, value: valueText(changed.get(keyOf(line))?.[scrape] ?? Number(line.value)) };
    }),
  );
  return withSheets(tape, values);
}

/** The next series of the same sample name and, for buckets, of the same bound: another label has another value there. */
function neighbourOf(key: string, keys: readonly string[]): string {
  const isAlike = (other: string) => shapeOf(other) === shapeOf(key);
  const alike = keys.filter(isAlike);
  const others = alike.length > 1 ? alike : keys.filter((other) => nameOf(other) === nameOf(key));
  return others[(others.indexOf(key) + 1) % others.length] ?? key;
}

function nameOf(key: string): string {
  return key.replace(/[{ ].*$/s, '');
}

function shapeOf(key: string): string {
  return `${nameOf(key)} ${/le="[^"]*"/.exec(key)?.[0] ?? ''}`;
}

function valueText(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(value);
}

/** Series that have become the same are one, and count together. */
export function merged(lines: readonly Line[]): readonly Line[] {
  const sums = new Map<string, number>();
  for (const line of lines)
    if (typeof line !== 'string') sums.set(keyOf(line), (sums.get(keyOf(line)) ?? 0) + Number(line.value));
  return lines.flatMap((line): readonly Line[] => {
    if (typeof line === 'string') return [line];
    const sum = sums.get(keyOf(line));
    sums.delete(keyOf(line));
    return sum === undefined ? [] : [{ ...line, value: valueText(sum) }];
  });
}
