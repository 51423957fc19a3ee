/** Observes the status page of a run: reads the external monitors' records after the load, and asks once each URL that they ask at the server. */
import type { MonitorObservation, Observation } from '../../../core/observation.ts';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import { withToken } from '../../../http/access.ts';
import type { HttpFailure } from '../../../http/backend.ts';
import { send } from '../../../http/client.ts';
import type { Measured, ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { AddressAnswered, SeenMonitor, StatusObserved, StatusSource } from '../observation.ts';
import type { STATUS_OPTIONS } from '../options.ts';
import { countedPings, knownMonitors } from '../pairs.ts';
import type { StatusPromises } from '../promises.ts';
import { readProbes } from './blackbox.ts';
import { type KumaRead, readKuma } from './kuma.ts';

type Options = OptionValues<typeof STATUS_OPTIONS>;

export function observeStatus(context: ObserveContext): Observer {
  const options: Options = context.options;
  if (options.blackbox === undefined && options.uptimeKuma === undefined) return { collect: async () => [] };
  const observing = new Observing(context, options);
  return {
    before: async ({ httpUrl }) => {
      observing.target = httpUrl;
    },
    collect: async () => [],
    after: (measured) => observing.after(measured),
  };
}

class Observing {
  target = '';
  readonly #context: ObserveContext;
  readonly #options: Options;
  readonly #promises: StatusPromises;

  constructor(context: ObserveContext, options: Options) {
    this.#context = context;
    this.#options = options;
    this.#promises = promisesOf<StatusPromises>(context.telemetry, 'status');
  }

  async after({ load }: Measured): Promise<readonly Observation[]> {
    const { access, signal } = this.#context;
    const { blackbox, uptimeKuma } = this.#options;
    const [target, startedAtMs] = [this.target, load.startedAtMs];
    const observations: Observation[] = [];
    if (blackbox !== undefined) {
      const isWanted = (monitor: SeenMonitor) =>
        monitor.atTarget || knownMonitors(this.#promises, { monitors: [monitor] }).length > 0;
      const asked = { ...access['blackbox'], url: blackbox, signal, target, startedAtMs, nowMs: Date.now(), isWanted };
      const read = await readProbes(asked);
      observations.push(...(await this.#observed('blackbox', blackbox, read.ok ? { ...read, summarised: [] } : read)));
    }
    if (uptimeKuma !== undefined) {
      const read = await readKuma({ ...access['uptimeKuma'], url: uptimeKuma, signal, target });
      observations.push(...(await this.#observed('uptime-kuma', uptimeKuma, read)));
    }
    return observations;
  }

  async #observed(source: StatusSource, at: string, read: KumaRead | HttpFailure): Promise<readonly Observation[]> {
    if (!read.ok) {
      const { reason, hint } = read;
      const monitor: MonitorObservation = { kind: 'monitor.status-page', status: 'unavailable', source, reason, hint };
      return [{ kind: 'status', status: 'unavailable', source, reason, hint }, monitor];
    }
    const { monitors, summarised } = read;
    const seen = { kind: 'status', status: 'collected', source, url: at, readAtMs: Date.now() } as const;
    const observed: StatusObserved = { ...seen, monitors, summarised, addresses: await this.#ask(monitors) };
    const data = countedPings(this.#promises, observed);
    const monitor: MonitorObservation = { kind: 'monitor.status-page', status: 'collected', source, url: at, data };
    return [observed, monitor];
  }

  /** Each address once: the guide's, and others of this server that a monitor asks. */
  async #ask(monitors: readonly SeenMonitor[]): Promise<AddressAnswered[]> {
    const promised = this.#promises.monitors.flatMap(({ url, path }) => (url.startsWith('ws') ? [] : (path ?? [])));
    const seen = monitors.flatMap(({ atTarget, url, path }) =>
      atTarget && /^http/.test(url ?? '') ? (path ?? []) : [],
    );
    const sockets = this.#promises.monitors.flatMap(({ url, path }) => (url.startsWith('ws') ? (path ?? []) : []));
    const answers: AddressAnswered[] = [];
    for (const path of new Set([...promised, ...seen]))
      if (!sockets.includes(path)) answers.push(await this.#answer(path));
    return answers;
  }

  async #answer(path: string): Promise<AddressAnswered> {
    const { token, tls, signal } = this.#context;
    const answer = await send(`${this.target.replace(/\/+$/, '')}${path}`, { ...withToken(token, tls), signal });
    return 'trouble' in answer
      ? { path, status: null, trouble: answer.trouble.words }
      : { path, status: answer.status, trouble: null };
  }
}
