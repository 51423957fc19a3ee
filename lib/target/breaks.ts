/** The named breaks of what clients experience: each is a patch of the target's behaviour. */
import type { Break } from './break-felt.ts';
import { CONTENT_BREAKS } from './breaks-content.ts';
import { HTTP_BREAKS } from './breaks-http.ts';
import { SOCKET_BREAKS } from './breaks-socket.ts';

/** Every break, grouped by what it breaks. */
export const BREAKS: readonly Break[] = [...HTTP_BREAKS, ...SOCKET_BREAKS, ...CONTENT_BREAKS];
