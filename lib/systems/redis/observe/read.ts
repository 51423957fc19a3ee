/** Reads streams. These are the only commands that are ever sent to a team's Redis, and none of them writes. */
import type { Redis, Reply } from '../../../redis/client.ts';
import { RedisTrouble } from '../../../redis/client.ts';
import { type GroupLook, MOST_READ, type PendingEntry, type RedisLook, type StreamLook } from '../observation.ts';
import type { RedisPromises } from '../promises.ts';

export const READ_COMMANDS = ['INFO', 'TIME', 'TYPE', 'XINFO', 'XPENDING', 'XRANGE', 'MGET'] as const;
type ReadCommand = (typeof READ_COMMANDS)[number];

/** What can be asked for. */
export interface Reader {
  read(command: ReadCommand, ...words: readonly string[]): Promise<Reply>;
}

/** @param answered is called with each answer. */
export function readerOf(redis: Redis, answered: () => void): Reader {
  return {
    read: async (command, ...words) => {
      const reply = await redis.ask(command, ...words);
      answered();
      return reply;
    },
  };
}

/** An entry of a stream, and the task that it names. */
export interface Entry {
  readonly id: string;
  readonly task: string | null;
}

export async function lookAt(reader: Reader, promises: RedisPromises): Promise<RedisLook> {
  const atMs = await timeMs(reader);
  const streams: StreamLook[] = [];
  for (const key of [...promises.streams, promises.deadLetters]) streams.push(await streamAt(reader, key, promises));
  return { atMs, streams };
}

/** Entries that were added after one, at most `MOST_READ`; [] where there is no stream. */
export async function tasksIn(
  reader: Reader,
  key: string,
  { after, taskField }: { readonly after: string; readonly taskField: string },
): Promise<Entry[]> {
  if ((await reader.read('TYPE', key)) !== 'stream') return [];
  const found = listOf(await reader.read('XRANGE', key, nextId(after), '+', 'COUNT', `${MOST_READ}`));
  return found.map((entry) => entryOf(entry, taskField));
}

/** Which task each entry that is held names, by the entry's id; only of those that are still in the stream. */
export async function tasksHeld(
  reader: Reader,
  { key, group }: StreamLook,
  taskField: string,
): Promise<ReadonlyMap<string, string>> {
  const held = group?.pending ?? [];
  const [first, last] = [held[0]?.id, held.at(-1)?.id];
  if (first === undefined || last === undefined) return new Map();
  const found = listOf(await reader.read('XRANGE', key, first, last, 'COUNT', `${MOST_READ}`));
  const tasks = found.map((entry) => entryOf(entry, taskField));
  const ids = new Set(held.map(({ id }) => id));
  return new Map(tasks.flatMap(({ id, task }) => (task !== null && ids.has(id) ? [[id, task] as const] : [])));
}

/** The least id above one. */
function nextId(id: string): string {
  const [ms = '0', seq = '0'] = id.split('-');
  return `${ms}-${BigInt(seq) + 1n}`;
}

async function timeMs(reader: Reader): Promise<number> {
  const [seconds, micros] = listOf(await reader.read('TIME'));
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

/**
 * First what is there, then what is held, last how far the group has come: an entry that comes in between can then look as if it still
 * waited, and never as if it was done with.
 */
async function streamAt(reader: Reader, key: string, { group, taskField }: RedisPromises): Promise<StreamLook> {
  const type = String(await reader.read('TYPE', key));
  const nothing = { key, type, length: 0, lastId: '0-0', added: null, lastDeletedId: null, group: null, entries: [] };
  if (type !== 'stream') return nothing;
  try {
    const before = await groupAt(reader, key, group);
    const entries = listOf(await reader.read('XRANGE', key, '-', '+', 'COUNT', `${MOST_READ}`)).map((entry) =>
      entryOf(entry, taskField),
    );
    const held = before === null ? [] : await pendingOf(reader, key, group);
    const info = fieldsOf(await reader.read('XINFO', 'STREAM', key));
    return {
      key,
      type,
      length: Number(info.get('length') ?? 0),
      lastId: String(info.get('last-generated-id') ?? '0-0'),
      added: numberOf(info.get('entries-added')),
      lastDeletedId: textOf(info.get('max-deleted-entry-id')),
      group: before === null ? null : { ...before, pending: held },
      entries: entries.map(({ id }) => id),
    };
  } catch (error) {
    // It was deleted in between.
    if (error instanceof RedisTrouble && /no such key/.test(error.message)) return { ...nothing, type: 'none' };
    throw error;
  }
}

async function groupAt(reader: Reader, key: string, wanted: string): Promise<Omit<GroupLook, 'pending'> | null> {
  const groups = listOf(await reader.read('XINFO', 'GROUPS', key)).map(fieldsOf);
  const group = groups.find((one) => one.get('name') === wanted);
  if (group === undefined) return null;
  return {
    lastDeliveredId: String(group.get('last-delivered-id') ?? '0-0'),
    pendingCount: Number(group.get('pending') ?? 0),
  };
}

async function pendingOf(reader: Reader, key: string, group: string): Promise<PendingEntry[]> {
  return listOf(await reader.read('XPENDING', key, group, '-', '+', `${MOST_READ}`)).map((one) => {
    const [id, , heldMs, deliveries] = listOf(one);
    return { id: String(id), heldMs: Number(heldMs), deliveries: Number(deliveries) };
  });
}

function entryOf(entry: Reply, taskField: string): Entry {
  const [id = '', fields = []] = listOf(entry);
  return { id: String(id), task: textOf(fieldsOf(fields).get(taskField)) };
}

/** `[name, value, name, value]`, as Redis answers. */
function fieldsOf(reply: Reply): ReadonlyMap<string, Reply> {
  const all = listOf(reply);
  return new Map(all.flatMap((name, at) => (at % 2 === 0 ? [[String(name), all[at + 1] ?? null] as const] : [])));
}

export function listOf(reply: Reply): readonly Reply[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]) : [];
}

const numberOf = (reply: Reply | undefined): number | null => (typeof reply === 'number' ? reply : null);
const textOf = (reply: Reply | undefined): string | null => (typeof reply === 'string' ? reply : null);
