/**
 * Owns how an exposition is made to lie on its way out: names, types, labels, bounds, whole lines.
 * Refuses to know values (exposition-values.ts), and which faults are named what.
 */

import type { Exposition } from '../../../target/metrics.ts';
import { type ExpositionFault, only, type TelemetryFault } from '../../../target/telemetry-behaviour.ts';
import { type Edit, familyOf, type Line, lineOf, onBucket, onSamples, relabelled, textOf } from './lines.ts';
import { valueEditOf } from './values.ts';

/** Changes one exposition after the other as the faults say; undefined when none of them is about expositions. */
export function expositionEditor(faults: readonly TelemetryFault[]): ((right: Exposition) => Exposition) | undefined {
  const edits = faults.flatMap((fault) => editOf(fault) ?? []);
  const [instead] = only(faults, 'exposition-instead');
  const [contentType] = only(faults, 'content-type');
  if (edits.length === 0 && instead === undefined && contentType === undefined) return undefined;
  return (right) => {
    if (instead !== undefined) return instead;
    const lines = edits.reduce<readonly Line[]>((all, edit) => edit(all), right.body.trimEnd().split('\n').map(lineOf));
    return { ...right, ...contentType, body: `${lines.map(textOf).join('\n')}\n` };
  };
}

function editOf(fault: TelemetryFault): Edit | undefined {
  return structureEditOf(fault) ?? valueEditOf(fault) ?? lineEditOf(fault);
}

/** Names, types, labels, bounds. */
function structureEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'metric-missing':
      return (lines) => lines.filter((line) => familyOf(line) !== fault.metric);
    case 'metric-renamed':
      return (lines) =>
        lines.map((line) =>
          familyOf(line) === fault.metric ? lineOf(textOf(line).replace(fault.metric, fault.to)) : line,
        );
    case 'metric-type':
      return typed(fault);
    case 'label-renamed':
      return onSamples(fault.metric, (sample) =>
        relabelled(sample, fault.label, (value) => (fault.to === null ? null : [fault.to, value])),
      );
    case 'bound-changed':
      return onBucket(fault.metric, fault.le, (sample) =>
        fault.to === null ? [] : relabelled(sample, 'le', () => ['le', fault.to ?? '']),
      );
    case 'sample-missing':
      return onSamples(fault.metric, (sample, suffix) => (suffix === fault.suffix ? [] : sample));
    default:
      return undefined;
  }
}

function typed({ metric, type }: Extract<ExpositionFault, { kind: 'metric-type' }>): Edit {
  const begin = `# TYPE ${metric} `;
  return (lines) =>
    lines.flatMap((line) => {
      if (typeof line !== 'string' || !line.startsWith(begin)) return [line];
      return type === null ? [] : [begin + type];
    });
}

/** Whole lines. */
function lineEditOf(fault: TelemetryFault): Edit | undefined {
  switch (fault.kind) {
    case 'sample-repeated':
      return repeated(fault);
    case 'family-torn':
      return torn(fault.metric);
    case 'samples-stamped':
      return (lines) =>
        lines.map((line) =>
          typeof line === 'string' ? line : { ...line, value: `${line.value} ${Date.now() + fault.laterMs}` },
        );
    case 'line-added':
      return (lines) => [...lines, fault.line];
    case 'series-unbounded': {
      const { metric, label, count } = fault;
      const series = Array.from({ length: count }, (_, index) => `${metric}{${label}="${index}"} 1`);
      return (lines) => [...lines, `# TYPE ${metric} gauge`, ...series];
    }
    default:
      return undefined;
  }
}

function repeated({ metric, at }: Extract<ExpositionFault, { kind: 'sample-repeated' }>): Edit {
  if (at === 'place') return onSamples(metric, (sample) => [sample, sample]);
  return (lines) => [...lines, ...lines.filter((line) => typeof line !== 'string' && familyOf(line) === metric)];
}

function torn(metric: string): Edit {
  return (lines) => {
    const last = lines.findLastIndex((line) => typeof line !== 'string' && familyOf(line) === metric);
    return last === -1 ? lines : [...lines.filter((_, index) => index !== last), ...lines.slice(last, last + 1)];
  };
}
