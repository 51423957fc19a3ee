/**
 * Owns how a user says where a server's telemetry is: options, their environment variables, and what makes no sense together.
 * Refuses to know what is done with it, and credentials (lib/config/backend-access.ts).
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SloError } from '../core/error.ts';
import type { TelemetrySources } from '../run/observe/backends.ts';
import { withVariable } from './config.ts';
import { wholeNumber } from './numbers.ts';

export const SOURCES_HELP = `
Telemetry: metrics come from /metrics of the target. Traces and logs whose source is not named are not judged, and the verdict says so.
Credentials are read from the environment alone: ARAGORA_SLO_<SOURCE>_TOKEN, or _USER and _PASSWORD, where <SOURCE> is METRICS,
  PROMETHEUS, JAEGER, LOKI or ELASTICSEARCH; _CA, _CERT, _KEY and _INSECURE are the same for one source as --backend-… for all.
  CloudWatch's come from where the AWS SDK finds them.`;

interface SourceOption {
  readonly name: keyof TelemetrySources;
  readonly flags: string;
  readonly text: string;
  readonly kind?: 'url' | 'port' | 'switch';
}

const SOURCE_OPTIONS: readonly SourceOption[] = [
  {
    name: 'metrics',
    flags: '--metrics <url>',
    text: 'its metrics, where they are not /metrics of the target',
    kind: 'url',
  },
  { name: 'logFile', flags: '--log-file <path>', text: 'its log; - is what is piped in' },
  { name: 'otlpPort', flags: '--otlp-port <number>', text: 'receive its traces here, OTLP over HTTP', kind: 'port' },
  {
    name: 'otlpGrpcPort',
    flags: '--otlp-grpc-port <number>',
    text: 'receive its traces here, OTLP over gRPC',
    kind: 'port',
  },
  { name: 'otlpHost', flags: '--otlp-host <address>', text: 'where both listen (default: 127.0.0.1)' },
  {
    name: 'prometheus',
    flags: '--prometheus <url>',
    text: 'metrics through a Prometheus that scrapes it',
    kind: 'url',
  },
  { name: 'prometheusJob', flags: '--prometheus-job <name>', text: 'its job there (default: by its address)' },
  { name: 'jaeger', flags: '--jaeger <url>', text: 'its traces in Jaeger', kind: 'url' },
  { name: 'loki', flags: '--loki <url>', text: 'its log in Loki', kind: 'url' },
  { name: 'lokiSelector', flags: '--loki-selector <logql>', text: 'its streams there (default: {app=~"aragora.*"})' },
  { name: 'lokiTenant', flags: '--loki-tenant <id>', text: 'X-Scope-OrgID' },
  {
    name: 'elasticsearch',
    flags: '--elasticsearch <url>',
    text: 'its log in Elasticsearch or OpenSearch',
    kind: 'url',
  },
  { name: 'elasticsearchIndex', flags: '--elasticsearch-index <name>', text: 'its index there (default: aragora-*)' },
  { name: 'cloudwatch', flags: '--cloudwatch <group>', text: 'its log in CloudWatch' },
  { name: 'cloudwatchEndpoint', flags: '--cloudwatch-endpoint <url>', text: "instead of AWS's own", kind: 'url' },
  { name: 'backendCa', flags: '--backend-ca <file>', text: 'authority that signed the certificates of these (PEM)' },
  { name: 'backendCert', flags: '--backend-cert <file>', text: 'client certificate for them (PEM)' },
  { name: 'backendKey', flags: '--backend-key <file>', text: 'its key (PEM)' },
  { name: 'backendInsecure', flags: '--backend-insecure', text: 'take any certificate of theirs', kind: 'switch' },
];

export function sourceOptions(): Option[] {
  return SOURCE_OPTIONS.map(({ flags, text, kind }) => {
    const option = new Option(flags, text);
    if (kind === 'port') option.argParser(port);
    return kind === 'switch' ? option : withVariable(option);
  });
}

/**
 * The sources that were named; {} for the embedded target, which has its telemetry at hand. Empty variables count as absent.
 * @throws SloError for a source on the command line where none is asked, and for a URL that would carry a credential into the run folder.
 */
export function sourcesOf(flags: TelemetrySources & RunContext, command: Command): TelemetrySources {
  const named = SOURCE_OPTIONS.filter(({ name }) => flags[name] !== undefined && flags[name] !== '');
  const typed = named.find(({ name }) => command.getOptionValueSource(name) === 'cli');
  if (typed !== undefined && flags.target === undefined) {
    throw new SloError(
      'usage',
      `${flagOf(typed)} is told of a server with --target: the embedded one's telemetry is at hand`,
    );
  }
  if (typed !== undefined && flags.telemetry === false) {
    throw new SloError('usage', `${flagOf(typed)} and --no-telemetry exclude each other`, {
      hint: 'telemetry: false of the environment or the config file is the same; --telemetry wins over them',
    });
  }
  if (flags.target === undefined || flags.telemetry === false) return {};
  for (const option of named) if (option.kind === 'url') checkUrl(flagOf(option), String(flags[option.name]));
  return Object.fromEntries(named.map(({ name }) => [name, flags[name]]));
}

interface RunContext {
  readonly target?: string | undefined;
  readonly telemetry?: boolean | undefined;
}

function flagOf({ flags }: SourceOption): string {
  return flags.split(' ')[0] ?? flags;
}

/** @throws SloError `usage` for a URL that is none, or carries what should not be stored. `flag` names it. */
export function checkUrl(flag: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '')
    return;
  throw new SloError('usage', `${flag} must be an http or https URL without credentials and query: it is stored`, {
    hint: `for example http://127.0.0.1:9090; credentials go into the environment, see aragora-slo run --help`,
  });
}

function port(text: string): number | undefined {
  if (text === '') return undefined;
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
}
