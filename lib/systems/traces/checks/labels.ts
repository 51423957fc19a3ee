/** What spans name otherwise than metrics: the guides give both a `provider`, and both a memory `tier`. */
import { evidenceOf } from '../../evidence.ts';
import type { MetricsObservation } from '../../metrics/observation.ts';
import type { Problem } from './problem.ts';
import { spansOf, type TracesView } from './view.ts';

/** Only what is written to a tier shows in its size. */
const WRITES = /^(insert|write|set|put|store|save|add|append|update|upsert|create)/i;

export function ofProviders(view: TracesView): Problem[] {
  return unknownTo(
    view,
    'provider',
    view.observed.spans.flatMap((span) => spansOf(view, [span], 'agent.call')),
  );
}

export function ofTiers(view: TracesView): Problem[] {
  const written = view.observed.spans
    .flatMap((span) => spansOf(view, [span], 'memory.access'))
    .filter((span) => WRITES.test(String(view.attributeOf(span, 'operation'))));
  return unknownTo(view, 'tier', written);
}

/** Spans whose value no series has under the label of the same name. Two places may write a name in another case. */
function unknownTo(view: TracesView, label: string, spans: TracesView['observed']['spans']): Problem[] {
  const known = valuesOf(view, label);
  if (known.size === 0) return [];
  return spans.flatMap((span): Problem[] => {
    const value = view.attributeOf(span, label);
    const isUnknown = typeof value === 'string' && value !== '' && !known.has(value.toLowerCase());
    return isUnknown ? [[span, `no metric has this ${label}`]] : [];
  });
}

function valuesOf({ run }: TracesView, label: string): Set<string> {
  const metrics = evidenceOf<MetricsObservation>(run.observations, 'metrics');
  if (metrics?.status !== 'collected' || !metrics.settled) return new Set();
  const series = metrics.families.flatMap((family) => family.series);
  return new Set(series.flatMap(({ labels }) => labels[label]?.toLowerCase() ?? []));
}
