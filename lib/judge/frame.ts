/** What a finding repeats of its objective. */
import { type Finding, OF_OBJECTIVES } from '../core/finding.ts';
import type { Objective } from '../core/plan.ts';

/** The part of a finding that comes from its objective. */
export function frameOf(objective: Objective): Pick<Finding, 'id' | 'subject' | 'system' | 'gating' | 'source'> {
  const { id, subject, gating, source } = objective;
  return { id, subject, system: OF_OBJECTIVES, gating, source };
}

/** The finding as one about the seconds of a phase. */
export function ofPhase(phase: string, { id, ...finding }: Finding): Finding {
  return { id, phase, ...finding };
}
