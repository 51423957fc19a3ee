/** What was read from Redis: the streams of tasks before the load, and twice after it. */
import type { Unavailable } from '../../core/observation.ts';

/** A task that a worker has taken and not acknowledged. */
export interface PendingEntry {
  readonly id: string;
  /** Since it was last given to a worker, by Redis' own clock. */
  readonly heldMs: number;
  /** How often it was given to a worker. */
  readonly deliveries: number;
}

export interface GroupLook {
  /** The last entry that was given to a worker. */
  readonly lastDeliveredId: string;
  readonly pendingCount: number;
  /** The oldest of them. */
  readonly pending: readonly PendingEntry[];
}

export interface StreamLook {
  readonly key: string;
  /** `none`: there is no such key. */
  readonly type: string;
  readonly length: number;
  /** Of the newest entry that there ever was; `0-0`: none. */
  readonly lastId: string;
  /** How many there ever were; null: Redis before 7.0 does not say. */
  readonly added: number | null;
  /** The newest entry that was deleted; `0-0`: none; null: Redis before 7.0 does not say. */
  readonly lastDeletedId: string | null;
  /** null: there is no such group. */
  readonly group: GroupLook | null;
  /** Ids of the oldest entries. */
  readonly entries: readonly string[];
}

/** All streams at one moment. */
export interface RedisLook {
  /** By Redis' own clock. */
  readonly atMs: number;
  /** In the order of the promises: by priority, last the dead letters. */
  readonly streams: readonly StreamLook[];
}

/** What was seen of tasks that were added during the run. */
export interface SeenTasks {
  /** Entries that were seen. */
  readonly entries: number;
  /** Tasks that they name: those that were followed. */
  readonly tasks: number;
  /** Entries of tasks that came when `MOST_TASKS` were followed already; absent: none. */
  readonly unfollowed?: number;
  /** The most entries that name one task. */
  readonly mostOfOne: number;
  /** What the release has written down of these tasks; null: it has no such records. */
  readonly records: {
    readonly read: number;
    /** Tasks that a worker rejected at least once. */
    readonly rejected: number;
    /** Tasks that have ended, and whose entry a worker still holds. */
    readonly endedAndHeld: number;
  } | null;
}

export interface RedisObserved {
  readonly kind: 'redis';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** For example `Redis 7.2.4`. */
  readonly server: string;
  readonly before: RedisLook;
  /** After the load, once nothing was pending any more or the observer had waited long enough. */
  readonly after: RedisLook;
  /** A second and more later: what is so in both is no step of something under way. */
  readonly last: RedisLook;
  readonly seen: SeenTasks;
  /** Tasks that have other streams of this contract, if those of the promises do not exist: for a hint. */
  readonly other: string | null;
}

export type RedisObservation = RedisObserved | Unavailable<'redis'>;

/** So many tasks are followed, and not more: what is kept of them must not grow with the run. */
export const MOST_TASKS = 200_000;

/** How many entries of a stream, and pending ones of a group, are read one by one. */
export const MOST_READ = 1000;
