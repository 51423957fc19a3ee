/** Collects the evidence of all observed systems around one load. No secret that was sent, or that opens a backend, is in what it gives. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Observation } from '../core/observation.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { TraceIds } from '../core/trace-ids.ts';
import type { BackendAccess } from '../http/access.ts';
import type { Asked, Measured, ObserveContext, Observed, Observer, ReadAtServer } from './observer.ts';
import { type SecretFinder, secretFinder, withoutSecrets } from './secrets.ts';
import { SentLoad } from './sent.ts';

export interface CollectorRequest extends Pick<ObserveContext, 'options' | 'access' | 'token' | 'tls' | 'embedded'> {
  readonly seed: number;
  readonly scenarios: EnginePlan['scenarios'];
  readonly telemetry: TelemetryPlan;
  /** Ends every waiting. */
  readonly signal: AbortSignal;
}

export class Collector {
  /** Sent with the load as a cookie; it is in memory alone. */
  readonly canary = `canary-${randomBytes(12).toString('hex')}`;
  readonly #access: BackendAccess;
  readonly #secrets: SecretFinder;
  readonly #observers: Observer[] = [];
  readonly #closed = new AbortController();
  /** Of an interruption, or of the end. */
  readonly #ended: AbortSignal;

  private constructor({ access, token = '', signal }: CollectorRequest) {
    this.#access = access;
    this.#secrets = secretFinder([this.canary, token]);
    this.#ended = AbortSignal.any([signal, this.#closed.signal]);
    // Many requests to a backend may wait at once, and each listens.
    setMaxListeners(0, this.#ended);
  }

  /** Call it before the target starts. @throws SloError when evidence can't be collected at all, for example because a port is taken. */
  static async open(request: CollectorRequest, systems: readonly Observed[]): Promise<Collector> {
    const collector = new Collector(request);
    const context = collector.#contextOf(request);
    try {
      for (const system of systems) collector.#observers.push(await system.observe(context));
      return collector;
    } catch (error) {
      await collector.close();
      throw error;
    }
  }

  #contextOf({ seed, scenarios, ...request }: CollectorRequest): ObserveContext {
    const sent = new SentLoad(scenarios);
    const isSent = (scenario: string, arrival: number) => sent.flag(scenario, arrival) !== null;
    const traceIds = new TraceIds(seed, Object.keys(scenarios), ({ scenario, arrival }) => isSent(scenario, arrival));
    return { ...request, sent, traceIds, secrets: this.#secrets, signal: this.#ended };
  }

  /** With which the embedded target gives its telemetry to the harness. */
  get targetArgs(): readonly string[] {
    return this.#observers.flatMap(({ targetArgs = [] }) => targetArgs);
  }

  /** What the user has to know before the load, one line each. */
  get notes(): readonly string[] {
    return this.#observers.flatMap(({ note = [] }) => note);
  }

  /** Whether some backend's certificate is taken as it is. */
  get trustsAnyone(): boolean {
    return Object.values(this.#access).some((access) => access?.tls?.unchecked === true);
  }

  /** What `begin` may wait for, for a person; undefined when it takes no time. */
  get awaited(): string | undefined {
    const awaited = this.#observers.flatMap((observer) => observer.awaited ?? []);
    return awaited.length === 0 ? undefined : awaited.join(', and for ');
  }

  /** What will be read at the server itself while it is loaded. */
  reads(httpUrl: string): readonly ReadAtServer[] {
    return this.#observers.flatMap((observer) => observer.reads?.(httpUrl) ?? []);
  }

  /** What has to be seen before anything is counted. Throws only the signal's reason. */
  async before(asked: Asked): Promise<void> {
    for (const observer of this.#observers) await observer.before?.(asked);
  }

  /** Call it right before the load. Throws only the signal's reason. */
  async begin(httpUrl: string): Promise<void> {
    await Promise.all(this.#observers.map((observer) => observer.begin?.(httpUrl)));
  }

  /** Everything that could be read, with secrets replaced; each observer waits until its own deadline. What was whole before an interruption. */
  async collect(measured: Measured): Promise<Observation[]> {
    if (measured.load.reason.kind === 'interrupted') return [];
    const gathered: (readonly Observation[])[] = [];
    await this.#gather(measured, gathered).catch((error: unknown) => {
      if (!this.#ended.aborted) throw error;
    });
    if (this.#ended.aborted && gathered.length === 0) return [];
    const { observations, secrets } = withoutSecrets<Observation>(gathered.flat(), this.#secrets);
    // What opens a backend was never sent to the server: it is hidden should a backend repeat it, and proves nothing.
    return [...withoutSecrets(observations, secretFinder(secretsOf(this.#access))).observations, secrets];
  }

  /** What was collected is seen together or not at all: the checks compare it. What comes after it stands alone. */
  async #gather(measured: Measured, into: (readonly Observation[])[]): Promise<void> {
    const during = await Promise.all(this.#observers.map((observer) => observer.collect(measured)));
    this.#ended.throwIfAborted();
    into.push(...during);
    for (const observer of this.#observers) {
      into.push((await observer.after?.(measured)) ?? []);
      this.#ended.throwIfAborted();
    }
  }

  /** Ends whatever still listens. Call it when the target has stopped; harmless twice. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#observers.map((observer) => observer.close?.()));
  }
}

/** Every secret in it. */
function secretsOf(access: BackendAccess): string[] {
  return Object.values(access).flatMap((one) => {
    if (one?.auth === undefined) return [];
    return one.auth.kind === 'bearer' ? [one.auth.token] : [one.auth.password];
  });
}
