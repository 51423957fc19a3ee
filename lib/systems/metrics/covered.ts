/** The documented metrics as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { type SignalInfo, SIDES } from '../../core/coverage.ts';
import type { Unbounded } from '../coverage.ts';
import type { MetricPromises, MetricSignal } from './signals.ts';

export function coveredMetrics({ signals }: MetricPromises): SignalInfo[] {
  return signals.metrics.map((metric) => ({ system: 'metrics', name: metric.name, kind: 'metric', aspects: aspectsOf(metric) }));
}

/** No document says how late a number may be, only that it is there when Prometheus asks. The format wants the lines of a metric together. */
function aspectsOf({ labels }: MetricSignal): SignalInfo['aspects'] {
  return {
    exists: ['below'],
    count: SIDES,
    value: SIDES,
    time: ['above'],
    ...(labels.length > 0 ? { labels: SIDES } : {}),
    relation: ['below'],
    content: SIDES,
  };
}

export const UNBOUNDED_METRICS: readonly Unbounded[] = [
  {
    signals: ['aragora_memory_tier_size'],
    aspects: ['value', 'time', 'count'],
    reason: 'no document says what fills a memory tier, and no client can look into one',
  },
];
