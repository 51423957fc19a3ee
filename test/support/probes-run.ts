/** The probes around no load at all, against a reference target in this process. */
import type { Finding } from '../../lib/core/finding.ts';
import type { Asked, ObserveContext } from '../../lib/observe/observer.ts';
import { prepareDebate } from '../../lib/preflight/prepare.ts';
import type { Answered, Part, ProbesObservation, ProbesObserved } from '../../lib/systems/probes/observation.ts';
import { observeProbes } from '../../lib/systems/probes/observe/observer.ts';
import { PROBE_SYSTEM } from '../../lib/systems/probes/system.ts';
import { startTarget, type TargetOptions } from '../../lib/target/target.ts';
import { judgeObserved } from './judge-system.ts';
import { factsOf } from './judged.ts';

export interface Between {
  /** What happens in place of the load. */
  readonly load?: () => Promise<void>;
  readonly asked?: Partial<Asked>;
}

/** So that they still run when both have subscribed, however busy the machine is. */
export const LONG_DEBATES = { waits: { 'agent-response': 'constant(6s)' } } as const;

let healthy: Promise<ProbesObservation> | undefined;

/** What the probes saw of a healthy server, once for all test files of a thread. Tests change copies of it, never itself. */
export async function healthyProbes(): Promise<ProbesObserved> {
  healthy ??= probed({ patch: LONG_DEBATES });
  const seen = await healthy;
  if (seen.status !== 'collected') throw new Error(seen.reason);
  return seen;
}

/** What the probes saw of a target with these options. */
export async function probed(options: TargetOptions, between: Between = {}): Promise<ProbesObservation> {
  const target = await startTarget(options);
  try {
    return await probedAt(target, between);
  } finally {
    await target.stop();
  }
}

export async function probedAt(
  { httpUrl, wsUrl }: Pick<Asked, 'httpUrl' | 'wsUrl'>,
  { load = async () => {}, asked = {} }: Between = {},
): Promise<ProbesObservation> {
  const { signal } = new AbortController();
  const context = { options: {}, access: {}, token: undefined, signal } as unknown as ObserveContext;
  const observer = observeProbes(context);
  try {
    const prepared = await prepareDebate({ httpUrl, token: undefined }, signal);
    const { debateId } = prepared;
    const consensus = prepared.debateId === null ? null : prepared.known.consensus;
    const server = { httpUrl, wsUrl, subprotocol: 'aragora-v1', distinctClients: false, debateId, consensus };
    await observer.before?.({ ...server, ...asked });
    await load();
    const { load: ended, recording } = factsOf([], {});
    const observations = await observer.after?.({ load: ended, recording, started: {} });
    const [seen] = (observations ?? []) as readonly ProbesObservation[];
    if (seen === undefined) throw new Error('the probes saw nothing');
    return seen;
  } finally {
    await observer.close?.();
  }
}

export function findingsOn(seen: ProbesObservation, exclusive = true): Finding[] {
  return judgeObserved(PROBE_SYSTEM, [seen], { exclusive });
}

export function findingOn(name: string, seen: ProbesObserved, exclusive = true): Finding {
  const found = findingsOn(seen, exclusive).find(({ id }) => id === `probes.${name}`);
  if (found === undefined) throw new Error(`no finding ${name}`);
  return found;
}

export function failingOn(seen: ProbesObserved): string[] {
  return findingsOn(seen).flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

export const answer = (status: number, isObject = true): Answered => ({
  status,
  contentType: 'application/json',
  isObject,
});
export const HANG: Answered = { trouble: 'no-answer', words: 'no answer within 10 s' };
export const CLOSED: Answered = { trouble: 'closed', words: 'the connection was closed' };

/** A part of what a healthy server showed. */
export function partOf<Seen extends object>(part: Part<Seen>): Seen {
  if ('lacking' in part || 'unasked' in part) throw new Error('the healthy server was not asked');
  return part;
}
