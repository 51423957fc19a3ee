/** The engines of a load in a cluster: made, awaited, started together, read, and removed. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import type { LoadReason } from '../core/recording.ts';
import { segmentsOf } from '../core/segment.ts';
import { interrupted } from '../engine/command.ts';
import type { Engine } from '../engine/ensure.ts';
import type { EngineRequest, Engines } from '../load/engines.ts';
import type { Api } from './api.ts';
import type { Cluster } from './cluster.ts';
import { type ClusterLoad, configMap, jobs, type Owner, RUN_LABEL, secret, testRun } from './manifests.ts';
import { cannotStart, isRunning, type Pod, podOf, waitsFor } from './pods.ts';
import { Runner } from './runner.ts';

export interface ClusterRequest {
  readonly cluster: Cluster;
  readonly load: Omit<ClusterLoad, 'name' | 'image'>;
  readonly note: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
  /** Default: two minutes to start, 30 s of silence, a minute to be gone. */
  readonly patience?: ClusterPatience;
}

export interface ClusterPatience {
  readonly startMs: number;
  readonly silenceMs: number;
  readonly goneMs: number;
}

const PATIENCE: ClusterPatience = { startMs: 120_000, silenceMs: 30_000, goneMs: 60_000 };
const POLL_MS = 500;

/** Returns when every engine answers. @throws SloError in one line, with nothing left in the cluster, when one can't. */
export async function startClusterEngines(request: ClusterRequest): Promise<ClusterEngines> {
  const engines = new ClusterEngines(request);
  try {
    await engines.start();
    return engines;
  } catch (error) {
    await engines.close();
    if (request.signal.aborted) throw interrupted('the start of the runners');
    throw error;
  }
}

export class ClusterEngines implements Engines {
  readonly #request: ClusterRequest;
  readonly #patience: ClusterPatience;
  readonly #load: ClusterLoad;
  /** Each runner has one of its own, besides. */
  readonly #api: Api;
  readonly #apis: Api[] = [];
  #runners: readonly Runner[] = [];
  #begun: Promise<void> | undefined;
  #isMade = false;
  /** As its image is called; each says its version itself. */
  engine: Engine;
  /** Where each of them runs. */
  nodes: readonly string[] = [];

  constructor(request: ClusterRequest) {
    this.#request = request;
    this.#patience = request.patience ?? PATIENCE;
    const { image, api } = request.cluster;
    this.#api = api.another();
    this.engine = { path: image, version: 'of another version', source: 'hdr' };
    this.#load = { ...request.load, image, name: `aragora-slo-${randomBytes(4).toString('hex')}` };
  }

  async start(): Promise<void> {
    const { note } = this.#request;
    await this.#make();
    const { generators } = this.#load.enginePlan;
    note(`waiting for ${generators} pods in the namespace ${this.#api.namespace} (${this.#load.name})`);
    this.#runners = await this.#answering();
  }

  async run(request: EngineRequest): Promise<LoadReason> {
    const runner = this.#runners[request.segment.index];
    if (runner === undefined) throw new Error(`there is no runner ${request.segment.index}`);
    try {
      this.#begun ??= this.#begin(request.signal);
      await this.#begun;
    } catch (error) {
      if (request.signal.aborted) return { kind: 'interrupted', signal: String(request.signal.reason) };
      return { kind: 'ended-early', detail: `it could not be started: ${(error as Error).message}` };
    }
    return await runner.read(request);
  }

  /** Everything else goes with its owner, and when the pods are gone nothing is left. */
  async close(): Promise<void> {
    const { warn } = this.#request;
    const api = this.#api;
    const [{ name }, deadlineMs] = [this.#load, performance.now() + this.#patience.goneMs];
    const path = `${api.path('api/v1', 'configmaps', name)}?propagationPolicy=Background`;
    let gone = !this.#isMade;
    while (!gone && performance.now() < deadlineMs) {
      const answer = await api.ask('DELETE', path);
      const deleted = !('silence' in answer) && (answer.status < 300 || answer.status === 404);
      gone = deleted && (await this.#pods(api))?.length === 0;
      if (!gone) await sleep(POLL_MS);
    }
    if (!gone) warn(`something may be left: kubectl delete configmap ${name} --namespace ${api.namespace}`);
    await Promise.all(this.#apis.map((one) => one.close()));
    await api.close();
  }

  async #make(): Promise<void> {
    const { cluster, signal } = this.#request;
    const [api, { withOperator }] = [this.#api, cluster];
    const owner = { name: this.#load.name, uid: await this.#makeOwner(signal) };
    const secrets = secret(this.#load, owner);
    if (secrets !== undefined) await api.get('POST', api.path('api/v1', 'secrets'), { body: secrets, signal });
    if (withOperator) {
      const body = testRun(this.#load, owner);
      await api.get('POST', api.path('apis/k6.io/v1alpha1', 'testruns'), { body, signal });
      return;
    }
    for (const body of jobs(this.#load, owner))
      await api.get('POST', api.path('apis/batch/v1', 'jobs'), { body, signal });
  }

  /** @returns the uid of the ConfigMap. */
  async #makeOwner(signal: AbortSignal): Promise<string> {
    const [api, body] = [this.#api, configMap(this.#load)];
    // Without an answer it may be there.
    this.#isMade = true;
    const answer = await api.ask('POST', api.path('api/v1', 'configmaps'), { body, signal });
    if ('silence' in answer) throw api.unreachable(answer.silence);
    if (answer.status < 300) return (JSON.parse(answer.text) as { readonly metadata: Owner }).metadata.uid;
    // One of that name is somebody else's.
    this.#isMade = false;
    throw api.refusal(answer);
  }

  /** A runner for each generator, once all of them answer. */
  async #answering(): Promise<Runner[]> {
    const { signal } = this.#request;
    const api = this.#api;
    const deadlineMs = performance.now() + this.#patience.startMs;
    const segments = segmentsOf(this.#load.enginePlan.generators);
    const answering = new Map<number, Runner>();
    for (;;) {
      signal.throwIfAborted();
      const pods = (await this.#pods(api, signal)) ?? [];
      for (const { index } of segments) {
        const pod = podOf(pods, this.#load.name, index);
        const why = pod === undefined ? undefined : cannotStart(pod);
        if (why !== undefined) throw this.#unstarted(index, why);
        if (pod === undefined || !isRunning(pod) || answering.has(index)) continue;
        const runner = this.#runnerIn(pod.metadata.name);
        const version = await runner.version(signal);
        if (version === undefined) continue;
        this.engine = { ...this.engine, version };
        answering.set(index, runner);
      }
      if (answering.size === segments.length) {
        this.nodes = segments.flatMap(({ index }) => podOf(pods, this.#load.name, index)?.spec?.nodeName ?? []);
        return segments.flatMap(({ index }) => answering.get(index) ?? []);
      }
      if (performance.now() >= deadlineMs) {
        const late = segments.find(({ index }) => !answering.has(index))?.index ?? 0;
        const waits = waitsFor(podOf(pods, this.#load.name, late));
        throw this.#unstarted(late, `it has not in ${Math.round(this.#patience.startMs / 1000)} s: ${waits}`);
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  #unstarted(index: number, why: string): SloError {
    const { api, withOperator } = this.#request.cluster;
    const message = `runner ${index + 1} of ${this.#load.enginePlan.generators} does not start: ${why}`;
    const made = withOperator ? '; k6-operator makes the pods: does it run?' : '';
    return new SloError('prerequisite-missing', message, {
      hint: `the image is ${this.#load.image}, the cluster ${api.cluster.name}, the namespace ${api.namespace}${made}`,
    });
  }

  #runnerIn(pod: string): Runner {
    const api = this.#request.cluster.api.another();
    this.#apis.push(api);
    const { silenceMs } = this.#patience;
    const look = async () => {
      const pods = await this.#pods(api);
      return pods === null ? null : pods.find(({ metadata }) => metadata.name === pod);
    };
    return new Runner({ api, pod, durationSec: this.#load.durationSec, silenceMs, look });
  }

  /** k6-operator has started them already. */
  async #begin(signal: AbortSignal): Promise<void> {
    if (this.#request.cluster.withOperator) return;
    await Promise.all(this.#runners.map((runner) => runner.begin(signal)));
  }

  /** null: the API server did not answer. */
  async #pods(api: Api, signal?: AbortSignal): Promise<Pod[] | null> {
    const path = `${api.path('api/v1', 'pods')}?labelSelector=${encodeURIComponent(`${RUN_LABEL}=${this.#load.name}`)}`;
    const answer = await api.ask('GET', path, signal === undefined ? {} : { signal });
    return 'silence' in answer || answer.status !== 200
      ? null
      : (JSON.parse(answer.text) as { readonly items: Pod[] }).items;
  }
}
