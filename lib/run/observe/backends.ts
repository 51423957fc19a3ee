/**
 * Owns where a team keeps its server's telemetry, as the user names it, and asking its log backends.
 * Refuses to know their APIs.
 */
import type { BackendAccess } from '../../http/access.ts';
import type { LogsObservation } from '../../systems/logs/observation.ts';
import { type BackendOptions, type LogBackend, observeBackend } from '../../systems/logs/observe/backend.ts';
import { elasticsearchBackend } from '../../systems/logs/observe/elasticsearch.ts';
import { lokiBackend } from '../../systems/logs/observe/loki.ts';
import type { LogSearch } from '../../systems/logs/observe/tally.ts';
import type { SystemValues } from '../../systems/options.ts';

export async function observeLogBackends(
  sources: SystemValues,
  access: BackendAccess,
  search: LogSearch,
  options: BackendOptions,
): Promise<LogsObservation[]> {
  const backends = await backendsOf(sources, access, given({ signal: options.signal }));
  return Promise.all(backends.map((backend) => observeBackend(backend, search, options)));
}

async function backendsOf(
  sources: SystemValues,
  access: BackendAccess,
  ending: { readonly signal?: AbortSignal },
): Promise<LogBackend[]> {
  const { loki, lokiSelector, lokiTenant, elasticsearch, elasticsearchIndex } = sources;
  const { cloudwatch, cloudwatchEndpoint } = sources;
  const backends: LogBackend[] = [];
  if (loki !== undefined) {
    const place = given({ selector: lokiSelector, tenant: lokiTenant });
    backends.push(lokiBackend({ url: loki, ...place, ...access.loki, ...ending }));
  }
  if (elasticsearch !== undefined) {
    const place = given({ index: elasticsearchIndex });
    backends.push(elasticsearchBackend({ url: elasticsearch, ...place, ...access.elasticsearch, ...ending }));
  }
  if (cloudwatch !== undefined) {
    // The AWS SDK takes longer to load than the rest of the harness.
    const { cloudWatchBackend } = await import('../../systems/logs/observe/cloudwatch.ts');
    backends.push(cloudWatchBackend({ group: cloudwatch, ...given({ endpoint: cloudwatchEndpoint }), ...ending }));
  }
  return backends;
}

/** Without those that are undefined. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
