/** What the harness sees in a real Redis, around debates of a reference target in this process. */
import type { TelemetryPlan } from '../../lib/core/telemetry-plan.ts';
import type { BackendAccess } from '../../lib/http/access.ts';
import type { ObserveContext, Observer } from '../../lib/observe/observer.ts';
import { breakNamed } from '../../lib/systems/breaks.ts';
import type { RedisObservation } from '../../lib/systems/redis/observation.ts';
import { observeRedis } from '../../lib/systems/redis/observe/observer.ts';
import { redisPromises } from '../../lib/systems/redis/promises.ts';
import { REDIS_SYSTEM } from '../../lib/systems/redis/system.ts';
import { startTarget } from '../../lib/target/target.ts';
import { judgeObserved } from './judge-system.ts';
import { factsOf } from './judged.ts';

export const TASKS = 12;

export function redisObserver(url: string, contract = 'documented', access: BackendAccess = {}): Observer {
  const telemetry = { systems: { redis: { promises: redisPromises(contract), sources: ['direct'] } } };
  const context: Pick<ObserveContext, 'options' | 'access' | 'embedded' | 'signal' | 'telemetry'> = {
    options: { redis: url },
    access,
    embedded: false,
    signal: new AbortController().signal,
    telemetry: telemetry as unknown as TelemetryPlan,
  };
  return observeRedis(context as ObserveContext);
}

/** What was seen once `load` was over. */
export async function seenAround(observer: Observer, load: () => Promise<void>): Promise<RedisObservation> {
  try {
    await observer.before?.({ httpUrl: '', wsUrl: '', subprotocol: '', distinctClients: false, debateId: null });
    await observer.begin?.('');
    await load();
    const { load: ended, recording } = factsOf([], {});
    const [seen] = (await observer.collect({ load: ended, recording, started: {} })) as readonly RedisObservation[];
    if (seen === undefined) throw new Error('it saw nothing');
    return seen;
  } finally {
    await observer.close?.();
  }
}

/** What was seen of a target's debates, with these breaks. */
export async function seenOf(url: string, breaks: readonly string[] = []): Promise<RedisObservation> {
  const target = await startTarget({ tasks: { url }, breaks: breaks.map(breakNamed) });
  try {
    return await seenAround(redisObserver(url), () => debates(target.httpUrl));
  } finally {
    await target.stop();
  }
}

/** As many as there are tasks, at the same time, until each has ended. */
async function debates(httpUrl: string): Promise<void> {
  const one = async (number: number): Promise<void> => {
    const answer = await fetch(`${httpUrl}/api/debates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: `question ${number}`, agents: ['claude', 'gpt'], rounds: 1 }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  await Promise.all(Array.from({ length: TASKS }, (_, number) => one(number)));
}

/** Of a run in which nobody else uses the server. */
export function judgedRedis(seen: RedisObservation, exclusive = true, contract = 'documented') {
  const looked = { promises: redisPromises(contract), sources: ['direct'], exclusive };
  return judgeObserved(REDIS_SYSTEM, [seen], looked);
}
