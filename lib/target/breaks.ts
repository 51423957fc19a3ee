/** The named breaks of what clients feel: each is a patch of the target's behaviour. */
import type { FaultyRoute, Patch } from './behaviour.ts';
import type { NamedBreak } from './break.ts';
import { HTTP_BREAKS } from './breaks-http.ts';
import { SOCKET_BREAKS } from './breaks-socket.ts';

export interface Break extends NamedBreak {
  /** The kind of failure that the finding shows as evidence; absent where nothing fails, only takes long. */
  readonly shows?: string;
  /** The HTTP route that must dominate the load for the finding to be decided alone. */
  readonly dominant: FaultyRoute;
  readonly patch: Patch;
}

/** Every break, grouped by what it breaks. */
export const BREAKS: readonly Break[] = [...HTTP_BREAKS, ...SOCKET_BREAKS];
