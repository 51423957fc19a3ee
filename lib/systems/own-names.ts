/** Lays a team's own names over what a contract says of metrics, spans and log lines. Pure. */
import type { OwnNames } from '../core/own-names.ts';
import type { JudgeInput } from '../core/run.ts';
import { evidenceOf } from './evidence.ts';
import type { LogPromises } from './logs/signals.ts';
import { seriesOf } from './metrics/checks/series.ts';
import type { MetricsObservation, MetricsObserved } from './metrics/observation.ts';
import type { MetricLocation, MetricPromises } from './metrics/signals.ts';
import type { Span, TracesObservation, TracesObserved } from './traces/observation.ts';
import type { SpanRename, TracePromises } from './traces/signals.ts';

export function withMetricNames(promises: MetricPromises, { metrics = {} }: OwnNames): MetricPromises {
  const { contract, signals } = promises;
  const own = Object.entries(metrics).map(([documented, location]): [string, MetricLocation] => [
    documented,
    { ...location, isOwn: true },
  ]);
  return { signals, contract: { ...contract, locations: { ...contract.locations, ...Object.fromEntries(own) } } };
}

/** Without any name of a span the mapping stays as it is: one that renames nothing would still let a trace end anywhere. */
export function withSpanNames(promises: TracePromises, own: OwnNames): TracePromises {
  const { spans = {}, traceIdAttribute = promises.mapping?.traceIdAttribute ?? null } = own;
  const renames = Object.entries(spans).map(([signal, { name, pattern, attributes = {} }]): SpanRename => {
    return { signal, name, pattern: pattern ?? literal(name), attributes, isOwn: true };
  });
  if (renames.length === 0 && own.traceIdAttribute === undefined) return promises;
  const kept = promises.mapping?.renames.filter(({ signal }) => !Object.hasOwn(spans, signal)) ?? [];
  return { ...promises, mapping: { renames: [...renames, ...kept], traceIdAttribute } };
}

export function withLogNames(promises: LogPromises, { logs }: OwnNames): LogPromises {
  return logs === undefined ? promises : { signals: { ...promises.signals, ownNames: logs } };
}

/** A regular expression for exactly this text. */
export function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The metrics of a run for a check of another system, which knows their documented names; undefined when none were collected. */
export function metricsAsDocumented(input: JudgeInput): MetricsObserved | undefined {
  const observed = evidenceOf<MetricsObservation>(input.observations, 'metrics');
  if (observed?.status !== 'collected') return undefined;
  const own = Object.entries(input.plan.ownNames?.metrics ?? {});
  if (own.length === 0) return observed;
  const renamed = own.flatMap(([documented, location]) => {
    const family = observed.families.find(({ name }) => name === location.name);
    if (family === undefined) return [];
    const suffixes = ['', '_bucket', '_count', '_sum'];
    const series = suffixes.flatMap((suffix) =>
      seriesOf(observed, location, suffix).map((one) => ({ ...one, name: documented + suffix })),
    );
    return [{ ...family, name: documented, series }];
  });
  const others = observed.families.filter(({ name }) => !own.some(([documented]) => documented === name));
  return { ...observed, families: [...others, ...renamed] };
}

/** The same of spans: also their attributes have their documented names, besides their own. */
export function tracesAsDocumented(input: JudgeInput): TracesObserved | undefined {
  const observed = evidenceOf<TracesObservation>(input.observations, 'traces');
  if (observed?.status !== 'collected') return undefined;
  const own = Object.entries(input.plan.ownNames?.spans ?? {}).map(([documented, span]) => {
    return { documented, span, whole: new RegExp(`^(?:${span.pattern ?? literal(span.name)})$`) };
  });
  if (own.length === 0) return observed;
  const rename = (span: Span): Span => {
    const found = own.find(({ whole }) => whole.test(span.name));
    if (found === undefined) return span;
    const keys = Object.entries(found.span.attributes ?? {});
    const said = keys.flatMap(([documented, key]) => {
      const value = span.attributes[key];
      return value === undefined ? [] : [[documented, value] as const];
    });
    return { ...span, name: found.documented, attributes: { ...span.attributes, ...Object.fromEntries(said) } };
  };
  const spanNames: Record<string, number> = {};
  for (const [name, count] of Object.entries(observed.spanNames)) {
    const documented = own.find(({ whole }) => whole.test(name))?.documented ?? name;
    spanNames[documented] = (spanNames[documented] ?? 0) + count;
  }
  return { ...observed, spanNames, spans: observed.spans.map(rename) };
}
