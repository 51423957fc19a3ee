/** Innocents that others call, too, during the load: what they do is in the server's evidence, and not in the clients'. */
import type { TapeInnocent } from './innocent.ts';

export const OF_OTHERS: readonly TapeInnocent[] = [];
