/** The probes around no load at all, against a reference target in this process. */
import type { Finding } from '../../lib/core/finding.ts';
import type { Asked, ObserveContext } from '../../lib/observe/observer.ts';
import { prepareDebate } from '../../lib/preflight/prepare.ts';
import type { ProbesObservation } from '../../lib/systems/probes/observation.ts';
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
    const { debateId } = await prepareDebate({ httpUrl, token: undefined }, signal);
    const server = { httpUrl, wsUrl, subprotocol: 'aragora-v1', distinctClients: false, debateId };
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
