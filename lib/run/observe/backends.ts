/** Where a team keeps its server's telemetry, as the user names it. */
import type { TlsFiles } from '../../config/backend-access.ts';

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
