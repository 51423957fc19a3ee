/** How a user says where the scheduler's Redis is. */
import { redisUrl } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

export const REDIS_OPTIONS = [
  {
    name: 'redis',
    kind: redisUrl,
    value: '<url>',
    text: 'the Redis of its task scheduler, read only; the embedded target writes its tasks there, into an empty database',
    group: 'Redis Streams',
    credentials: true,
    embedded: 'flag',
  },
] as const satisfies readonly OptionSpec[];
