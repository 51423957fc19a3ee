/** The observed system `redis`: the streams of the task scheduler, read from the Redis that it uses. */
import { collectedOf, onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { COUNT_CHECKS } from './checks/counts.ts';
import { HELD_CHECKS } from './checks/held.ts';
import { STREAM_CHECKS } from './checks/streams.ts';
import { PAGE, type RedisFacts } from './checks/view.ts';
import type { RedisObserved } from './observation.ts';
import { REDIS_OPTIONS } from './options.ts';
import { type RedisPromises, redisPromises } from './promises.ts';

export const REDIS_SYSTEM: System<RedisPromises> = {
  id: 'redis',
  title: 'Redis Streams',
  page: PAGE,
  options: REDIS_OPTIONS,
  sources: [{ id: 'direct', title: 'Redis', options: ['redis'] }],
  onlyIfNamed: true,
  unobserved: { status: 'no-data', summary: 'Redis was not asked: the run ended before that' },
  promises: (contract) => redisPromises(contract),
  checks: ({ promises, exclusive }) =>
    onRun([...STREAM_CHECKS, ...HELD_CHECKS, ...COUNT_CHECKS], (input): RedisFacts => {
      return { observed: collectedOf<RedisObserved>(input, 'redis'), promises, exclusive };
    }),
  checklist: {},
};
