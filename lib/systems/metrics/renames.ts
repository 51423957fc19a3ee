/** Which of the metrics that are there have another name in the documents. */
import { CONTRACT_MAPPINGS } from './promises.ts';

/** Documented name → the name under which a release has it, for names that are among `metrics`: of a histogram, its parts. */
export function documentedRenames(metrics: { has(name: string): boolean }): ReadonlyMap<string, string> {
  const isThere = (name: string): boolean => metrics.has(name) || metrics.has(`${name}_bucket`);
  return new Map(
    Object.values(CONTRACT_MAPPINGS).flatMap(({ locations }) =>
      Object.entries(locations).flatMap(([documented, { name }]) =>
        isThere(name) ? [[documented, name] as const] : [],
      ),
    ),
  );
}
