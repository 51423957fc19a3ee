/** The entries of a run as far as they were seen: many come and go between two looks. */
import type { RedisLook, SeenTasks } from '../observation.ts';
import { MOST_READ } from '../observation.ts';
import type { RedisPromises } from '../promises.ts';
import { type Entry, listOf, type Reader, tasksIn } from './read.ts';

export class SeenEntries {
  /** Newest id that was read, by stream. */
  readonly #last: Map<string, string>;
  /** Id of the entry, with its stream → its task. */
  readonly #tasks = new Map<string, string | null>();

  constructor(before: RedisLook) {
    this.#last = new Map(before.streams.map(({ key, lastId }) => [key, lastId]));
  }

  /** Reads what was added since. */
  async more(reader: Reader, { streams, taskField }: RedisPromises): Promise<void> {
    for (const key of streams) {
      for (;;) {
        const found: readonly Entry[] = await tasksIn(reader, key, { after: this.#last.get(key) ?? '0-0', taskField });
        for (const { id, task } of found) this.#tasks.set(`${key} ${id}`, task);
        const newest = found.at(-1)?.id;
        if (newest !== undefined) this.#last.set(key, newest);
        if (found.length < MOST_READ) break;
      }
    }
  }

  /** What the release has written down of the tasks that were seen; null: it has no such records. */
  async records(reader: Reader, { records }: RedisPromises): Promise<Records | null> {
    return records === null ? null : recordsOf(reader, records, [...this.#counts().keys()]);
  }

  /** @param records were read before the last look: a task that had ended by then and is held in it was not acknowledged. */
  summary(records: Records | null, last: RedisLook): SeenTasks {
    const counts = this.#counts();
    const held = last.streams.flatMap(({ key, group }) => (group?.pending ?? []).map(({ id }) => `${key} ${id}`));
    return {
      entries: this.#tasks.size,
      tasks: counts.size,
      mostOfOne: [...counts.values()].reduce((most, count) => Math.max(most, count), 0),
      records:
        records === null
          ? null
          : {
              read: records.read,
              rejected: records.rejected,
              endedAndHeld: held.filter((entry) => records.ended.has(this.#tasks.get(entry) ?? '')).length,
            },
    };
  }

  /** How many entries name each task. */
  #counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const task of this.#tasks.values()) if (task !== null) counts.set(task, (counts.get(task) ?? 0) + 1);
    return counts;
  }
}

export interface Records {
  readonly read: number;
  readonly rejected: number;
  /** Tasks that have ended. */
  readonly ended: ReadonlySet<string>;
}

const ENDED = ['completed', 'failed', 'cancelled'];

/** What the release has written down of these tasks. Only counts and ids are kept: a record holds what a task is about. */
async function recordsOf(
  reader: Reader,
  { prefix, rejections }: NonNullable<RedisPromises['records']>,
  tasks: readonly string[],
): Promise<Records> {
  const [counts, ended] = [{ read: 0, rejected: 0 }, new Set<string>()];
  for (let from = 0; from < tasks.length; from += MOST_READ) {
    const some = tasks.slice(from, from + MOST_READ);
    const texts = listOf(await reader.read('MGET', ...some.map((task) => prefix + task)));
    for (const [at, task] of some.entries()) {
      const record = parsed(texts[at]);
      if (record === null) continue;
      counts.read += 1;
      const metadata = Object(record['metadata']) as Readonly<Record<string, unknown>>;
      if (rejections.some((name) => Number(metadata[name] ?? 0) > 0)) counts.rejected += 1;
      if (ENDED.includes(String(record['status']))) ended.add(task);
    }
  }
  return { ...counts, ended };
}

function parsed(text: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
