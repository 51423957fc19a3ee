/** The log backends that a team may run, as far as their checks need to know them. A new one is one more row. */
import type { Source } from '../../core/source.ts';
import type { SystemSource } from '../system.ts';

export interface LogBackendInfo extends SystemSource {
  /** Where a document names it. */
  readonly source: Source;
  /** Whether it files lines under a level of its own, which can then be wrong. */
  readonly hasLabels: boolean;
}

export const DOCUMENTED_LOG_BACKENDS: readonly LogBackendInfo[] = [
  {
    id: 'loki',
    title: 'Loki',
    options: ['loki'],
    source: { document: 'observability-setup-guide.md', section: 'Verification Checklist, Logging' },
    hasLabels: true,
  },
  {
    id: 'elasticsearch',
    title: 'Elasticsearch',
    options: ['elasticsearch'],
    source: { document: 'monitoring-setup-guide.md', section: 'Overview' },
    hasLabels: true,
  },
  {
    id: 'cloudwatch',
    title: 'CloudWatch',
    options: ['cloudwatch'],
    source: { document: 'monitoring-setup-guide.md', section: 'CloudWatch Configuration' },
    hasLabels: false,
  },
];

/** What is said of a backend that a run asked and this program does not know. */
export function unknownLogBackend(id: string): LogBackendInfo {
  const source = { document: 'aragora-slo', section: 'docs/checks/logs.md' };
  return { id, title: id, options: [], source, hasLabels: true };
}
