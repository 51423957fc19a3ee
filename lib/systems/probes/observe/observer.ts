/** Asks the server by single requests, before the load and after it. What it asks after the load, no other observer counts any more. */
import { randomBytes } from 'node:crypto';
import { debatePath, idLike, UNKNOWN_ID_BYTES } from '../../../core/debate-path.ts';
import { withToken } from '../../../http/access.ts';
import type { Asked, ObserveContext, Observer } from '../../../observe/observer.ts';
import type { ProbesObservation, ProbesObserved } from '../observation.ts';
import { Asking, answered } from './asking.ts';
import { askAsMonitor, askServices, IdleLine, OldSocket } from './connections.ts';
import { watchDebate } from './debate.ts';
import { compared, labelsOf, MetricsReader } from './expositions.ts';
import { DebateList } from './list.ts';
import { Listener } from './listener.ts';

export function observeProbes(context: ObserveContext): Observer {
  const sockets = new Sockets();
  const [line, list] = [new IdleLine(), new DebateList()];
  let asking: Asking | undefined;
  return {
    before: async (asked: Asked) => {
      asking = new Asking(asked, withToken(context.token, context.tls), context.signal);
      await sockets.old.open(asking);
      await line.open(asking);
      await list.before(asking);
    },
    collect: async () => [],
    after: async () => {
      if (asking === undefined) return [];
      const monitor = await askAsMonitor(asking);
      if (typeof monitor === 'string') return [gone(monitor)];
      const services = await askServices(asking);
      const idleLine = await line.ask(asking);
      await list.after(asking);
      const second = await sockets.another(asking);
      const oldSocket = await sockets.old.ask(asking, second);
      const isServed = 'pong' in oldSocket && oldSocket.pong === true;
      const first = isServed ? sockets.old.listener : second && (await sockets.another(asking));
      const { id, ...debates } = await watchDebate(asking, { first, second });
      const rest = await askUnknown(asking, context, id);
      const seen = { oldSocket, idleLine, monitor, services, list: list.seen(asking), ...debates, ...rest };
      const { httpUrl } = asking.server;
      return [
        { kind: 'probes', status: 'collected', source: 'direct', url: httpUrl, requests: asking.requests, ...seen },
      ];
    },
    close: async () => {
      sockets.leave();
      await line.close();
    },
  };
}

class Sockets {
  readonly old = new OldSocket();
  readonly #others: Listener[] = [];

  /** null when it does not open. */
  async another(asking: Asking): Promise<Listener | null> {
    const listener = new Listener();
    this.#others.push(listener);
    return (await listener.open(asking)) === null ? listener : null;
  }

  leave(): void {
    this.old.leave();
    for (const one of this.#others) one.leave();
  }
}

type Rest = Pick<ProbesObserved, 'unknown' | 'expositions' | 'labels'>;

/** Debates that do not exist, with expositions before and after the last of them. */
async function askUnknown(asking: Asking, context: ObserveContext, known: string | null): Promise<Rest> {
  const ids = [alike(known), alike(known)] as const;
  const paths = [debatePath(ids[0]), `${debatePath(ids[0])}/convergence`, debatePath(ids[1])] as const;
  const ask = async (path: string) => ({ path, answered: answered(await asking.ask(path)) });
  const unknown = [await ask(paths[0]), await ask(paths[1])];
  const reader = readerOf(asking, context);
  if (reader === null) {
    const lacking = "metrics are at another server than the target's";
    return { unknown, expositions: { unasked: lacking }, labels: { unasked: lacking } };
  }
  const before = await reader.plain();
  unknown.push(await ask(paths[2]));
  const prometheus = await reader.asPrometheus();
  const after = await reader.plain();
  const asked = known === null ? ids : [known, ...ids];
  return { unknown, expositions: compared(before, prometheus, after), labels: labelsOf(asked, before, after) };
}

function alike(known: string | null): string {
  return idLike(known, randomBytes(UNKNOWN_ID_BYTES).toString('hex'));
}

/** null where the metrics are not at the target's own address. */
function readerOf(asking: Asking, { options, access }: ObserveContext): MetricsReader | null {
  const { metrics } = options;
  const own = new URL(asking.server.httpUrl);
  const url = new URL(typeof metrics === 'string' ? metrics : `${own.href.replace(/\/+$/, '')}/metrics`);
  if (url.origin !== own.origin) return null;
  const path = url.href.slice(asking.server.httpUrl.length);
  return new MetricsReader(asking, access['metrics']?.auth === undefined ? asking.access : access['metrics'], path);
}

function gone(words: string): ProbesObservation {
  return {
    kind: 'probes',
    status: 'unavailable',
    source: 'direct',
    reason: `the server did not answer after the load: ${words}`,
    hint: 'did it go away under the load?',
  };
}
