/** The types of families: how TYPE lines call them, and how the names of their samples may end. */
import type { Dialect } from './line-reader.ts';

export const FAMILY_TYPES = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'info',
  'stateset',
  'gaugehistogram',
] as const;
export type FamilyType = (typeof FAMILY_TYPES)[number];

/** As declared so far. */
export interface Family {
  readonly name: string;
  /** null when no TYPE line declares it. */
  type: FamilyType | null;
  help: string | null;
  unit: string | null;
}

/** The words of TYPE lines, by format. OpenMetrics' type `unknown` is `untyped`. */
export const DECLARED_TYPES: Readonly<Record<Dialect, Readonly<Record<string, FamilyType>>>> = {
  prometheus: {
    counter: 'counter',
    gauge: 'gauge',
    summary: 'summary',
    untyped: 'untyped',
    histogram: 'histogram',
    gauge_histogram: 'gaugehistogram',
    gaugehistogram: 'gaugehistogram',
  },
  openmetrics: {
    counter: 'counter',
    gauge: 'gauge',
    histogram: 'histogram',
    gaugehistogram: 'gaugehistogram',
    stateset: 'stateset',
    info: 'info',
    summary: 'summary',
    unknown: 'untyped',
  },
};

/** The possible ends of a sample's name, after the family's name. */
export const OPENMETRICS_SUFFIXES: Readonly<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  stateset: [''],
  info: ['_info'],
  summary: ['', '_count', '_sum', '_created'],
  untyped: [''],
};

/** Whether a sample with this end belongs to the family, and not to one of its own. */
export function owns(dialect: Dialect, family: Family, suffix: string): boolean {
  if (dialect === 'openmetrics') return family.type !== null && OPENMETRICS_SUFFIXES[family.type].includes(suffix);
  const counted = suffix === '_count' || suffix === '_sum';
  if (isHistogram(family)) return counted || suffix === '_bucket';
  return family.type === 'summary' && counted;
}

export function isHistogram({ type }: Family): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}
