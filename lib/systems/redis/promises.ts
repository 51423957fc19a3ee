/** What the guide promises about the task scheduler, and where a release keeps it. Written to plan.json. */
import type { Source } from '../../core/source.ts';

export const SCHEDULER: Source = { document: 'monitoring-setup-guide.md', section: 'Scheduler Task Handling (PR #13)' };

export interface RedisPromises {
  /** The streams of tasks: one for each priority, the highest first. */
  readonly streams: readonly string[];
  readonly group: string;
  readonly deadLetters: string;
  /** The field of an entry that names its task. */
  readonly taskField: string;
  /** Where the release keeps what it knows of a task, as JSON; null: the release does not say. */
  readonly records: { readonly prefix: string; readonly rejections: readonly string[] } | null;
  readonly mostPendingMs: number;
  readonly mostDeadLetters: number;
  /** 0–1. */
  readonly mostRejected: number;
  /** The guide has no number, and each task may have its own: more attempts than anybody means. */
  readonly mostAttempts: number;
}

const GROUP = 'aragora-workers';
const LIMITS = { mostPendingMs: 300_000, mostDeadLetters: 10, mostRejected: 0.2, mostAttempts: 100 };

const streams = (prefix: string, priorities: readonly string[]): Pick<RedisPromises, 'streams' | 'deadLetters'> => ({
  streams: priorities.map((priority) => prefix + priority),
  deadLetters: `${prefix}dead_letter`,
});

export const DOCUMENTED_REDIS: RedisPromises = {
  ...streams('aragora:tasks:', ['high', 'normal', 'low']),
  group: GROUP,
  taskField: 'task_id',
  records: null,
  ...LIMITS,
};

const ARAGORA_2_11: RedisPromises = {
  ...streams('aragora:cp:stream:', ['urgent', 'high', 'normal', 'low']),
  group: GROUP,
  taskField: 'task_id',
  records: { prefix: 'aragora:cp:tasks:', rejections: ['rejection_count', 'policy_rejection_count'] },
  ...LIMITS,
};

/** By contract. */
export const REDIS_CONTRACTS: Readonly<Record<string, RedisPromises>> = {
  documented: DOCUMENTED_REDIS,
  'aragora-2.11': ARAGORA_2_11,
};

export function redisPromises(contract: string): RedisPromises {
  return REDIS_CONTRACTS[contract] ?? DOCUMENTED_REDIS;
}
