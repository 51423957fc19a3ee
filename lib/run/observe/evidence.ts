/**
 * Owns the observe stage: what listens before the target starts, what is scraped around the load, and the evidence gathered after it.
 * Refuses to know what the evidence means.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsOf } from '../../config/backend-access.ts';
import type { EnginePlan } from '../../core/engine-protocol.ts';
import type { Observation } from '../../core/observation.ts';
import type { TelemetryPlan } from '../../core/telemetry-plan.ts';
import { TraceIds } from '../../core/trace-ids.ts';
import type { BackendAccess, HttpAccess } from '../../http/access.ts';
import { type SecretFinder, secretFinder, withoutSecrets } from '../../observe/secrets.ts';
import type { LogsObservation } from '../../systems/logs/observation.ts';
import { type LogOrigin, type LogReader, startReading } from '../../systems/logs/observe/reader.ts';
import type { LoadSent, LogSearch } from '../../systems/logs/observe/tally.ts';
import type { MetricsObservation } from '../../systems/metrics/observation.ts';
import { startPrometheus } from '../../systems/metrics/observe/prometheus.ts';
import { type Scraping, startScraping } from '../../systems/metrics/observe/scrape.ts';
import type { SystemValues } from '../../systems/options.ts';
import type { TracesObservation } from '../../systems/traces/observation.ts';
import { collectTraces } from '../../systems/traces/observe/collect.ts';
import { openJaeger } from '../../systems/traces/observe/jaeger.ts';
import { type Receiver, startReceiver } from '../../systems/traces/observe/receiver.ts';
import { awaitedSpans } from '../../systems/traces/promises.ts';
import type { Measured } from '../measure.ts';
import { given, observeLogBackends } from './backends.ts';
import { lookedUp, SentLoad, tracedRequests } from './sent.ts';
import { Sentinel } from './sentinel.ts';

export interface EvidenceRequest {
  readonly seed: number;
  readonly scenarios: EnginePlan['scenarios'];
  readonly telemetry: TelemetryPlan;
  readonly sources: SystemValues;
  readonly access: BackendAccess;
  /** The harness starts the target itself: then it tells it where to export and to log. */
  readonly embedded: boolean;
  readonly token: string | undefined;
  /** Ends every waiting. */
  readonly signal: AbortSignal;
}

/** Gauges that fall back once the load's work is done. */
const IDLE_GAUGES = ['aragora_active_debates', 'aragora_debates_active', 'aragora_websocket_connections'];
/** The reference target writes its log twice a second, others at least every few seconds. */
const LOG_DEADLINE_MS = 10_000;

/** As other programs have it: a log by this name is what is piped into the harness. */
const PIPED = '-';

function originOf(logFile: string): LogOrigin {
  return logFile === PIPED ? { stream: process.stdin, name: 'the log piped in' } : { file: logFile };
}

export class Evidence {
  /** Sent with the load as a cookie; kept in memory alone. */
  readonly canary = `canary-${randomBytes(12).toString('hex')}`;
  readonly #request: EvidenceRequest;
  readonly #sent: SentLoad;
  readonly #traceIds: TraceIds;
  readonly #finder: SecretFinder;
  readonly #closed = new AbortController();
  /** Of an interruption, or of the end. */
  readonly #ended: AbortSignal;
  #folder: string | undefined;
  #receiver: Receiver | undefined;
  #reader: LogReader | undefined;
  #scraping: Scraping | undefined;
  #httpUrl = '';
  /** The request after the load. */
  readonly #sentinel = new Sentinel();

  private constructor(request: EvidenceRequest) {
    const { seed, scenarios, token = '', signal } = request;
    this.#request = request;
    this.#ended = AbortSignal.any([signal, this.#closed.signal]);
    this.#finder = secretFinder([this.canary, token]);
    this.#sent = new SentLoad(scenarios);
    this.#traceIds = new TraceIds(
      seed,
      Object.keys(scenarios),
      ({ scenario, arrival }) => this.#sent.flag(scenario, arrival) !== null,
    );
  }

  /** Call it before the target starts. @throws SloError when the port for traces is taken. */
  static async open(request: EvidenceRequest): Promise<Evidence> {
    const evidence = new Evidence(request);
    try {
      await evidence.#open();
      return evidence;
    } catch (error) {
      await evidence.close();
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { embedded, sources, telemetry } = this.#request;
    if (embedded) this.#folder = await mkdtemp(join(tmpdir(), 'aragora-slo-target-'));
    const logFile = this.#logFile();
    if (logFile !== undefined) this.#reader = await startReading(originOf(logFile), this.#search());
    const { otlpPort, otlpGrpcPort, otlpHost } = sources;
    if (!embedded && otlpPort === undefined && otlpGrpcPort === undefined) return;
    this.#receiver = await startReceiver({
      ...given({ httpPort: otlpPort, grpcPort: otlpGrpcPort, host: otlpHost }),
      flagSent: (traceId) => {
        if (traceId === this.#sentinel.traceId) return true;
        const sent = this.#traceIds.locate(traceId);
        return sent === undefined ? null : this.#sent.flag(sent.scenario, sent.arrival);
      },
      traceIdAttribute: telemetry.contract.spans?.traceIdAttribute ?? null,
      secrets: this.#finder,
    });
  }

  /** With which the embedded target exports and logs to the harness. */
  get targetArgs(): readonly string[] {
    const [url, file] = [this.#receiver?.httpUrl, this.#logFile()];
    return url === undefined || file === undefined ? [] : ['--otlp', url, '--log', file];
  }

  /** Whether some backend's certificate is taken as it is. */
  get trustsAnyone(): boolean {
    return Object.values(this.#request.access).some((access) => access?.tls?.unchecked === true);
  }

  /** What `begin` may wait for, for a person; undefined when it takes no time. */
  get awaited(): string | undefined {
    return this.#request.sources.prometheus === undefined ? undefined : 'Prometheus to scrape the server once';
  }

  /** The first scrape: call it right before the load. Throws only the signal's reason. */
  async begin(httpUrl: string): Promise<void> {
    const { sources, access, telemetry } = this.#request;
    const { metrics = `${httpUrl}/metrics`, prometheus, prometheusJob } = sources;
    const { queries } = telemetry.metrics;
    const signal = this.#ended;
    this.#httpUrl = httpUrl;
    this.#scraping = await (prometheus === undefined
      ? startScraping({
          url: metrics,
          idleGauges: IDLE_GAUGES,
          queries,
          signal,
          secrets: this.#finder,
          ...this.#metricsAccess(metrics),
        })
      : startPrometheus({
          url: prometheus,
          targetUrl: httpUrl,
          idleGauges: IDLE_GAUGES,
          queries,
          signal,
          ...given({ job: prometheusJob }),
          ...access.prometheus,
        }));
  }

  /** Everything that could be had, secrets replaced; each family waits to its own deadline. [] after an interruption. */
  async collect(measured: Measured): Promise<Observation[]> {
    if (measured.load.reason.kind === 'interrupted') return [];
    const gathered = await Promise.all([this.#metrics(), this.#traces(measured), this.#logs(measured)]).catch(
      (error: unknown) => {
        if (this.#ended.aborted) return undefined;
        throw error;
      },
    );
    if (gathered === undefined || this.#ended.aborted) return [];
    const [metrics, traces, logs] = gathered;
    const { observations, secrets } = withoutSecrets<Observation>([...metrics, traces, ...logs], this.#finder);
    // What lets us into a backend was never sent to the server: it is hidden should a backend repeat it, and proves nothing.
    return [...withoutSecrets(observations, secretFinder(secretsOf(this.#request.access))).observations, secrets];
  }

  /** Ends whatever still listens. Call it when the target has stopped; harmless twice. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([this.#receiver?.stop(), this.#reader?.cancel()]);
    // Whoever writes there may go on; that is no reason to stay.
    if (this.#logFile() === PIPED) process.stdin.destroy();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #metrics(): Promise<MetricsObservation[]> {
    return this.#scraping === undefined ? [] : [await this.#scraping.stop()];
  }

  /** The server's own metrics may be behind the same token as the server. */
  #metricsAccess(url: string): HttpAccess {
    const { access, token } = this.#request;
    const isTargets = new URL(url).origin === new URL(this.#httpUrl).origin;
    if (access.metrics?.auth !== undefined || token === undefined || !isTargets) return access.metrics ?? {};
    return { ...access.metrics, auth: { kind: 'bearer', token } };
  }

  async #traces({ load, recording, started }: Measured): Promise<TracesObservation> {
    const { embedded, sources, access, telemetry } = this.#request;
    const isAsked = this.#receiver !== undefined || sources.jaeger !== undefined;
    const signal = this.#ended;
    return collectTraces({
      signal,
      ...(this.#receiver === undefined ? {} : { receiver: this.#receiver }),
      ...(sources.jaeger === undefined
        ? {}
        : { jaeger: openJaeger({ url: sources.jaeger, signal, ...access.jaeger }) }),
      sentinel: isAsked ? await this.#sentinel.send(this.#httpUrl, this.#request.token, signal) : undefined,
      requests: tracedRequests(recording),
      sent: { unsampled: this.#sent.count(started, false), unflagged: this.#sent.count(started, null) },
      awaited: (endpoint) => awaitedSpans(endpoint, telemetry.contract.spans),
      load,
      serviceName: telemetry.spans.serviceName.value,
      exportsHere: embedded,
      secrets: this.#finder,
    });
  }

  async #logs({ load, recording, started }: Measured): Promise<LogsObservation[]> {
    const sent: LoadSent = { sent: this.#sent.arrivals(started), lookup: lookedUp(recording) };
    const window = { fromMs: load.startedAtMs, toMs: load.endedAtMs };
    const options = { ...sent, window, deadlineMs: LOG_DEADLINE_MS, signal: this.#ended };
    const [direct, backends] = await Promise.all([
      this.#reader?.stop({ ...sent, deadlineMs: LOG_DEADLINE_MS, signal: this.#ended }),
      observeLogBackends(this.#request.sources, this.#request.access, this.#search(), options),
    ]);
    const logs = [...(direct === undefined ? [] : [direct]), ...backends];
    return logs.length > 0 ? logs : [NO_LOG];
  }

  #search(): LogSearch {
    return { signals: this.#request.telemetry.logs, traceIds: this.#traceIds, finder: this.#finder };
  }

  #logFile(): string | undefined {
    return this.#folder === undefined ? this.#request.sources.logFile : join(this.#folder, 'target.log');
  }
}

const NO_LOG: LogsObservation = {
  kind: 'logs',
  status: 'unavailable',
  source: 'direct',
  reason: 'no log was named',
  hint: 'give --log-file PATH, --loki URL, --elasticsearch URL or --cloudwatch GROUP',
};
