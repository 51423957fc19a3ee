/** Breaks the pods behind a Service, for one run: looked at before the load, and left as they are found, but for the agents. */
import { SloError } from '../../core/error.ts';
import { AGENT_IMAGE, type AgentOrder, type PodFault } from '../../core/pod-fault.ts';
import type { ActiveFault } from '../../core/server-fault.ts';
import type { MakeOptions } from '../../stack/cache.ts';
import { Api } from '../api.ts';
import type { Cluster } from '../cluster.ts';
import { expectToBreak } from '../permissions.ts';
import { attachAgents, beginInAgents } from './agents.ts';
import { type Disruptor, openDisruptor } from './disruptor.ts';
import { killPods } from './kill.ts';
import { type Behind, podsBehind, serviceOf } from './service.ts';

export interface AskedBreaker {
  readonly cluster: Cluster;
  /** As `--fault-service` and `--agent-image` have them. */
  readonly service?: string | undefined;
  readonly image?: string | undefined;
  readonly target: string;
  /** Of all phases. */
  readonly faults: readonly PodFault[];
  /** Of the longest phase that has one. */
  readonly lastSec: number;
  readonly mark: string;
}

/** So much longer than its phase an agent may be on, when nobody is there any more to end it. */
const OVERTIME_SEC = 60;

export class PodBreaker {
  readonly #api: Api;
  readonly #behind: Behind;
  readonly #order: AgentOrder;
  readonly #disruptor: Disruptor | undefined;

  private constructor(api: Api, behind: Behind, { order, disruptor }: { order: AgentOrder; disruptor?: Disruptor }) {
    this.#api = api;
    this.#behind = behind;
    this.#order = order;
    this.#disruptor = disruptor;
  }

  /** Nothing is broken yet. @throws SloError in one line where something will not be possible. */
  static async open(asked: AskedBreaker, options: MakeOptions & { readonly signal: AbortSignal }): Promise<PodBreaker> {
    const { cluster, target, faults, lastSec, mark, image = AGENT_IMAGE } = asked;
    const { signal } = options;
    const { name, namespace } = serviceOf(asked.service, target, cluster.api.namespace);
    const api = new Api(cluster.api.cluster, namespace);
    let disruptor: Disruptor | undefined;
    try {
      await expectToBreak(api, faults, signal);
      const behind = await podsBehind(api, name, target, signal);
      expectEnough(behind, faults);
      const { labels, port } = behind;
      const order = { namespace, labels, port, image, mark, atMostSec: lastSec + OVERTIME_SEC };
      if (faults.every(({ kind }) => kind === 'pod-kill')) return new PodBreaker(api, behind, { order });
      disruptor = await openDisruptor(cluster.context, options);
      await attachAgents(disruptor, order, signal);
      return new PodBreaker(api, behind, { order, disruptor });
    } catch (error) {
      disruptor?.close();
      await api.close();
      throw error;
    }
  }

  /** @throws Error with why it did not begin. */
  async begin(fault: PodFault, signal: AbortSignal): Promise<ActiveFault> {
    if (fault.kind === 'pod-kill') return killPods(this.#api, this.#behind.labels, fault.count);
    if (this.#disruptor === undefined) throw new Error(`${fault.kind}: there are no agents`);
    return beginInAgents(this.#disruptor, { ...this.#order, fault }, signal);
  }

  async close(): Promise<void> {
    this.#disruptor?.close();
    await this.#api.close();
  }
}

/** @throws SloError `usage` for more pods than there are. */
function expectEnough({ service, pods }: Behind, faults: readonly PodFault[]): void {
  const most = Math.max(0, ...faults.map((fault) => (fault.kind === 'pod-kill' ? fault.count : 0)));
  if (most <= pods.length) return;
  throw new SloError('usage', `the fault pod-kill deletes ${most} pods, and the Service ${service} has ${pods.length}`);
}
