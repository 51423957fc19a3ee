/** Lays a team's own names over what a contract says of metrics, spans and log lines. Pure. */
import type { OwnNames } from '../core/own-names.ts';
import type { LogPromises } from './logs/signals.ts';
import type { MetricLocation, MetricPromises } from './metrics/signals.ts';
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
