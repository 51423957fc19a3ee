/**
 * Owns the catalogue of named breaks: each a patch of the target's behaviour and the one finding that must catch it.
 * Refuses to know how a patch is carried out and how findings are reached.
 */

import { SloError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import type { FaultyRoute, Patch } from './behaviour.ts';
import { HTTP_BREAKS } from './breaks-http.ts';
import { SOCKET_BREAKS } from './breaks-socket.ts';

export interface Break {
  /** Dotted, unique, e.g. `latency.health.p95`. */
  readonly name: string;
  /** One sentence: what the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  /** The kind of failure that the finding shows as evidence; absent where nothing fails, only takes long. */
  readonly shows?: string;
  /** The HTTP route that must dominate the load for the finding to be decided alone. */
  readonly dominant: FaultyRoute;
  readonly patch: Patch;
}

/** Every break, grouped by what it breaks. */
export const BREAKS: readonly Break[] = [...HTTP_BREAKS, ...SOCKET_BREAKS];

/** The break of that name. Throws SloError("usage") with the nearest name when there is none. */
export function breakNamed(name: string): Break {
  const found = BREAKS.find((known) => known.name === name);
  if (found !== undefined) return found;
  const names = BREAKS.map((known) => known.name);
  const guess = nearest(name, names);
  const family = names.filter((known) => known.startsWith(`${name.split('.')[0]}.`));
  throw new SloError('usage', `there is no break "${name}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${(family.length > 0 ? family : names).join(', ')}`,
  });
}
