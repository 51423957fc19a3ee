/** The words that all benchmarks share. */
import type { Engine } from '../lib/engine/ensure.ts';

export interface BenchContext {
  readonly engine: Engine;
  /** For temporary files; removed afterwards. */
  readonly dir: string;
  /** Fewer and shorter measurements: shows that a benchmark runs, and gives no reliable figures. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

/** What a benchmark found. Cells are Markdown. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table, one in each paragraph. */
  readonly notes: readonly string[];
}

export type Bench = (context: BenchContext) => Promise<readonly Table[]>;

/** Throws for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('there is no median of nothing');
  return (low + high) / 2;
}

/** `median [least – largest]`. */
export function spread(values: readonly number[], digits: number): string {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  return `${fixed(median(values), digits)} [${fixed(least, digits)} – ${fixed(largest, digits)}]`;
}

export function fixed(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function mebibytes(bytes: number): string {
  return `${fixed(bytes / 2 ** 20, 0)} MiB`;
}
