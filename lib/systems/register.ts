/** Adds a whole system to this program with one call: what it promises and checks, how it is observed, how the reference target breaks it. */
import { addSystem } from './index.ts';
import { addObservedSystem, type ObservedSystem } from './observed.ts';
import type { System } from './system.ts';

export type WholeSystem = System & ObservedSystem;

/** Returns what takes it away again. @throws SloError `usage` for an id that is taken. */
export function addWholeSystem(system: WholeSystem): () => void {
  const removals = [addSystem(system), addObservedSystem(system)];
  return () => {
    for (const remove of removals) remove();
  };
}
