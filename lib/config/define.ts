/**
 * What a config file can say, as people type it: the package's main entry, `import { defineConfig } from 'aragora-slo'`.
 * It imports nothing, so that it compiles under the settings of any project. settings.ts reads and checks the file.
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

/** What an answer must have at `json`, a path of gjson. */
export interface ConfigCheck {
  json: string;
  equals?: string | number | boolean | null | undefined;
  atLeast?: number | undefined;
  atMost?: number | undefined;
  /** A regular expression. */
  matches?: string | undefined;
  exists?: boolean | undefined;
}

/** What is promised of a journey of your own. */
export type ConfigOwnObjective = { percentile: number; limitMs: number } | { availability: number };

/** A journey of your own: one request, with a row of its data for each arrival. */
export type ConfigOwnJourney = ConfigJourney & {
  /** GET when absent. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | undefined;
  /** With its query. `{column}` is a value of the row, `{debate}` the id of the prepared debate. */
  path: string;
  /** CSV with a head line, or a JSON list of objects. */
  data?: string | undefined;
  /** `random`, by the run's seed, when absent. */
  order?: 'random' | 'sequential' | undefined;
  check?: ConfigCheck | ConfigCheck[] | undefined;
  /** The status of a good answer; 200 when absent. */
  status?: number | undefined;
  headers?: Record<string, string> | undefined;
  /** JSON. */
  body?: unknown;
  objectives?: ConfigOwnObjective[] | undefined;
};

/** A journey of your own that is a script, with the endpoints that it asks. */
export type ConfigScriptJourney = ConfigJourney & {
  /** The path of a TypeScript or JavaScript file; its default function is called for each arrival. */
  script: string;
  endpoints: Record<
    string,
    {
      /** GET when absent. */
      method?: ConfigOwnJourney['method'];
      /** With its query; `{name}` is a value that the script gives. */
      path: string;
      /** The status of a good answer; 200 when absent. */
      status?: number | undefined;
      /** Whether an arrival may leave it out. */
      optional?: boolean | undefined;
    }
  >;
  /** Whether the function gets the id of a finished debate. */
  debate?: boolean | undefined;
  objectives?: (ConfigOwnObjective & { endpoint: string })[] | undefined;
};

/** As a profile's file has it. */
export interface ConfigProfile {
  /** Letters, digits, `-`, `_` and `.`, 64 at most: part of the run folder's name. */
  name: string;
  description?: string | undefined;
  journeys: {
    // The registry of journeys writes what follows: npm run docs.
    /** Asks for the health of the server. */
    health?: ConfigJourney | undefined;
    /** Asks for the list of debates. */
    'debates-list'?: ConfigJourney | undefined;
    /** Starts a debate and does not watch it. */
    'debates-create'?: ConfigJourney | undefined;
    /** Opens a WebSocket, starts a debate and watches it until its end. */
    agents?: ConfigJourney | undefined;
    /** Asks whether a finished debate reached consensus. */
    consensus?: ConfigJourney | undefined;
    /** Holds a WebSocket open, pings, and subscribes to a finished debate. */
    websocket?: ConfigSockets | undefined;
    // End of the built-in journeys.
    /** Any registered journey, by its name: those of arrivals have steps, those of sockets have sockets. Or one that you describe here. */
    [journey: string]: ConfigJourney | ConfigSockets | ConfigOwnJourney | ConfigScriptJourney | undefined;
  };
  /** Ids of findings, or prefixes ending in `.`; `all` when absent. */
  gates?: 'all' | string[] | undefined;
}

type Source<Spec> = { metricSource: { type: 'aragora-slo'; spec: Spec } };

/** The subset of OpenSLO v1 that an SLO file may use. */
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
  // The table of options writes what follows: npm run docs.
  /** HTTP address of the server, e.g. http://127.0.0.1:8080; the embedded reference Aragora when absent. */
  target?: string | undefined;
  /** Its WebSocket address; the target with /ws, else port 8765 of its host when absent. */
  ws?: string | undefined;
  /** Authority that signed the certificate of the server (PEM); those that the machine trusts when absent. */
  ca?: string | undefined;
  /** The load: check, smoke, gentle, load, stress, spike, soak, resilience, nightly, release, or a YAML file; smoke when absent. */
  profile?: string | ConfigProfile | undefined;
  /** Where the release keeps what is promised: documented, aragora-2.11, or a YAML file of your own names; documented when absent. */
  contract?: string | undefined;
  /** Objectives of your own (OpenSLO v1); the documented ones when absent. */
  slo?: string | ConfigSlo | ConfigSlo[] | undefined;
  /** Known failures to accept until a date: a list of finding, reason and expires. */
  accept?: string | undefined;
  /** Share the load among so many engines; one verdict over all; 1 when absent. */
  runners?: number | undefined;
  /** Look at the server's metrics, traces and logs, and send it some single requests; on when absent. */
  telemetry?: boolean | undefined;
  /** Run the engines in a cluster: pods of k6-operator where it is there, else Jobs. */
  kubernetes?: boolean | undefined;
  /** Context of the kubeconfig; its current one when absent. */
  context?: string | undefined;
  /** Namespace of the pods; that of the context when absent. */
  namespace?: string | undefined;
  /** Image with the load engine, built by deploy/Dockerfile. */
  engineImage?: string | undefined;
  /** Run folder; runs/<time>-<profile> when absent. */
  out?: string | undefined;
  /** Add the run to this history. */
  history?: string | undefined;
  /** Address of the server's metrics; /metrics of the target when absent. */
  metrics?: string | undefined;
  /** A Prometheus that scrapes the server, asked instead of it. */
  prometheus?: string | undefined;
  /** The server's job in Prometheus; found by its address when absent. */
  prometheusJob?: string | undefined;
  /** Receive its traces here: OTLP over HTTP. */
  otlpPort?: number | undefined;
  /** Receive its traces here: OTLP over gRPC. */
  otlpGrpcPort?: number | undefined;
  /** The address that both ports listen at; 127.0.0.1 when absent. */
  otlpHost?: string | undefined;
  /** A Jaeger that has its traces. */
  jaeger?: string | undefined;
  /** Its log file; - is what is piped in. */
  logFile?: string | undefined;
  /** A Loki that has its log. */
  loki?: string | undefined;
  /** Streams of its log in Loki; {app=~"aragora.*"} when absent. */
  lokiSelector?: string | undefined;
  /** Tenant in Loki (X-Scope-OrgID). */
  lokiTenant?: string | undefined;
  /** An Elasticsearch or OpenSearch that has its log. */
  elasticsearch?: string | undefined;
  /** Index of its log in Elasticsearch; aragora-* when absent. */
  elasticsearchIndex?: string | undefined;
  /** Log group of its log in CloudWatch. */
  cloudwatch?: string | undefined;
  /** Address of CloudWatch; AWS's own when absent. */
  cloudwatchEndpoint?: string | undefined;
  /** A Prometheus that keeps what blackbox_exporter probed. */
  blackbox?: string | undefined;
  /** Uptime Kuma's status page, https://HOST/status/NAME; with its API key as password, /metrics is read for the monitors' URLs. */
  uptimeKuma?: string | undefined;
  /** The Redis of its task scheduler, read only; the embedded target writes its tasks there, into an empty database. */
  redis?: string | undefined;
  /** Sign-in providers that the server has to name, and by which a sign-in has to begin; the guide has google,github. */
  oauth?: string | undefined;
  /** A stand-in provider that the server is set up to use: a sign-in there needs no person, so it is finished. */
  oauthProvider?: string | undefined;
  /** How long a sign-in that was begun can be finished (the server's OAUTH_STATE_TTL_SECONDS). */
  oauthStateTtl?: number | undefined;
  /** Names of the secrets that it loads, whose values are never asked for; aragora/production* without a value. */
  secrets?: string | undefined;
  /** Region that has them; AWS_REGION, or us-east-2 when absent. */
  secretsRegion?: string | undefined;
  /** Address of Secrets Manager; AWS's own when absent. */
  secretsEndpoint?: string | undefined;
  /** Be the Sentry that it reports to, at 127.0.0.1:9000 without a value. */
  sentryListen?: string | undefined;
  /** The Sentry that it reports to, read back by its API: a provoked error has to be listed; needs --sentry-project and --sentry-error-path. */
  sentry?: string | undefined;
  /** The project in that Sentry. */
  sentryProject?: string | undefined;
  /** The environment that its reports have to name. */
  sentryEnvironment?: string | undefined;
  /** GET of this path raises an error in it, for example /sentry-debug. */
  sentryErrorPath?: string | undefined;
  /** Drill the documented alerts after the load, on a reference server of their own. */
  alerts?: boolean | undefined;
  /** The Grafana that shows it: its health, and whether the documented dashboards load. */
  grafana?: string | undefined;
  /** Authority that signed the certificates of all backends (PEM). */
  backendCa?: string | undefined;
  /** Client certificate for all backends (PEM). */
  backendCert?: string | undefined;
  /** Key of the client certificate (PEM). */
  backendKey?: string | undefined;
  /** Accept any certificate of a backend. */
  backendInsecure?: boolean | undefined;
}

/** Returns `config` unchanged. With it, an editor knows the keys. */
export function defineConfig(config: Config): Config {
  return config;
}
