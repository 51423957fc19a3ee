/** Faults of the server of a run: of the embedded one by the harness itself, of any other by a program of the user's. */
import { type Fault, isOfServer } from '../../core/fault.ts';
import { isPodFault, type PodFault } from '../../core/pod-fault.ts';
import type { ActiveFault, ServerFault, Witness } from '../../core/server-fault.ts';
import type { RestartableTarget } from '../../embedded/restartable.ts';
import { neverBegun, wordsOf } from './active.ts';
import { beginCommand, type FaultCommand } from './command.ts';
import { beginKill } from './kill.ts';
import { beginPause } from './pause.ts';
import { beginPressure, Orders } from './pressure.ts';
import { beginRedis, type RedisRelay } from './redis.ts';

/** Whoever breaks the pods of the server. */
export interface BrokenPods {
  /** @throws Error with why it did not begin. */
  begin(fault: PodFault, signal: AbortSignal): Promise<ActiveFault>;
  close(): Promise<void>;
}

export interface BrokenServer {
  /** Absent: the harness did not start the server. */
  readonly embedded?: RestartableTarget | undefined;
  readonly command?: FaultCommand | undefined;
  /** Absent: nobody named pods of a cluster. */
  readonly pods?: BrokenPods | undefined;
  /** What the connections of the embedded server to its Redis pass; absent: it has none, or nobody cuts them. */
  readonly redis?: RedisRelay | undefined;
  /** Of the run. */
  readonly signal: AbortSignal;
}

export class ServerFaults {
  readonly #server: BrokenServer;
  readonly #orders: Orders | undefined;
  /** In the order of the faults of a phase; null for those of the layer. */
  #active: (ActiveFault | null)[] = [];

  constructor(server: BrokenServer) {
    this.#server = server;
    this.#orders = server.embedded && new Orders(server.embedded);
  }

  async begin(faults: readonly Fault[]): Promise<void> {
    for (const fault of faults) this.#active.push(isOfServer(fault) ? await this.#begun(fault) : null);
  }

  /** Ends all that are on. `stillOn`: why one of them may not be over. Never throws. */
  async end(): Promise<{ readonly witnesses: readonly (Witness | null)[]; readonly stillOn: string | undefined }> {
    const ending = this.#active;
    this.#active = [];
    const ended = [];
    for (const one of ending) ended.push((await one?.end()) ?? null);
    return {
      witnesses: ended.map((one) => one?.witness ?? null),
      stillOn: ended.find((one) => one?.stillOn !== undefined)?.stillOn,
    };
  }

  #begun(fault: ServerFault): Promise<ActiveFault> {
    return this.#carriedOut(fault).catch((error: unknown) => neverBegun(`${fault.kind}: ${wordsOf(error)}`));
  }

  async #carriedOut(fault: ServerFault): Promise<ActiveFault> {
    const { embedded, command, pods, redis, signal } = this.#server;
    if (isPodFault(fault)) {
      if (pods === undefined) throw new Error('nobody can break the pods of this server');
      return pods.begin(fault, signal);
    }
    if (embedded === undefined || this.#orders === undefined || fault.kind === 'command') {
      if (command === undefined) throw new Error('nobody can break this server');
      return beginCommand(fault.kind === 'command' ? fault.name : fault.kind, command, signal);
    }
    switch (fault.kind) {
      case 'kill':
        return beginKill(embedded, fault.forMs, signal);
      case 'pause':
        return beginPause(embedded, fault.forMs);
      case 'cpu':
      case 'memory':
      case 'clock':
        return beginPressure(fault, this.#orders);
      case 'redis':
        if (redis === undefined) throw new Error('the server has no Redis');
        return beginRedis(redis);
      default:
        throw new Error(`${JSON.stringify(fault satisfies never)} is no fault of a server`);
    }
  }
}
