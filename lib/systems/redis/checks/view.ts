/** What all checks of the scheduler share: what is known of them, and what happened to each stream between the looks. */
import type { Evidence } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import type { Check, CheckInfo } from '../../system.ts';
import { compareIds } from '../ids.ts';
import { type GroupLook, MOST_READ, MOST_TASKS, type RedisObserved, type StreamLook } from '../observation.ts';
import { type RedisPromises, SCHEDULER } from '../promises.ts';

export const PAGE = 'docs/checks/redis.md';

export interface RedisFacts {
  readonly observed: RedisObserved;
  readonly promises: RedisPromises;
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
}

export type RedisCheck = Check<RedisFacts>;

/** `id` is without `redis.`. */
export function infoOf({ id, ...own }: Pick<CheckInfo, 'id' | 'subject' | 'proves'>): CheckInfo {
  return { ...own, id: `redis.${id}`, system: 'redis', gating: true, needs: ['redis'], source: SCHEDULER, page: PAGE };
}

type WithGroup = StreamLook & { readonly group: GroupLook };

/** A stream of tasks that has its group, at the three looks. */
export interface Watched {
  readonly key: string;
  /** Without a group: it came with the load. */
  readonly before: StreamLook;
  readonly after: WithGroup;
  readonly last: WithGroup;
}

export function watchedIn({ observed: { before, after, last }, promises }: RedisFacts): Watched[] {
  return promises.streams.flatMap((key) => {
    const [first, second, third] = [before, after, last].map(({ streams }) => streams.find((one) => one.key === key));
    if (first === undefined || !hasGroup(second) || !hasGroup(third)) return [];
    return [{ key, before: first, after: second, last: third }];
  });
}

function hasGroup(stream: StreamLook | undefined): stream is WithGroup {
  return stream !== undefined && stream.group !== null;
}

/** The stream of dead letters at the looks before and after; where there is none, it is empty. */
export function deadLettersIn({ observed, promises }: RedisFacts): { readonly before: number; readonly last: number } {
  const lengthIn = ({ streams }: RedisObserved['before']): number =>
    streams.find(({ key }) => key === promises.deadLetters)?.length ?? 0;
  return { before: lengthIn(observed.before), last: lengthIn(observed.last) };
}

/** Entries that were added to the streams of tasks during the run. */
export function addedIn(facts: RedisFacts): number {
  const counted = watchedIn(facts).map(({ before, last }) =>
    last.added === null || (before.added === null && before.type === 'stream')
      ? null
      : last.added - (before.added ?? 0),
  );
  // Redis before 7.0 does not count them, so those that were seen are the least.
  return counted.reduce<number>((sum, count) => sum + (count ?? 0), 0) || facts.observed.seen.entries;
}

/** Ids of entries that were given to a worker, are acknowledged, and are still in the stream. */
export function undeletedIn({ entries, group }: WithGroup): string[] {
  const held = new Set(group.pending.map(({ id }) => id));
  return entries.filter(
    (id) =>
      compareIds(id, group.lastDeliveredId) <= 0 &&
      !held.has(id) &&
      isWithin(
        id,
        group.pending.map((one) => one.id),
      ),
  );
}

/** Ids of entries that a worker holds, and that are not in the stream any more. */
export function deletedIn({ entries, group }: WithGroup): string[] {
  const there = new Set(entries);
  return group.pending.flatMap(({ id }) => (!there.has(id) && isWithin(id, entries) ? [id] : []));
}

/** Where a list was too long to be read whole, nothing is known of what is newer than its end. */
function isWithin(id: string, list: readonly string[]): boolean {
  const end = list.at(-1);
  return list.length < MOST_READ || end === undefined || compareIds(id, end) <= 0;
}

export function where({ observed: { server, url } }: RedisFacts, more: readonly Evidence[] = []): Evidence[] {
  return [{ label: 'Redis', value: `${server} at ${url}` }, ...more];
}

const SHOWN = 3;

/** [] when there are none. */
export function entriesEvidence(label: string, ids: readonly string[]): Evidence[] {
  if (ids.length === 0) return [];
  const more = ids.length > SHOWN ? `, and ${countText(ids.length - SHOWN)} more` : '';
  return [{ label, value: ids.slice(0, SHOWN).join(', ') + more }];
}

/** Why not all is known of a long run. */
export function unfollowedText(count: number): string {
  return `${plural(count, 'task')} came, or came again, when ${countText(MOST_TASKS)} were followed already: a shorter run follows all`;
}

export const NO_STREAM = 'none of the streams of tasks is there with its group';
