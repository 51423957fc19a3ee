/** Whether the clocks of a history's runs can be right, in sentences: runs that end before they start, were added late, or begin in the future. */
import type { StoredEntry } from './entry-file.ts';

export function clockWarnings(entries: readonly StoredEntry[]): string[] {
  const backwards = entries.filter(({ startedAtMs, endedAtMs }) => endedAtMs < startedAtMs);
  const written = [...entries].sort((a, b) => a.sequence - b.sequence || a.startedAtMs - b.startedAtMs);
  return [
    ...backwards.map(({ runId }) => `${runId} ended before it started: the clock went back during it`),
    ...written.flatMap((entry, at) => late(entry, written.slice(Math.max(0, at - 1), at))),
  ];
}

/** One sentence about the runs that begin after `nowMs`: a machine's clock must be wrong. [] without any. */
export function fromTheFuture(
  entries: readonly Pick<StoredEntry, 'runId' | 'startedAtMs'>[],
  nowMs: number,
): readonly string[] {
  const [first, ...more] = entries.filter(({ startedAtMs }) => startedAtMs > nowMs);
  if (first === undefined) return [];
  const [others, begin] = more.length === 0 ? ['', 'begins'] : [` and ${more.length} more`, 'begin'];
  return [
    `${first.runId}${others} ${begin} in the future: a clock was wrong; runs are in the order of their start, and no budget counts runs in the future`,
  ];
}

/** Runs at the same time may end in any order. A run that was over before another began should have been added before it. */
export function late(entry: StoredEntry, before: readonly StoredEntry[]): string[] {
  const [after] = before
    .filter((other) => other.sequence < entry.sequence && entry.endedAtMs < other.startedAtMs)
    .slice(-1);
  if (after === undefined) return [];
  return [
    `${entry.runId} was added after ${after.runId}, but was over before that began: it was added late, or the clock went back; runs are in the order of their start`,
  ];
}
