/** The phases of a run as its charts over time show them: where each begins and ends, what was broken on purpose, when objectives held again. */
import { leastOf } from '../../lib/core/extent.ts';
import { clockText } from '../../lib/core/numbers.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { timedPhases } from '../../lib/core/timeline.ts';
import type { PhaseBand } from './chart-data.ts';

/** Seconds since the beginning of the charts; undefined for a run of one phase. */
export function phaseBands({ plan, load, recording, verdict }: RunFacts): readonly PhaseBand[] | undefined {
  if (plan.phases.length === 1) return undefined;
  const startSec = Math.floor(load.startedAtMs / 1000);
  const firsts = [...recording.endpoints.values()].flatMap(({ seconds }) => seconds[0]?.second ?? []);
  const began = firsts.length === 0 ? 0 : leastOf(firsts) - startSec;
  const switchSec = (name: string | undefined): number | undefined => {
    const found = load.faults?.switches.find(({ phase }) => phase === name);
    return found === undefined ? undefined : found.doneAtMs / 1000 - startSec;
  };
  const timed = timedPhases(plan);
  return timed.map((phase, at): PhaseBand => {
    const { name, faults } = phase;
    const fromSec = switchSec(name) ?? began + phase.startSec;
    const toSec = switchSec(timed[at + 1]?.name) ?? began + phase.endSec;
    const isBroken = faults.length > 0;
    const recovery = verdict.findings.find((finding) => finding.id === 'fault.recovery' && finding.phase === name);
    const recovered = recovery?.actual ?? null;
    return { name, fromSec, toSec, isBroken, ...(recovered !== null && { holdsAgainSec: fromSec + recovered / 1000 }) };
  });
}

/** One sentence on the phases, for those who do not see the charts; undefined for a run of one phase. */
export function phaseSentence(facts: RunFacts): string | undefined {
  const phases = phaseBands(facts)?.map(({ name, fromSec, toSec, isBroken, holdsAgainSec }) => {
    const broken = isBroken ? ', with something broken on purpose' : '';
    const again =
      holdsAgainSec === undefined ? '' : `, in which the objectives hold again at ${clockText(holdsAgainSec)}`;
    return `${name} (${clockText(fromSec)} to ${clockText(toSec)}${broken}${again})`;
  });
  return phases === undefined ? undefined : `Phases: ${phases.join(', ')}.`;
}
