/**
 * Owns where a team keeps its server's telemetry, as the user names it, and asking its log backends.
 * Refuses to know their APIs.
 */
import type { TlsFiles } from '../../config/backend-access.ts';
import type { BackendAccess } from '../../core/http-access.ts';
import type { LogsObservation } from '../../systems/logs/observation.ts';
import { type BackendOptions, type LogBackend, observeBackend } from '../../systems/logs/observe/backend.ts';
import { elasticsearchBackend } from '../../systems/logs/observe/elasticsearch.ts';
import { lokiBackend } from '../../systems/logs/observe/loki.ts';
import type { LogSearch } from '../../systems/logs/observe/tally.ts';

/** Named as the options of the command line; absent ones are not asked. No secret is among them. */
export interface TelemetrySources extends TlsFiles {
  /** Exposition of the server; /metrics of the target when absent. */
  readonly metrics?: string | undefined;
  /** Of the server's log. */
  readonly logFile?: string | undefined;
  /** On which the harness receives what the server exports, OTLP over HTTP and gRPC; on loopback alone without a host. */
  readonly otlpPort?: number | undefined;
  readonly otlpGrpcPort?: number | undefined;
  readonly otlpHost?: string | undefined;
  /** URLs. */
  readonly prometheus?: string | undefined;
  readonly jaeger?: string | undefined;
  readonly loki?: string | undefined;
  readonly elasticsearch?: string | undefined;
  /** Log group. */
  readonly cloudwatch?: string | undefined;
  /** Where in them: each backend's own words, its documented place when absent. */
  readonly prometheusJob?: string | undefined;
  readonly lokiSelector?: string | undefined;
  readonly lokiTenant?: string | undefined;
  readonly elasticsearchIndex?: string | undefined;
  readonly cloudwatchEndpoint?: string | undefined;
}

export async function observeLogBackends(
  sources: TelemetrySources,
  access: BackendAccess,
  search: LogSearch,
  options: BackendOptions,
): Promise<LogsObservation[]> {
  const backends = await backendsOf(sources, access, given({ signal: options.signal }));
  return Promise.all(backends.map((backend) => observeBackend(backend, search, options)));
}

async function backendsOf(
  sources: TelemetrySources,
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
