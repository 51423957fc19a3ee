/** Why a sample may not be in the family that its name leads to. */
import { type Family, isHistogram, OPENMETRICS_SUFFIXES } from './family-types.ts';
import type { Dialect } from './line-reader.ts';
import type { SampleLine } from './sample-line.ts';
import { numberOf } from './tokens.ts';

/** null when it may. */
export function misfit(dialect: Dialect, family: Family, line: SampleLine): string | null {
  if (dialect === 'openmetrics') return openMetricsMisfit(family, line);
  if (isHistogram(family)) return boundMisfit(line, 'le', false) ?? negativeCount(family, line);
  return family.type === 'summary' ? boundMisfit(line, 'quantile', false) : null;
}

/** Prometheus accepts a NaN there. */
function negativeCount(family: Family, line: SampleLine): string | null {
  if (!(line.value < 0)) return null;
  const bound = numberOf(line.label('le') ?? 'NaN');
  const isBucket = line.name !== `${family.name}_sum` && !Number.isNaN(bound);
  return isBucket || line.name === `${family.name}_count` ? `what counts can't be ${line.value}` : null;
}

function openMetricsMisfit(family: Family, line: SampleLine): string | null {
  const { type } = family;
  const suffix = line.name.slice(family.name.length);
  if (type === null) return null;
  if (!OPENMETRICS_SUFFIXES[type].includes(suffix)) {
    return `a sample of the ${type} "${family.name}" must end in ${OPENMETRICS_SUFFIXES[type].map((end) => `"${end}"`).join(' or ')}`;
  }
  if (type === 'stateset' && line.label(family.name) === undefined)
    return `a stateset needs the label "${family.name}"`;
  if (suffix === '_bucket') return boundMisfit(line, 'le', true) ?? negative(line, type === 'histogram');
  if (type === 'summary' && suffix === '') return boundMisfit(line, 'quantile', true);
  if (type === 'info' && line.value !== 1) return 'the value of an info is 1';
  if (type === 'stateset' && line.value !== 0 && line.value !== 1) return 'the value of a state is 0 or 1';
  return negative(line, suffix === '_total' || suffix === '_count');
}

function negative(line: SampleLine, counts: boolean): string | null {
  return counts && !(line.value >= 0) ? `what counts can't be ${line.value}` : null;
}

/** `le` and `quantile` must be numbers; OpenMetrics requires them. */
function boundMisfit(line: SampleLine, label: string, required: boolean): string | null {
  const bound = line.label(label);
  if (bound === undefined) return required ? `label "${label}" is missing` : null;
  return numberOf(bound) === null ? `expected a number in label "${label}", got ${JSON.stringify(bound)}` : null;
}
