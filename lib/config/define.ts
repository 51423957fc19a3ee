/**
 * Owns what a config file may say, as people type it: the package's main entry, `import { defineConfig } from 'aragora-slo'`.
 * Refuses to know how it is read and checked (settings.ts). Imports nothing, so that it compiles under any project's settings.
 */

/** A stretch of constant arrival rate: arrivals per second, > 0 and ≤ 100,000; whole seconds, 1 to 86,400. */
export interface ConfigStep {
  ratePerSec: number;
  durationSec: number;
}

/** One step, or several that follow one another. */
export type ConfigJourney = ConfigStep | { steps: ConfigStep[] };

/** `pingEverySec`: 0.1 to 60, 1 when absent. */
export interface ConfigSockets {
  sockets: number;
  durationSec: number;
  pingEverySec?: number | undefined;
}

/** As a profile's file has it. */
export interface ConfigProfile {
  /** Letters, digits, `-`, `_` and `.`, 64 at most: part of the run folder's name. */
  name: string;
  description?: string | undefined;
  journeys: {
    /** By the name of a journey: those of arrivals have steps, those of sockets have sockets. */
    [journey: string]: ConfigJourney | ConfigSockets | undefined;
  };
  /** Ids of findings, or prefixes ending in `.`; `all` when absent. */
  gates?: 'all' | string[] | undefined;
}

type Source<Spec> = { metricSource: { type: 'aragora-slo'; spec: Spec } };

/** The subset of OpenSLO v1 that an SLO file may hold. */
export interface ConfigSlo {
  apiVersion: 'openslo/v1';
  kind: 'SLO';
  metadata: { name: string; displayName?: string };
  spec: {
    description?: string;
    service: string;
    indicator: {
      spec:
        | { thresholdMetric: Source<{ endpoint: string }> }
        | { ratioMetric: { good: Source<{ endpoints: string[] }> } };
    };
    budgetingMethod?: 'Occurrences';
    /** `value` in ms, for a thresholdMetric alone; `target` is a share, 0 to 1, both excluded. */
    objectives: { displayName?: string; op?: 'lte'; value?: number; target: number }[];
  };
}

/**
 * Every key is the option of the same name, in camel case; an option and its environment variable win over it. Paths are taken from
 * the config file's own folder. No secret is among them: those stay in the environment.
 */
export interface Config {
  /** HTTP address of the server; the embedded reference target when absent. */
  target?: string | undefined;
  /** WebSocket address; the target with /ws when absent. */
  ws?: string | undefined;
  /** Name of a built-in profile, path of a file, or the profile itself; smoke when absent. */
  profile?: string | ConfigProfile | undefined;
  /** Name of a contract; documented when absent. */
  contract?: 'documented' | 'aragora-2.11' | undefined;
  /** Path of an SLO file, or the objectives themselves; the documented ones when absent. */
  slo?: string | ConfigSlo | ConfigSlo[] | undefined;
  /** Path of a file of known deviations. */
  accept?: string | undefined;
  /** Folder that every run is added to. */
  history?: string | undefined;
  /** Run folder, which must be empty or absent; runs/<time>-<profile> when absent. */
  out?: string | undefined;
  /** Whether the server's own telemetry is looked at; true when absent. */
  telemetry?: boolean | undefined;
  metrics?: string | undefined;
  /** `-` is what is piped in. */
  logFile?: string | undefined;
  otlpPort?: number | undefined;
  otlpGrpcPort?: number | undefined;
  otlpHost?: string | undefined;
  prometheus?: string | undefined;
  prometheusJob?: string | undefined;
  jaeger?: string | undefined;
  loki?: string | undefined;
  lokiSelector?: string | undefined;
  lokiTenant?: string | undefined;
  elasticsearch?: string | undefined;
  elasticsearchIndex?: string | undefined;
  cloudwatch?: string | undefined;
  cloudwatchEndpoint?: string | undefined;
  /** Paths of PEM files. */
  backendCa?: string | undefined;
  backendCert?: string | undefined;
  backendKey?: string | undefined;
  backendInsecure?: boolean | undefined;
}

/** Answers `config` as it is: it is there for the editor, which then knows the keys. */
export function defineConfig(config: Config): Config {
  return config;
}
