/**
 * Owns where a team keeps its server's telemetry, as the user names it, and asking its log backends.
 * Refuses to know their APIs.
 */
import type { LogsObservation } from '../core/observation.ts';
import { type BackendOptions, type LogBackend, observeBackend } from '../observe/logs/backend.ts';
import { elasticsearchBackend } from '../observe/logs/elasticsearch.ts';
import { lokiBackend } from '../observe/logs/loki.ts';
import type { LogSearch } from '../observe/logs/tally.ts';

/** Absent ones are not asked. */
export interface TelemetrySources {
  /** Of the server's log. */
  readonly logFile?: string | undefined;
  /** On which the harness receives what the server exports, OTLP over HTTP. */
  readonly otlpPort?: number | undefined;
  /** URLs. */
  readonly prometheus?: string | undefined;
  readonly jaeger?: string | undefined;
  readonly loki?: string | undefined;
  readonly elasticsearch?: string | undefined;
  /** Log group. */
  readonly cloudwatch?: string | undefined;
}

export async function observeLogBackends(
  sources: TelemetrySources,
  search: LogSearch,
  options: BackendOptions,
): Promise<LogsObservation[]> {
  const backends = await backendsOf(sources);
  return Promise.all(backends.map((backend) => observeBackend(backend, search, options)));
}

async function backendsOf({ loki, elasticsearch, cloudwatch }: TelemetrySources): Promise<LogBackend[]> {
  const backends: LogBackend[] = [];
  if (loki !== undefined) backends.push(lokiBackend({ url: loki }));
  if (elasticsearch !== undefined) backends.push(elasticsearchBackend({ url: elasticsearch }));
  if (cloudwatch !== undefined) {
    // The AWS SDK takes longer to load than the rest of the harness.
    const { cloudWatchBackend } = await import('../observe/logs/cloudwatch.ts');
    backends.push(cloudWatchBackend({ group: cloudwatch }));
  }
  return backends;
}
