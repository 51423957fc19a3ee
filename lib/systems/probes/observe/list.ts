/** The list of debates, asked for a debate that has ended: while nothing of the load runs, and again after it. */
import type { ListRead, ListSeen, Part } from '../observation.ts';
import { isCalledOver, isCalledRunning } from '../status.ts';
import {
  type Answer,
  type Asking,
  answered,
  booleanOf,
  isObject,
  numberOf,
  objectIn,
  refusalOf,
  textOf,
} from './asking.ts';
import { namesIn, timeIn } from './reading.ts';

/** When a list that is behind is asked again: it may be kept for 10 s, and what is renewed behind an old answer is there a moment later. */
const AGAIN_AFTER_MS = [5500, 5000, 500];

/** What the entry of a debate is called in a list; null where there is none. */
export function listedAs(answer: Answer, debateId: string): string | null {
  return statusOf(entryIn(entriesIn(answer), debateId));
}

export class DebateList {
  readonly #reads: ListRead[] = [];

  /** Where the list is behind, it is asked again when it can be no copy any more. No creation comes in between that this run sends. */
  async before(asking: Asking): Promise<void> {
    const { debateId } = asking.server;
    if (debateId === null) return;
    let last = await this.#read(asking, debateId);
    for (const waitMs of AGAIN_AFTER_MS) {
      if (!isBehind(last)) return;
      await asking.wait(waitMs);
      last = await this.#read(asking, debateId);
    }
  }

  async after(asking: Asking): Promise<void> {
    const { debateId } = asking.server;
    if (debateId === null || this.#reads.length !== 1 || this.#reads.some(({ holds }) => holds)) return;
    await this.#read(asking, debateId);
  }

  async #read(asking: Asking, debateId: string): Promise<ListRead> {
    const read = listRead(await asking.ask('/api/debates', { keep: 'date' }), debateId);
    this.#reads.push(read);
    return read;
  }

  seen({ server }: Asking): Part<ListSeen> {
    if (server.debateId === null) return { unasked: 'the load needed no debate from before it' };
    return { debateId: server.debateId, consensus: server.consensus ?? null, reads: this.#reads };
  }
}

/** Whether it lacks the debate although it could have it, or shows it as running. */
function isBehind({ entries, isWhole, hasRoom, holds, status }: ListRead): boolean {
  return holds ? isCalledRunning(status) : entries !== null && (isWhole || hasRoom);
}

function listRead(answer: Answer, debateId: string): ListRead {
  const entries = entriesIn(answer);
  const own = entryIn(entries, debateId);
  return {
    atMs: Date.now(),
    answered: answered(answer),
    entries: entries?.length ?? null,
    total: numberOf(objectIn(answer)?.['total']),
    isWhole: entries !== null && isWhole(answer, entries.length),
    hasRoom: entries !== null && hasRoom(answer, entries.length),
    holds: own !== undefined,
    status: statusOf(own),
    agents: isObject(own) ? namesIn(own['agents']) : null,
    consensus: isObject(own) ? booleanOf(own['consensus_reached']) : null,
    aheadSec: aheadSecOf(own, answer),
    ended: (entries ?? []).filter((entry) => isCalledOver(statusOf(entry))).length,
  };
}

function aheadSecOf(entry: unknown, answer: Answer): number | null {
  if (!isObject(entry) || 'trouble' in answer) return null;
  const createdMs = timeIn(entry['created_at'] ?? entry['createdAt']);
  const nowMs = Date.parse(answer.kept ?? '');
  return createdMs === null || Number.isNaN(nowMs) ? null : (createdMs - nowMs) / 1000;
}

function statusOf(entry: unknown): string | null {
  return isObject(entry) ? textOf(entry['status']) : null;
}

/** However an entry spells its id. */
function entryIn(entries: readonly unknown[] | null, debateId: string): unknown {
  return entries?.find((entry) => JSON.stringify(entry).includes(JSON.stringify(debateId)));
}

function entriesIn(answer: Answer): readonly unknown[] | null {
  if (refusalOf(answer) !== null || 'trouble' in answer) return null;
  const fields = objectIn(answer);
  if (fields !== null) return Array.isArray(fields['debates']) ? fields['debates'] : null;
  try {
    const value: unknown = JSON.parse(answer.text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null; // The load reports a list that is none.
  }
}

/** Only as far as it says so itself: a list without a word about further pages may be one of many. */
function isWhole(answer: Answer, entries: number): boolean {
  const { has_more: hasMore, total } = objectIn(answer) ?? {};
  return hasMore === false || total === entries;
}

function hasRoom(answer: Answer, entries: number): boolean {
  const { has_more: hasMore, offset = 0, limit } = objectIn(answer) ?? {};
  return hasMore !== true && offset === 0 && typeof limit === 'number' && entries < limit;
}
