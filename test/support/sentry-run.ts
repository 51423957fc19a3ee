/** What the harness sees as the Sentry of a reference target in this process, around a small load. */
import { Agent, request } from 'node:http';
import { USER_AGENT } from '../../lib/core/user-agent.ts';
import { parseTargetArgs } from '../../lib/embedded/args.ts';
import type { ObserveContext, Observer } from '../../lib/observe/observer.ts';
import { secretFinder } from '../../lib/observe/secrets.ts';
import type { SentryObservation, SentryObserved } from '../../lib/systems/sentry/observation.ts';
import { observeSentry } from '../../lib/systems/sentry/observe/observer.ts';
import { startTarget } from '../../lib/target/target.ts';
import { factsOf } from './judged.ts';

export const CANARY = 'canary-of-the-load-0123456789';
/** A tenth of them, with room on both sides. */
export const REQUESTS = 200;

export interface Observing {
  readonly options?: Readonly<Record<string, string>>;
  readonly embedded?: boolean;
  readonly token?: string;
  readonly deadlineMs?: number;
  /** Requests that the load sent. */
  readonly requests?: number;
}

export function sentryObserver(how: Observing = {}): Promise<Observer> {
  const { options = {}, embedded = true, token, deadlineMs, requests = REQUESTS } = how;
  const context = {
    options: { sentryListen: '127.0.0.1:0', ...options },
    access: {},
    token,
    embedded,
    secrets: secretFinder([CANARY]),
    sent: { count: (_: unknown, flag: boolean | null) => (flag === null ? requests : 0) },
    signal: new AbortController().signal,
  };
  return observeSentry(context as unknown as ObserveContext, deadlineMs);
}

/** What it saw once `load` was over. */
export async function seenBy(observer: Observer, httpUrl: string, load = async () => {}): Promise<SentryObservation> {
  const server = { httpUrl, wsUrl: '', subprotocol: '', distinctClients: false, debateId: null };
  await observer.before?.(server);
  await load();
  const { load: ended, recording } = factsOf([], {});
  const observations = await observer.after?.({ load: ended, recording, started: {} });
  const [seen] = (observations ?? []) as readonly SentryObservation[];
  if (seen === undefined) throw new Error('it saw nothing');
  return seen;
}

/** What was seen of a target with these arguments. */
export async function reported(args: readonly string[], how: Observing = {}): Promise<SentryObserved> {
  const observer = await sentryObserver(how);
  const target = await startTarget(parseTargetArgs([...(observer.targetArgs ?? []), ...args], {}));
  try {
    const seen = await seenBy(observer, target.httpUrl, () => smallLoad(`${target.httpUrl}/api/health`));
    if (seen.status !== 'collected') throw new Error(seen.reason);
    return seen;
  } finally {
    await target.stop();
    await observer.close?.();
  }
}

/** As the load's clients ask. */
export async function smallLoad(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const headers = {
    'user-agent': USER_AGENT,
    authorization: `Bearer ${CANARY}`,
    cookie: `aragora_slo_canary=${CANARY}`,
  };
  const once = () =>
    new Promise<void>((resolve, reject) => {
      request(url, { agent, headers }, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
  await Promise.all(Array.from({ length: REQUESTS }, once));
  agent.destroy();
}
