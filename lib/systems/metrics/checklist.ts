/** Items of the guides' verification checklists that findings on metrics decide. */
import type { ChecklistGround } from '../../core/checklist.ts';
import { shortName } from './checks/facts.ts';
import { DOCUMENTED_METRICS } from './promises.ts';

/** The metrics that the observability guide lists. */
const KEY_METRICS = DOCUMENTED_METRICS.metrics
  .filter(({ sources }) => sources.some(({ section }) => section === 'Key Metrics'))
  .map((metric) => `metrics.${shortName(metric)}.present`);

const EXPOSITION = ['parses', 'content-type', 'unique'].map((what) => `metrics.exposition.${what}`);
const SCRAPED = {
  findings: ['metrics.prometheus.up'],
  without: 'connect Prometheus with --prometheus URL',
  source: { system: 'metrics', id: 'prometheus' },
};

export const METRIC_CHECKLIST: Readonly<Record<string, ChecklistGround>> = {
  'observability.metrics.format': { findings: EXPOSITION },
  'observability.metrics.business': { findings: KEY_METRICS },
  'observability.metrics.scraping': SCRAPED,
  'monitoring.verify.metrics-endpoint': { findings: [...EXPOSITION, 'metrics.requests_total.present'] },
  'monitoring.verify.prometheus-targets': SCRAPED,
};
