/**
 * The faults of a run: the layer that stands between k6 and the target, and what is broken in the server itself. They change at the borders of
 * the phases, and what was done is written down.
 */
import { randomUUID } from 'node:crypto';
import { endpointsOf } from '../core/endpoint.ts';
import {
  type Fault,
  type FaultCount,
  type FaultSwitch,
  type FaultsDone,
  isBetween,
  isOfServer,
} from '../core/fault.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadReason } from '../core/recording.ts';
import type { Witness } from '../core/server-fault.ts';
import { plannedJourneys, type TimedPhase, timedPhases } from '../core/timeline.ts';
import { type FaultLayer, type LayerOptions, startFaultLayer, type WatchedRoute } from './layer.ts';
import { type BrokenServer, ServerFaults } from './server/server.ts';

/** Where clients find the target, when the layer stands in front of it. */
export interface Front {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** On each answer that is the layer's own, or an agent's. */
  readonly faultMark: string;
}

/** @throws SloError `prerequisite-missing` when the layer can't be had. */
export async function startSession(
  plan: Pick<Plan, 'target' | 'phases'>,
  options: LayerOptions,
  server: BrokenServer,
): Promise<FaultSession> {
  const { httpUrl, wsUrl } = plan.target;
  const http = new URL(httpUrl);
  const socket = new URL(wsUrl.replace(/^ws/, 'http'));
  const servers = http.host === socket.host ? [http.origin] : [http.origin, socket.origin];
  const layer = await startFaultLayer(servers, options);
  const [first = '', second = first] = layer.urls;
  const prefix = http.pathname === '/' ? '' : http.pathname;
  const faultMark = randomUUID();
  await layer.watch(routesOf(plan, prefix), faultMark);
  const front = {
    faultMark,
    httpUrl: `${first}${prefix}`,
    wsUrl: `${second.replace(/^http/, 'ws')}${socket.pathname}${socket.search}`,
  };
  return new FaultSession({ layer, server: new ServerFaults(server) }, front, plan);
}

/** Where no request passes a layer: pods are broken themselves, and so they know the mark. */
const NO_COUNTS = { counts: [], requests: 0, answered: 0, routes: {} };

/** Of a load that comes from a cluster, or of a server whose faults need no layer. */
export function sessionWithoutLayer(
  plan: Pick<Plan, 'target' | 'phases'>,
  server: BrokenServer,
  faultMark: string,
): FaultSession {
  const layer: FaultLayer = {
    urls: [],
    set: async () => NO_COUNTS,
    watch: async () => NO_COUNTS,
    counts: async () => NO_COUNTS,
    ended: new Promise(() => {}),
    stop: async () => {},
  };
  const { httpUrl, wsUrl } = plan.target;
  return new FaultSession({ layer, server: new ServerFaults(server) }, { faultMark, httpUrl, wsUrl }, plan);
}

/** What carries the faults out. */
interface Hands {
  readonly layer: FaultLayer;
  readonly server: ServerFaults;
}

function routesOf(plan: Pick<Plan, 'phases'>, prefix: string): WatchedRoute[] {
  return endpointsOf(plannedJourneys(plan)).flatMap(({ name, http }) =>
    http === undefined ? [] : [{ name, method: http.method, path: `${prefix}${http.path}` }],
  );
}

export class FaultSession {
  readonly front: Front;
  readonly #layer: FaultLayer;
  readonly #server: ServerFaults;
  readonly #phases: readonly TimedPhase[];
  readonly #switches: FaultSwitch[] = [];
  readonly #counts: Record<string, readonly FaultCount[]> = {};
  readonly #witnesses: Record<string, readonly (Witness | null)[]> = {};
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #broken = new AbortController();
  /** The phase whose faults are on. */
  #active: string | undefined;
  #faults: readonly Fault[] = [];
  #began = false;
  #stopped = false;
  #ended: FaultsDone['ended'];
  /** Orders come one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ layer, server }: Hands, front: Front, plan: Pick<Plan, 'phases'>) {
    this.front = front;
    this.#layer = layer;
    this.#server = server;
    this.#phases = timedPhases(plan);
    void layer.ended.then((how) => this.#breakOff(`the layer of faults ended by itself: ${how}`));
  }

  /** Aborted, with its LoadReason, when nobody knows any more what is broken: what clients meet then is not the server. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Before the load: the faults of the first phase. */
  async prepare(): Promise<void> {
    const [first] = this.#phases;
    if (first !== undefined && first.faults.length > 0) await this.#enter(first);
  }

  /** At the first sample. @param second Unix second in which the load began: phases change in the course of a second. */
  began(second: number): void {
    if (this.#began) return;
    this.#began = true;
    for (const phase of this.#phases.slice(1)) {
      const inMs = (second + phase.startSec) * 1000 - Date.now();
      this.#timers.push(setTimeout(() => void this.#order(phase), Math.max(0, inMs)));
    }
  }

  /** After the load: ends what is on, and says what was done. */
  async done(): Promise<FaultsDone> {
    this.#clear();
    await this.#last;
    await this.#endOfServer();
    const [switches, counts, ended] = [this.#switches, this.#counts, this.#ended];
    const witnesses = Object.keys(this.#witnesses).length > 0 && { witnesses: this.#witnesses };
    if (ended !== undefined) return { switches, counts, ...witnesses, requests: 0, answered: 0, ended };
    const { counts: last, ...requests } = await this.#layer.counts();
    return { switches, counts: { ...counts, ...this.#countsOf(last) }, ...witnesses, ...requests };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#clear();
    await this.#last;
    await this.#endOfServer();
    await this.#layer.stop();
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #order(phase: TimedPhase): Promise<void> {
    const entered = this.#last.then(() => this.#enter(phase));
    const handled = entered.catch((error: Error) => this.#breakOff(error.message));
    this.#last = handled;
    return handled;
  }

  async #enter(phase: TimedPhase): Promise<void> {
    const same = JSON.stringify(phase.faults) === JSON.stringify(this.#faults);
    if (same && phase.faults.length === 0) return;
    const orderedAtMs = Date.now();
    await this.#endOfServer();
    const { counts } = await this.#layer.set(phase.faults.filter(isBetween));
    Object.assign(this.#counts, this.#countsOf(counts));
    this.#active = phase.faults.length > 0 ? phase.name : undefined;
    this.#faults = phase.faults;
    await this.#server.begin(phase.faults);
    this.#switches.push({ phase: phase.name, orderedAtMs, doneAtMs: Date.now() });
  }

  async #endOfServer(): Promise<void> {
    const { witnesses, stillOn } = await this.#server.end();
    if (this.#active !== undefined && witnesses.some((one) => one !== null)) this.#witnesses[this.#active] = witnesses;
    if (stillOn !== undefined) this.#breakOff(stillOn);
  }

  /** Of the faults that are on, in their order; those of the server are not counted. */
  #countsOf(ofLayer: readonly FaultCount[]): Record<string, readonly FaultCount[]> {
    if (this.#active === undefined) return {};
    let at = 0;
    const counts = this.#faults.map((fault) => (isOfServer(fault) ? undefined : ofLayer[at++]) ?? { seen: 0, hit: 0 });
    return { [this.#active]: counts };
  }

  #breakOff(detail: string): void {
    if (this.#stopped || this.#ended !== undefined) return;
    this.#ended = { atMs: Date.now(), how: detail };
    this.#broken.abort({ kind: 'ended-early', detail } satisfies LoadReason);
  }
}
