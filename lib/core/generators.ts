/** The generators that made a load: each is an engine with its segment of the arrivals, its clock, its CPU and memory, and its lateness. */
import { mostOf } from './extent.ts';
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
  /** Unix second in which its first arrival started; null without one. Absent in loads that only one generator made. */
  readonly firstArrivalSec?: number | null;
  /** Largest resident set of the engine; null when it could not be read. */
  readonly peakRssBytes: number | null;
  /** null without samples. */
  readonly startLatenessUs: StartLateness | null;
}

type Generators = readonly LoadGenerator[];

/** The id of the only generator of a load. */
export const ONLY_GENERATOR = '1';

/** The ids of several are their numbers. */
export function generatorId({ index }: Segment): string {
  return String(index + 1);
}

/** Those that share the cores of this machine. */
export function generatorsHere(generators: Generators): LoadGenerator[] {
  return generators.filter(({ clockOffsetMs }) => clockOffsetMs === null);
}

/** The share of all cores that the generators of one machine use together, where it is largest; null when one of them is not known. */
export function mostCpuShare(generators: Generators): number | null {
  const shares = generators.flatMap(({ cpuShare }) => cpuShare ?? []);
  if (shares.length === 0 || shares.length < generators.length) return null;
  const here = generatorsHere(generators).reduce((sum, { cpuShare }) => sum + (cpuShare ?? 0), 0);
  return Math.max(here, ...shares);
}

/** The largest of each figure, over all generators that measured it; null when none did. */
export function mostLateness(generators: Generators): StartLateness | null {
  const measured = generators.flatMap(({ startLatenessUs }) => startLatenessUs ?? []);
  if (measured.length === 0) return null;
  const most = (figure: keyof StartLateness): number => mostOf(measured.map((lateness) => lateness[figure]));
  return { p50: most('p50'), p99: most('p99'), max: most('max') };
}

/** Which of several it is, for a person: `generator 2`; `it` if there is no other. */
export function generatorName(generators: Generators, { id }: LoadGenerator): string {
  return generators.length > 1 ? `generator ${id}` : 'it';
}
