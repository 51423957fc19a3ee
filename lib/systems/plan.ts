/** What a run looks for in each system, before it is known what can be read. */
import type { OwnNames } from '../core/own-names.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import type { Check, System } from './system.ts';

/** Options by their names, as far as they were given. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/**
 * @param given of a named target; undefined for the embedded one, which brings everything itself.
 * @param ownNames laid over the contract.
 */
export function plannedSystems(
  systems: readonly System[],
  contract: string,
  given: GivenOptions | undefined,
  ownNames?: OwnNames,
): TelemetryPlan['systems'] {
  return Object.fromEntries(
    systems.flatMap((system) => {
      const sources = sourcesOf(system, given);
      if (system.onlyIfNamed && sources.length === 0) return [];
      return [[system.id, { promises: system.promises(contract, ownNames), sources }]];
    }),
  );
}

/** If nothing was named: the place that is known without an option, if there is one. */
function sourcesOf({ sources, onlyIfNamed }: System, given: GivenOptions | undefined): string[] {
  const ids = (some: System['sources']): string[] => some.map(({ id }) => id);
  if (given === undefined) return onlyIfNamed ? [] : ids(sources.slice(0, 1));
  const named = sources.filter(({ options }) => options.some((option) => given[option] !== undefined));
  return ids(named.length > 0 ? named : sources.filter(({ options }) => options.length === 0));
}

/** Every check that a run under this contract may make, whatever its sources: for lists, and for the names of findings. */
export function everyCheck(systems: readonly System[], contract: string): Check[] {
  return systems.flatMap((system) =>
    system.checks({
      promises: system.promises(contract),
      sources: system.sources.map(({ id }) => id),
      exclusive: true,
    }),
  );
}
