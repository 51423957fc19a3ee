/** Under which names a server keeps its metrics, and the limits of their buckets. */
import { type Catalogue, metricOf } from '../../rules/catalogue.ts';
import { locationOf } from '../../systems/metrics/checks/series.ts';
import type { MetricPromises, MetricSignal } from '../../systems/metrics/signals.ts';

export interface Names {
  readonly promises: MetricPromises;
  /** Of a server that was asked; null: none was. */
  readonly catalogue: Catalogue | null;
}

export function isMissing(name: string, { catalogue }: Names): boolean {
  return catalogue !== null && metricOf(catalogue, name) === undefined;
}

/** Ascending, without +Inf: of the server that was asked, or as documented. */
export function boundsOf(
  signal: MetricSignal,
  names: Names,
): { readonly sec: readonly number[] } | { readonly why: string } {
  const { catalogue, promises } = names;
  const { name } = locationOf(promises.contract, signal.name);
  if (catalogue === null) {
    if (signal.buckets !== null) return { sec: signal.buckets.bounds };
    return { why: `no document says which buckets ${name} has; --target, --metrics or --prometheus shows them` };
  }
  const bucket = `${name}_bucket`;
  if (isMissing(bucket, names)) return { why: `${catalogue.source} has no metric ${bucket}` };
  const values = metricOf(catalogue, bucket)?.labels?.get('le')?.values ?? null;
  const sec = [...new Set([...(values ?? [])].map(Number).filter(Number.isFinite))].sort((a, b) => a - b);
  return sec.length > 0
    ? { sec }
    : { why: `${catalogue.source} has no series of ${bucket} yet, so nobody knows its buckets` };
}
