/** Parts of a look, one after the other, with one deadline for all of them. What took most of it is named. */
import { SloError } from '../core/error.ts';
import { type Limit, within } from '../core/within.ts';

export interface Part<T> {
  /** For a person: what is asked, or where. */
  readonly name: string;
  readonly work: (signal: AbortSignal) => Promise<T>;
}

interface Took {
  readonly name: string;
  readonly ms: number;
}

/** @throws SloError `target-unreachable` at the deadline; what a part throws; the reason of the signal. */
export async function partsWithin<T>({ ms, signal }: Limit, parts: readonly Part<T>[]): Promise<T[]> {
  return within({ ms, signal }, async (soon) => {
    const found: T[] = [];
    const took: Took[] = [];
    for (const { name, work } of parts) {
      const startedMs = performance.now();
      try {
        found.push(await work(soon));
        soon.throwIfAborted();
      } catch (error) {
        took.push({ name, ms: performance.now() - startedMs });
        signal?.throwIfAborted();
        throw soon.aborted ? tooSlow(took, ms) : error;
      }
      took.push({ name, ms: performance.now() - startedMs });
    }
    return found;
  });
}

function tooSlow(took: readonly Took[], ms: number): SloError {
  const [slowest] = [...took].sort((a, b) => b.ms - a.ms);
  const most = slowest === undefined ? '' : `: ${slowest.name} took ${(slowest.ms / 1000).toFixed(1)} s of it`;
  return new SloError('target-unreachable', `the look before the load was not done in ${ms / 1000} s${most}`, {
    hint: 'is the server busy with something else? Each part of the look takes milliseconds where it is not',
  });
}
