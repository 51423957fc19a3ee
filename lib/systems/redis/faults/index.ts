/** Carries out each fault, and has the named breaks. */
import { breakBy, carriedOut } from '../../../target/break.ts';
import type { Distortion } from '../../../target/distortion.ts';
import { DEAD_LETTERS, TASK_GROUP, type TaskSteps } from '../../../target/tasks.ts';
import { DOCUMENTED_REDIS } from '../promises.ts';
import type { RedisFault } from './faults.ts';

const STUCK_MS = DOCUMENTED_REDIS.mostPendingMs + 60_000;
const ATTEMPTS = DOCUMENTED_REDIS.mostAttempts + 20;

const done = async (): Promise<void> => undefined;
/** A few, so that a look finds them. */
const isHit = (number: number): boolean => number % 3 === 0;

function distortionOf({ kind }: RedisFault): Distortion {
  switch (kind) {
    case 'no-ack':
      return changed({ finished: async ({ stream, id }, redis) => void (await redis.ask('XDEL', stream, id)) });
    case 'no-delete':
      return changed({
        finished: async ({ stream, id }, redis) => void (await redis.ask('XACK', stream, TASK_GROUP, id)),
      });
    case 'stuck-worker':
      return keptBy(async ({ stream, id }, redis) => {
        // Redis lets whoever takes over a task say since when it is held: nobody has to wait for six minutes.
        await redis.ask('XCLAIM', stream, TASK_GROUP, 'stuck', '0', id, 'IDLE', `${STUCK_MS}`, 'JUSTID');
      });
    case 'poison-task':
      return keptBy(async ({ stream, id }, redis) => {
        for (let attempt = 1; attempt < ATTEMPTS; attempt += 1)
          await redis.ask('XCLAIM', stream, TASK_GROUP, `worker-${attempt % 2}`, '0', id);
      });
    case 'lost-task':
      return changed({
        added: async ({ stream, id, number }, redis) => {
          if (number % 3 === 2) await redis.ask('XDEL', stream, id);
        },
      });
    case 'dead-letters':
      return changed({
        finished: async ({ stream, id }, redis) => {
          await redis.askAtOnce([
            ['XADD', DEAD_LETTERS, '*', 'task_id', id, 'reason', 'no retry'],
            ['XACK', stream, TASK_GROUP, id],
            ['XDEL', stream, id],
          ]);
        },
      });
  }
}

const changed = (steps: Partial<TaskSteps>): Distortion => ({ tasks: (right) => ({ ...right, ...steps }) });

/** A third of the tasks, with which this happens when a worker gets them, and which it never ends. */
function keptBy(taken: TaskSteps['taken']): Distortion {
  return {
    tasks: (right) => ({
      ...right,
      taken: (entry, redis) => (isHit(entry.number) ? taken(entry, redis) : right.taken(entry, redis)),
      finished: (entry, redis) => (isHit(entry.number) ? done() : right.finished(entry, redis)),
    }),
  };
}

const BREAKS: readonly (readonly [RedisFault['kind'], finding: string, description: string])[] = [
  ['no-ack', 'acknowledged', 'a task that is done is deleted and not acknowledged, so it stays pending'],
  ['no-delete', 'acknowledged', 'a task that is done is acknowledged and not deleted, so its stream grows'],
  ['stuck-worker', 'pending-age', 'a worker has held tasks for six minutes, and does not end them'],
  ['poison-task', 'retries', 'a task that fails is given to a worker again for ever'],
  ['lost-task', 'lost', 'a task of low priority is deleted before a worker gets it'],
  ['dead-letters', 'dead-letters', 'each task ends in the dead letters'],
];

export const REDIS_BREAKS = carriedOut(
  BREAKS.map(([kind, finding, description]) => ({
    ...breakBy<RedisFault>(`redis.${kind}`, `redis.${finding}`, description, { kind }),
    asks: { redis: 'redis://127.0.0.1:6379' },
  })),
  distortionOf,
);
