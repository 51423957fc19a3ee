/** The findings of one system on facts that a test makes up. */
import type { Finding } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { judgeCheck } from '../../lib/systems/evidence.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { Looked, System } from '../../lib/systems/system.ts';
import { factsOf } from './judged.ts';

export function judgeSystem<P>(system: System<P>, input: JudgeInput, looked: Looked<P>): Finding[] {
  return system.checks(looked).map((check) => judgeCheck(check, input, SYSTEMS));
}

/** Under the documented contract, on a run of which nothing but the observations matters. */
export function judgeObserved<P>(
  system: System<P>,
  observations: readonly Observation[],
  looked: Partial<Looked<P>> = {},
  only: (id: string) => boolean = () => true,
): Finding[] {
  const some: System<P> = { ...system, checks: (all) => system.checks(all).filter(({ id }) => only(id)) };
  const documented = { promises: system.promises('documented'), sources: ['direct'], exclusive: false };
  return judgeSystem(some, { ...factsOf([], {}), observations }, { ...documented, ...looked });
}

/** One of the systems that this program knows, for its checks alone. */
export function systemNamed(id: string): System {
  const system = SYSTEMS.find((known) => known.id === id);
  if (system === undefined) throw new Error(`no system ${id}`);
  return system;
}
