/**
 * Which finding may kill which mutant: its check has to need the evidence of the mutated system, and to be about the mutated signal. It is
 * about it when its id names the signal, when it names none (it is about all), or when it says that it compares another signal with this one.
 */
import type { CheckInfo } from '../../lib/systems/system.ts';
import type { Mutant } from './mutant.ts';

type Killed = Pick<Mutant, 'system' | 'family' | 'signal'>;

/** @param families all that ids of findings may name in the mutant's system. */
export function mayKill(check: CheckInfo, mutant: Killed, families: readonly string[]): boolean {
  if (!check.needs.includes(mutant.system)) return false;
  const id = `.${check.id}.`;
  const named = families.filter((family) => id.includes(`.${family}.`));
  if (named.length === 0 || named.includes(mutant.family) || !families.includes(mutant.family)) return true;
  return mentions(`${check.subject} ${check.proves}`, mutant) || (check.relates ?? []).includes(nameOf(mutant));
}

/** As documents have it. */
function nameOf({ system, family }: Killed): string {
  return system === 'metrics' ? `aragora_${family}` : family;
}

function mentions(text: string, mutant: Killed): boolean {
  return text.split(/[^\w.]+/).some((word) => word.replace(/\.$/, '') === nameOf(mutant));
}
