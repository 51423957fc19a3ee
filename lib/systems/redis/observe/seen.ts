/** The entries of a run as far as they were seen: many come and go between two looks. What is kept has a ceiling. */
import { MOST_READ, MOST_TASKS, type RedisLook, type SeenTasks } from '../observation.ts';
import type { RedisPromises } from '../promises.ts';
import { type Entry, listOf, type Reader, tasksHeld, tasksIn } from './read.ts';

export class SeenEntries {
  /** Newest id that was read, by stream. */
  readonly #last: Map<string, string>;
  /** How many entries name each task that is followed. */
  readonly #counts = new Map<string, number>();
  readonly #mostTasks: number;
  #entries = 0;
  #unfollowed = 0;

  /** @param mostTasks are followed. */
  constructor(before: RedisLook, mostTasks = MOST_TASKS) {
    this.#last = new Map(before.streams.map(({ key, lastId }) => [key, lastId]));
    this.#mostTasks = mostTasks;
  }

  /** Reads what was added since. */
  async more(reader: Reader, { streams, taskField }: RedisPromises): Promise<void> {
    for (const key of streams) {
      for (;;) {
        const found: readonly Entry[] = await tasksIn(reader, key, { after: this.#last.get(key) ?? '0-0', taskField });
        for (const { task } of found) this.#add(task);
        const newest = found.at(-1)?.id;
        if (newest !== undefined) this.#last.set(key, newest);
        if (found.length < MOST_READ) break;
      }
    }
  }

  #add(task: string | null): void {
    this.#entries += 1;
    if (task === null) return;
    const count = this.#counts.get(task);
    if (count === undefined && this.#counts.size >= this.#mostTasks) this.#unfollowed += 1;
    else this.#counts.set(task, (count ?? 0) + 1);
  }

  /**
   * What the release has written down of the tasks that were seen; null: it has no such records.
   * @param look came before: of the tasks that are held in it, it is known whether they have ended.
   */
  async records(reader: Reader, { records, taskField }: RedisPromises, look: RedisLook): Promise<Records | null> {
    if (records === null) return null;
    const held = new Map<string, string>();
    for (const stream of look.streams) {
      for (const [id, task] of await tasksHeld(reader, stream, taskField)) held.set(`${stream.key} ${id}`, task);
    }
    const counts = await countsOf(reader, records, [...this.#counts.keys()]);
    const ended = await endedOf(reader, records, held);
    return { ...counts, ended };
  }

  /** @param records were read before the last look: a task that had ended by then and is held in it was not acknowledged. */
  summary(records: Records | null, last: RedisLook): SeenTasks {
    const held = last.streams.flatMap(({ key, group }) => (group?.pending ?? []).map(({ id }) => `${key} ${id}`));
    return {
      entries: this.#entries,
      tasks: this.#counts.size,
      ...(this.#unfollowed > 0 && { unfollowed: this.#unfollowed }),
      mostOfOne: [...this.#counts.values()].reduce((most, count) => Math.max(most, count), 0),
      records:
        records === null
          ? null
          : {
              read: records.read,
              rejected: records.rejected,
              endedAndHeld: held.filter((entry) => records.ended.has(entry)).length,
            },
    };
  }
}

export interface Records {
  readonly read: number;
  readonly rejected: number;
  /** Entries, with their streams, that were held while their tasks had ended. */
  readonly ended: ReadonlySet<string>;
}

const ENDED = ['completed', 'failed', 'cancelled'];

type Kept = NonNullable<RedisPromises['records']>;
/** What the release has written down of one task. It holds what the task is about, so nothing of it is kept. */
type TaskRecord = Readonly<Record<string, unknown>>;

async function countsOf(
  reader: Reader,
  kept: Kept,
  tasks: readonly string[],
): Promise<{ readonly read: number; readonly rejected: number }> {
  const counts = { read: 0, rejected: 0 };
  await eachRecord(reader, { kept, tasks }, (record) => {
    counts.read += 1;
    const metadata = Object(record['metadata']) as TaskRecord;
    if (kept.rejections.some((name) => Number(metadata[name] ?? 0) > 0)) counts.rejected += 1;
  });
  return counts;
}

/** @param held task of each entry. */
async function endedOf(reader: Reader, kept: Kept, held: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  await eachRecord(reader, { kept, tasks: [...new Set(held.values())] }, (record, task) => {
    if (ENDED.includes(String(record['status']))) ended.add(task);
  });
  return new Set([...held].flatMap(([entry, task]) => (ended.has(task) ? [entry] : [])));
}

interface ToRead {
  readonly kept: Kept;
  readonly tasks: readonly string[];
}

async function eachRecord(
  reader: Reader,
  { kept, tasks }: ToRead,
  see: (record: TaskRecord, task: string) => void,
): Promise<void> {
  for (let from = 0; from < tasks.length; from += MOST_READ) {
    const some = tasks.slice(from, from + MOST_READ);
    const texts = listOf(await reader.read('MGET', ...some.map((task) => kept.prefix + task)));
    for (const [at, task] of some.entries()) {
      const record = parsed(texts[at]);
      if (record !== null) see(record, task);
    }
  }
}

function parsed(text: unknown): TaskRecord | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
