/** The generators that made a load: each is an engine with its segment of the arrivals, its clock, its CPU and memory, and its lateness. */
import type { Segment } from './segment.ts';

/** How late arrivals started after their due time, µs. */
export interface StartLateness {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadGenerator {
  /** Names it if there are several; no two generators of a load have the same. */
  readonly id: string;
  readonly segment: Segment;
  readonly engine: { readonly path: string; readonly version: string; readonly source: 'hdr' | 'json' };
  /** How far its clock is ahead of this machine's, ms; null: it has this machine's own clock. */
  readonly clockOffsetMs: number | null;
  /** CPU of the engine over the run as a share (0–1) of all cores of its machine; null when it could not be read. */
  readonly cpuShare: number | null;
  /** Largest resident set of the engine; null when it could not be read. */
  readonly peakRssBytes: number | null;
  /** null without samples. */
  readonly startLatenessUs: StartLateness | null;
}

type Generators = readonly LoadGenerator[];

/** The id of the only generator of a load. */
export const ONLY_GENERATOR = '1';

/** The largest share; null when one of them is not known. */
export function mostCpuShare(generators: Generators): number | null {
  const shares = generators.flatMap(({ cpuShare }) => cpuShare ?? []);
  return shares.length === 0 || shares.length < generators.length ? null : Math.max(...shares);
}

/** The largest of each figure, over all generators that measured it; null when none did. */
export function mostLateness(generators: Generators): StartLateness | null {
  const measured = generators.flatMap(({ startLatenessUs }) => startLatenessUs ?? []);
  if (measured.length === 0) return null;
  const most = (figure: keyof StartLateness): number => Math.max(...measured.map((lateness) => lateness[figure]));
  return { p50: most('p50'), p99: most('p99'), max: most('max') };
}

/** Which of several it is, for a person: `generator 2`; `it` if there is no other. */
export function generatorName(generators: Generators, { id }: LoadGenerator): string {
  return generators.length > 1 ? `generator ${id}` : 'it';
}
