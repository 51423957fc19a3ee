/** Everything that is declared of causes: of the objectives and the load, and of each system that the plan looks at. */
import type { JudgeInput } from '../core/run.ts';
import type { System } from '../systems/system.ts';
import type { Filing } from './causes.ts';
import { objectiveImplications } from './implications.ts';
import { lookedAt } from './looked-at.ts';
import type { PhaseContext } from './phases.ts';

export function filingOf(input: JudgeInput, phases: readonly PhaseContext[], systems: readonly System[]): Filing {
  const { objectives, telemetry } = input.plan;
  const ofSystems = systems.flatMap((system) => {
    if (telemetry?.systems[system.id] === undefined) return [];
    return system.implications?.(lookedAt(system, telemetry, input.observations)) ?? [];
  });
  return {
    implications: [...objectiveImplications(objectives), ...ofSystems],
    inputOf: (phase) => phases.find(({ name }) => name === phase)?.context ?? input,
  };
}
