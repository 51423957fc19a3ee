/** All named breaks of the metrics. Data only. */
import { COUNTER_BREAKS } from './breaks-counters.ts';
import { EXPOSITION_BREAKS } from './breaks-exposition.ts';
import { GAUGE_BREAKS } from './breaks-gauges.ts';
import { HISTOGRAM_BREAKS } from './breaks-histograms.ts';
import { LEDGER_BREAKS } from './breaks-ledger.ts';
import { STRUCTURE_BREAKS } from './breaks-structure.ts';
import type { MetricsBreak } from './faults.ts';

export const METRIC_BREAKS: readonly MetricsBreak[] = [
  ...STRUCTURE_BREAKS,
  ...HISTOGRAM_BREAKS,
  ...COUNTER_BREAKS,
  ...GAUGE_BREAKS,
  ...LEDGER_BREAKS,
  ...EXPOSITION_BREAKS,
];
