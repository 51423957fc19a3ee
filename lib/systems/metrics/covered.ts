/** The documented metrics as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { SIDES, type SignalInfo } from '../../core/coverage.ts';
import type { Unbounded } from '../coverage.ts';
import type { MetricPromises, MetricSignal } from './signals.ts';

export function coveredMetrics({ signals }: MetricPromises): SignalInfo[] {
  return signals.metrics.map((metric) => ({
    system: 'metrics',
    name: metric.name,
    kind: 'metric',
    aspects: aspectsOf(metric),
  }));
}

/**
 * A counter or a gauge says how many with its value: its series have to be there once. A gauge is about now, so a late one has a wrong value.
 * The parts of a histogram have to stand together.
 */
function aspectsOf({ type, labels }: MetricSignal): SignalInfo['aspects'] {
  return {
    exists: ['below'],
    count: type === 'histogram' ? SIDES : ['above'],
    value: SIDES,
    content: SIDES,
    ...(type === 'gauge' ? {} : { time: ['above'] }),
    ...(labels.length > 0 ? { labels: SIDES } : {}),
    ...(type === 'histogram' ? { relation: ['below'] } : {}),
  };
}

export const UNBOUNDED_METRICS: readonly Unbounded[] = [
  {
    because: 'not-promised',
    signals: ['aragora_memory_tier_size'],
    aspects: ['value'],
    reason: 'no document says what fills a memory tier, and no client can look into one',
  },
  {
    because: 'unseen',
    signals: ['aragora_debate_timeouts_total'],
    aspects: ['value', 'time'],
    reason: 'a client sees that a debate had no consensus, and not whether it timed out',
  },
  {
    because: 'not-promised',
    signals: ['aragora_elo_updates_total'],
    aspects: ['time'],
    reason: 'no document says when ratings change, and no client is shown them',
  },
];
