/** The target's task scheduler: each debate is a task in Redis Streams, which a worker takes and acknowledges. */
import { SloError } from '../core/error.ts';
import type { Redis, Reply } from '../redis/client.ts';
import type { LastingRedis } from '../redis/lasting.ts';

export interface TaskOptions {
  /** An empty database, or one that a reference target has used before. */
  readonly url: string;
}

/** An entry of a stream of tasks. */
export interface TaskEntry {
  readonly stream: string;
  readonly id: string;
  /** Counts the tasks, from 0. */
  readonly number: number;
}

/** What the scheduler does to a task in Redis. Each may be done twice, if the connection is lost meanwhile. */
export interface TaskSteps {
  /** Called when the task is in its stream, before a worker looks. */
  added(entry: TaskEntry, redis: Redis): Promise<void>;
  /** Called when a worker has got it. */
  taken(entry: TaskEntry, redis: Redis): Promise<void>;
  /** Called when the worker is done with it. */
  finished(entry: TaskEntry, redis: Redis): Promise<void>;
}

export interface Tasks {
  /** Puts a task into its stream, and lets a worker do it. */
  run(id: string, work: () => Promise<void>): Promise<void>;
  /** Deletes everything that it wrote. */
  stop(): Promise<void>;
}

/** Highest first: a worker looks in this order. */
const PRIORITIES = ['high', 'normal', 'low'] as const;
const PREFIX = 'aragora:tasks:';
export const TASK_GROUP = 'aragora-workers';
export const DEAD_LETTERS = `${PREFIX}dead_letter`;
const STREAMS = PRIORITIES.map((priority) => PREFIX + priority);
const MARK = 'aragora-slo:reference-target';
const WORKER = 'worker-1';

const RIGHT: TaskSteps = {
  added: async () => undefined,
  taken: async () => undefined,
  finished: ({ stream, id }, redis) =>
    redis.askAtOnce([
      ['XACK', stream, TASK_GROUP, id],
      ['XDEL', stream, id],
    ]),
};

const WITHOUT: Tasks = { run: (_, work) => work(), stop: async () => undefined };

/** @throws SloError `prerequisite-missing` for a Redis that can't be used, and for one that holds anything of somebody else. */
export async function createTasks(
  options: TaskOptions | undefined,
  edit: (right: TaskSteps) => TaskSteps = (right) => right,
): Promise<Tasks> {
  if (options === undefined) return WITHOUT;
  // A target without tasks does not wait for the client to be loaded.
  const [{ openRedis, RedisTrouble }, { LastingRedis }] = await Promise.all([
    import('../redis/client.ts'),
    import('../redis/lasting.ts'),
  ]);
  try {
    const redis = await openRedis(options.url);
    try {
      await claim(redis, options.url);
      for (const stream of STREAMS) await redis.ask('XGROUP', 'CREATE', stream, TASK_GROUP, '0', 'MKSTREAM');
      return scheduler(new LastingRedis(options.url, redis), edit(RIGHT));
    } catch (error) {
      redis.close();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof RedisTrouble)) throw error;
    const message = `the reference target can't use its Redis: ${error.message}`;
    throw new SloError('prerequisite-missing', message, { hint: error.hint, cause: error });
  }
}

/** Nobody's data may be lost: only an empty database is written to, or what an earlier target left in one. */
async function claim(redis: Redis, url: string): Promise<void> {
  const isOurs = (await redis.ask('GET', MARK)) !== null;
  if (!isOurs && (await redis.ask('DBSIZE')) !== 0) {
    throw new SloError(
      'prerequisite-missing',
      `the database at ${url} is not empty, and the reference target writes into it`,
      {
        hint: 'give it an empty one, for example another number at the end of the URL; with --target nothing is written',
      },
    );
  }
  await redis.ask('SET', MARK, '1');
  await redis.ask('DEL', ...STREAMS, DEAD_LETTERS);
}

function scheduler(lasting: LastingRedis, steps: TaskSteps): Tasks {
  let count = 0;
  /** By stream and id: those that no worker has got yet. */
  const waiting = new Map<string, { readonly entry: TaskEntry; readonly got: () => void }>();
  /** A worker looks for one task at a time, as often as tasks were added: each look gets the first of the highest priority. */
  let looking: Promise<void> = Promise.resolve();
  const handle = async (id: string, work: Promise<void>): Promise<void> => {
    const number = count++;
    const stream = STREAMS[number % STREAMS.length] ?? DEAD_LETTERS;
    let entry: TaskEntry | undefined;
    const got = new Promise<void>((resolve, reject) => {
      looking = looking
        .then(async () => {
          const entryId = await lasting.use((redis, isAgain) => added(redis, { stream, id, isAgain }));
          const its = { stream, id: entryId, number };
          entry = its;
          waiting.set(`${stream} ${entryId}`, { entry: its, got: resolve });
          await lasting.use((redis) => steps.added(its, redis));
          for (const key of await lasting.use(looked)) {
            const found = waiting.get(key);
            if (found === undefined) continue;
            waiting.delete(key);
            await lasting.use((redis) => steps.taken(found.entry, redis));
            found.got();
          }
        })
        .catch(reject);
    });
    await Promise.all([got, work]);
    const its = entry;
    if (its !== undefined) await lasting.use((redis) => steps.finished(its, redis));
  };
  return {
    run: async (id, work) => {
      const done = work();
      // Whatever becomes of Redis, a debate goes on.
      handle(id, done).catch(() => undefined);
      await done;
    },
    stop: () => lasting.end((redis) => redis.ask('DEL', ...STREAMS, DEAD_LETTERS, MARK)),
  };
}

/** The id of a new task in its stream. Nobody else adds any meanwhile, so one that may be there already is the newest. */
async function added(redis: Redis, task: { stream: string; id: string; isAgain: boolean }): Promise<string> {
  const { stream, id, isAgain } = task;
  const [newest] = isAgain ? entriesOf(await redis.ask('XREVRANGE', stream, '+', '-', 'COUNT', '1')) : [];
  if (newest?.fields.includes(id)) return newest.id;
  return String(await redis.ask('XADD', stream, '*', 'task_id', id, 'task_type', 'debate'));
}

/** The tasks that the worker got, as stream and id: the next one, and after a lost connection all that it holds. */
async function looked(redis: Redis, isAgain: boolean): Promise<string[]> {
  const read = async (stream: string, most: number, from: string): Promise<string[]> => {
    const words = ['GROUP', TASK_GROUP, WORKER, 'COUNT', `${most}`, 'STREAMS', stream, from];
    const [ofStream] = listOf(await redis.ask('XREADGROUP', ...words));
    const [, entries = null] = listOf(ofStream ?? null);
    return entriesOf(entries).map(({ id }) => `${stream} ${id}`);
  };
  const held: string[] = [];
  if (isAgain) for (const stream of STREAMS) held.push(...(await read(stream, MOST_HELD, '0')));
  for (const stream of STREAMS) {
    const next = await read(stream, 1, '>');
    if (next.length > 0) return [...held, ...next];
  }
  return held;
}

/** More than there are debates at a time. */
const MOST_HELD = 10_000;

function listOf(reply: Reply): readonly Reply[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]) : [];
}

/** `[[id, fields]]`; fields are null of an entry that was deleted. */
function entriesOf(reply: Reply): { readonly id: string; readonly fields: readonly Reply[] }[] {
  return listOf(reply).flatMap((entry) => {
    const [id, fields = null] = listOf(entry);
    return typeof id === 'string' ? [{ id, fields: listOf(fields) }] : [];
  });
}
