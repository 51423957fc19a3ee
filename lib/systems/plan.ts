/** What a run looks for in each system, before it is known what can be read. */
import type { OwnNames } from '../core/own-names.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import type { Check, System } from './system.ts';

/** Options by their names, as far as they were given. */
export type GivenOptions = Readonly<Record<string, unknown>>;

export interface Further {
  /** Laid over the contract. */
  readonly ownNames?: OwnNames | undefined;
  /** What is asked of the embedded target besides what it brings itself. */
  readonly asked?: GivenOptions | undefined;
}

/** @param given of a named target; undefined for the embedded one, which brings everything itself. */
export function plannedSystems(
  systems: readonly System[],
  contract: string,
  given: GivenOptions | undefined,
  { ownNames, asked = {} }: Further = {},
): TelemetryPlan['systems'] {
  return Object.fromEntries(
    systems.flatMap((system) => {
      const sources = system.onlyIfNamed ? namedSources(system, given ?? asked) : sourcesOf(system, given, asked);
      if (system.onlyIfNamed && sources.length === 0) return [];
      return [[system.id, { promises: system.promises(contract, ownNames), sources }]];
    }),
  );
}

/**
 * If nothing was named: the place that is known without an option, if there is one. The embedded target gives its evidence itself, and backends
 * that have it, too, are asked besides.
 */
function sourcesOf(system: System, given: GivenOptions | undefined, asked: GivenOptions): string[] {
  if (given === undefined) return [...new Set([...idsOf(system.sources.slice(0, 1)), ...namedSources(system, asked)])];
  const named = namedSources(system, given);
  return named.length > 0 ? named : idsOf(system.sources.filter(({ options }) => options.length === 0));
}

/** A switch that is off names nothing. */
function namedSources({ sources }: System, given: GivenOptions): string[] {
  const isNamed = (option: string): boolean => given[option] !== undefined && given[option] !== false;
  return idsOf(sources.filter(({ options }) => options.some(isNamed)));
}

function idsOf(sources: System['sources']): string[] {
  return sources.map(({ id }) => id);
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
