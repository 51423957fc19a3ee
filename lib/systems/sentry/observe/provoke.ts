/** Provokes one error in the server, and waits until it is reported. */
import { randomBytes } from 'node:crypto';
import { within } from '../../../core/within.ts';
import { authorization, type HttpAccess } from '../../../http/access.ts';
import { send } from '../../../http/client.ts';
import type { Provoked } from '../observation.ts';
import type { Gathering } from './gathering.ts';

/** What its request carries that nobody may report. */
export interface Marks {
  /** In the cookies, and as token where the server asks for none. */
  readonly secret: string;
  readonly email: string;
}

export function newMarks(): Marks {
  const hex = (): string => randomBytes(12).toString('hex');
  return { secret: `canary-${hex()}`, email: `canary-${hex()}@aragora-slo.example` };
}

export interface Provoking {
  readonly url: string;
  readonly access: HttpAccess;
  readonly marks: Marks;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const REFUSES_PARAMETERS = [400, 422];

/** Throws only the signal's reason. */
export async function provoke(gathering: Gathering, provoking: Provoking): Promise<Provoked> {
  const { access, marks, deadlineMs, signal } = provoking;
  const url = new URL(provoking.url);
  // SDKs continue this header, and report the address that was asked: either shows whose error it is.
  const [traceId, mark] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  url.searchParams.set('aragora_slo', mark);
  const before = gathering.arrived;
  const startedMs = performance.now();
  const arrived = arrival(gathering, [traceId, mark], signal, deadlineMs);
  const request = {
    ...(access.tls === undefined ? {} : { tls: access.tls }),
    headers: {
      'sentry-trace': `${traceId}-${randomBytes(8).toString('hex')}`,
      cookie: `aragora_slo_canary=${marks.secret}; aragora_slo_email=${marks.email}`,
      ...(access.auth === undefined ? {} : { authorization: authorization(access.auth) }),
    },
    signal,
  };
  const marked = await send(url, request);
  // A server may refuse a parameter that it does not know. The trace id is then the only mark.
  const isRefused = marked.status !== null && REFUSES_PARAMETERS.includes(marked.status);
  const { status } = isRefused ? await send(provoking.url, request) : marked;
  const isRaised = status !== null && status >= 500;
  const arrivedAtMs = isRaised ? await arrived : null;
  signal.throwIfAborted();
  return {
    path: url.pathname,
    status,
    arrivedMs: arrivedAtMs === null ? null : Math.round(arrivedAtMs - startedMs),
    deadlineMs,
    others: gathering.arrived - before - (arrivedAtMs === null ? 0 : 1),
  };
}

/** The time of its arrival; null after the deadline, and when nobody waits any more. */
function arrival(
  gathering: Gathering,
  marks: readonly string[],
  signal: AbortSignal,
  deadlineMs: number,
): Promise<number | null> {
  return within(
    { ms: deadlineMs, signal },
    (ended) =>
      new Promise((resolve) => {
        ended.addEventListener('abort', () => resolve(null));
        gathering.await({ marks, arrived: () => resolve(performance.now()) });
      }),
  );
}
