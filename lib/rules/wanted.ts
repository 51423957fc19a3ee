/** What has to be known of metrics to judge some queries: a large Prometheus is not asked for all that it has. */
import { partsOf } from '../promql/expression.ts';
import { parsePromql } from '../promql/parse.ts';

/** By metric: the labels whose values matter. */
export type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

export function wantedOf(queries: readonly string[]): Wanted {
  const wanted = new Map<string, Set<string>>();
  for (const query of queries) {
    const parsed = parsePromql(query);
    for (const part of parsed.ok ? partsOf(parsed.expression) : []) {
      if (part.kind !== 'selector' || part.metric === null) continue;
      const labels = wanted.get(part.metric) ?? new Set();
      for (const { label } of part.matchers) labels.add(label);
      // A quantile is never above the highest bucket.
      if (part.metric.endsWith('_bucket')) labels.add('le');
      wanted.set(part.metric, labels);
    }
  }
  return wanted;
}
