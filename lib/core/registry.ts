/** A list of things with ids that a program or a test can add to. */
import { SloError } from './error.ts';

/**
 * Adds one and returns a function that removes it again.
 * @param what it is, for a person, for example `system`. @throws SloError `usage` if another one has the same id.
 */
export function addTo<T extends { readonly id: string }>(known: T[], what: string, one: T): () => void {
  if (known.some(({ id }) => id === one.id))
    throw new SloError('usage', `there are two ${what}s "${one.id}": an id is given once`);
  known.push(one);
  return () => {
    const index = known.indexOf(one);
    if (index !== -1) known.splice(index, 1);
  };
}
