/** The log backends that this program can ask. A new one is one more row here, or one call of `addLogBackend`. */
import { addTo } from '../../../core/registry.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { LOGS_OPTIONS } from '../options.ts';
import type { LogBackendKind } from './backend.ts';
import { ELASTICSEARCH } from './elasticsearch.ts';
import { LOKI } from './loki.ts';

const CLOUDWATCH: LogBackendKind = {
  id: 'cloudwatch',
  title: 'CloudWatch',
  options: ['cloudwatch'],
  usage: '--cloudwatch GROUP',
  source: { document: 'monitoring-setup-guide.md', section: 'CloudWatch Configuration' },
  open: async (group, { options, signal }) => {
    // The AWS SDK takes longer to load than the rest of the harness.
    const { cloudWatchBackend } = await import('./cloudwatch.ts');
    const { cloudwatchEndpoint: endpoint }: OptionValues<typeof LOGS_OPTIONS> = options;
    return cloudWatchBackend({ group, endpoint, signal });
  },
};

const known: LogBackendKind[] = [LOKI, ELASTICSEARCH, CLOUDWATCH];

/** In the order of their observations. */
export const LOG_BACKENDS: readonly LogBackendKind[] = known;

/** Adds one more backend; returns a function that removes it. */
export function addLogBackend(kind: LogBackendKind): () => void {
  return addTo(known, 'log backend', kind);
}
