/**
 * Changes the lines of an exposition before it is sent, so that it is wrong: names, types, labels, bounds, whole lines. Values are in
 * values.ts.
 */
import { unreachable } from '../../../core/error.ts';
import type { Exposition } from '../../../target/metrics.ts';
import type { LineFault, StructureFault, ValueFault } from './faults.ts';
import { addedUp, type Edit, familyOf, type Line, lineOf, onBucket, onSamples, relabelled, textOf } from './lines.ts';
import { valueEditOf } from './values.ts';

/** Changes one exposition after the other as the fault says. */
export function onLines(
  fault: StructureFault | ValueFault | LineFault,
  nowMs: () => number,
): (right: Exposition) => Exposition {
  const edit = editOf(fault, nowMs);
  return (right) => ({
    ...right,
    body: `${edit(right.body.trimEnd().split('\n').map(lineOf)).map(textOf).join('\n')}\n`,
  });
}

function editOf(fault: StructureFault | ValueFault | LineFault, nowMs: () => number): Edit {
  switch (fault.kind) {
    case 'metric-missing':
    case 'metric-renamed':
    case 'metric-type':
    case 'label-renamed':
    case 'label-fixed':
    case 'bound-changed':
    case 'sample-missing':
      return structureEditOf(fault);
    case 'sample-repeated':
    case 'buckets-reversed':
    case 'family-torn':
    case 'samples-stamped':
    case 'line-added':
    case 'series-unbounded':
      return lineEditOf(fault, nowMs);
    default:
      return valueEditOf(fault);
  }
}

/** Names, types, labels, bounds. */
function structureEditOf(fault: StructureFault): Edit {
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
      return (lines) => addedUp(lines.map(relabelledBy(fault)), fault.metric);
    case 'label-fixed':
      return onSamples(fault.metric, (sample) => relabelled(sample, fault.label, () => [fault.label, fault.to]));
    case 'bound-changed':
      return onBucket(fault.metric, fault.le, (sample) =>
        fault.to === null ? [] : relabelled(sample, 'le', () => ['le', fault.to ?? '']),
      );
    case 'sample-missing':
      return onSamples(fault.metric, (sample, suffix) => (suffix === fault.suffix ? [] : sample));
    default:
      return unreachable(fault);
  }
}

function relabelledBy({ metric, label, to }: Extract<StructureFault, { kind: 'label-renamed' }>) {
  return (line: Line): Line =>
    typeof line === 'string' || familyOf(line) !== metric
      ? line
      : relabelled(line, label, (value) => (to === null ? null : [to, value]));
}

function typed({ metric, type }: Extract<StructureFault, { kind: 'metric-type' }>): Edit {
  const begin = `# TYPE ${metric} `;
  return (lines) =>
    lines.flatMap((line) => {
      if (typeof line !== 'string' || !line.startsWith(begin)) return [line];
      return type === null ? [] : [begin + type];
    });
}

function stamped(
  { laterMs, frozen = false }: Extract<LineFault, { kind: 'samples-stamped' }>,
  nowMs: () => number,
): Edit {
  let firstMs: number | undefined;
  return (lines) => {
    firstMs ??= nowMs();
    const atMs = (frozen ? firstMs : nowMs()) + laterMs;
    return lines.map((line) => (typeof line === 'string' ? line : { ...line, value: `${line.value} ${atMs}` }));
  };
}

/** Whole lines. */
function lineEditOf(fault: LineFault, nowMs: () => number): Edit {
  switch (fault.kind) {
    case 'sample-repeated':
      return repeated(fault);
    case 'buckets-reversed':
      return reversed(fault.metric);
    case 'family-torn':
      return torn(fault.metric);
    case 'samples-stamped':
      return stamped(fault, nowMs);
    case 'line-added':
      return (lines) => [...lines, fault.line];
    case 'series-unbounded': {
      const { metric, label, count } = fault;
      const series: string[] = [];
      return (lines) => {
        for (let more = 0; more < count; more++) series.push(`${metric}{${label}="${series.length}"} 1`);
        return [...lines, `# TYPE ${metric} gauge`, ...series];
      };
    }
    default:
      return unreachable(fault);
  }
}

function repeated({ metric, at }: Extract<LineFault, { kind: 'sample-repeated' }>): Edit {
  if (at === 'place') return onSamples(metric, (sample) => [sample, sample]);
  return (lines) => [...lines, ...lines.filter((line) => typeof line !== 'string' && familyOf(line) === metric)];
}

function reversed(metric: string): Edit {
  const isBucket = (line: Line) => typeof line !== 'string' && line.name === `${metric}_bucket`;
  return (lines) => {
    const turned = lines.filter(isBucket).reverse();
    return lines.map((line) => (isBucket(line) ? (turned.shift() ?? line) : line));
  };
}

function torn(metric: string): Edit {
  return (lines) => {
    const last = lines.findLastIndex((line) => typeof line !== 'string' && familyOf(line) === metric);
    return last === -1 ? lines : [...lines.filter((_, index) => index !== last), ...lines.slice(last, last + 1)];
  };
}
