/** Whether the list of debates has one that has ended, and shows it as that. */
import { digitsText, plural } from '../../../core/numbers.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { ListRead, ProbesObserved } from '../observation.ts';
import { isCalledOver, isCalledRunning } from '../status.ts';
import { isGood, type MadeFor, probe, seenOf, wordsOf } from './check.ts';
import { areOthers, differ, namesOf } from './fit.ts';

/** A list may come from a cache that is younger than this. */
const CACHED_MS = 10_000;
/** The header `Date` may be of a proxy, and the entry of a database: each with a clock of its own. */
const HOSTS_APART_SEC = 120;

export const list: MadeFor = probe({
  name: 'list',
  subject: 'the list holds what was created',
  proves: 'GET /api/debates has a debate that had ended before the load, as what it is, or has more than it shows.',
  part: ({ list: part }) => part,
  judge: (check, { debateId, consensus, reads }, { observed }) => {
    // A read that failed says nothing of what an earlier one showed.
    const [first, last] = [reads[0], reads.findLast(({ entries }) => entries !== null) ?? reads.at(-1)];
    if (first === undefined || last === undefined) return lacking(check, 'no-data', 'it was not read');
    const mayBeCopy = last.atMs - first.atMs < CACHED_MS;
    if (last.holds && isCalledRunning(last.status)) {
      if (mayBeCopy) return lacking(check, 'inconclusive', 'it may come from a cache');
      const summary = `it calls ${debateId} ${last.status}`;
      return isOverById(observed, last)
        ? fact(check, false, {
            summary: `${summary}, which had ended; by its id, one that has ended is called so`,
            evidence: shown(reads),
          })
        : unasked(check, `${summary}, and it is not known what one that has ended is called by its id`);
    }
    const wrong = reads.map((read) => contradiction(read, consensus ?? null, observed)).find((words) => words !== null);
    if (wrong !== undefined)
      return fact(check, false, { summary: `it shows ${debateId} ${wrong}`, evidence: shown(reads) });
    if (reads.some(({ holds }) => holds)) return fact(check, true, { summary: `it has ${debateId}` });
    const bad = reads.find(({ entries }) => entries === null);
    if (bad !== undefined) return lacking(check, 'inconclusive', `it could not be read: ${wordsOf(bad.answered)}`);
    if (reads.some(({ isWhole, hasRoom }) => !isWhole && !hasRoom))
      return unasked(check, `${debateId} is not on the first page, and it says nothing of the others`);
    if (mayBeCopy) return lacking(check, 'inconclusive', 'it may come from a cache');
    if (!listsEnded(reads)) return unasked(check, `it lacks ${debateId}, but may be a list of those that run`);
    const summary = `${debateId} is in none of ${plural(reads.length, 'list')} that have room for it`;
    return fact(check, false, { summary, evidence: shown(reads) });
  },
});

/** What an entry says wrongly of a debate that it calls over, in words; null where nothing is. The probes' own debate has the same agents. */
function contradiction(
  { status, agents, aheadSec, consensus: said }: ListRead,
  consensus: boolean | null,
  observed: ProbesObserved,
) {
  if (!isCalledOver(status)) return null;
  if ((aheadSec ?? 0) > HOSTS_APART_SEC) return `as created ${digitsText(aheadSec ?? 0, 2)} s after its own answer`;
  if (differ(said ?? null, consensus))
    return `${said ? 'with' : 'without'} consensus; by its id it is the other way round`;
  const debate = seenOf(observed.debate);
  const known = debate === undefined ? [] : namesOf(debate);
  return known.length > 0 && areOthers(agents ?? null, known) ? `with the agents ${agents?.join(', ')}` : null;
}

function shown(reads: readonly ListRead[]) {
  return reads.map(({ entries, total }, at) => ({
    label: `read ${at + 1}`,
    value: `${plural(entries ?? 0, 'debate')}${total === null ? '' : ` of ${total}`}`,
  }));
}

/** Whether a debate that has ended is over in other words, where it is read by its id. */
function isOverById({ debate }: ProbesObserved, { status }: ListRead): boolean {
  const read = seenOf(seenOf(debate)?.finished ?? { unasked: 'no debate' });
  if (read === undefined || !isGood(read.answered) || read.inProgress === true || read.status === status) return false;
  return read.hasAnswer || isCalledOver(read.status);
}

/**
 * No document says that a list holds what has ended. One does that shows such a debate, or counts more than it shows although it has room;
 * as the number stays the same, none begins between reading the page and counting all.
 */
function listsEnded(reads: readonly ListRead[]): boolean {
  const [first] = reads;
  const isSteady = first?.total != null && reads.every(({ total }) => total === first.total);
  return reads.every(({ ended, entries, total }) => ended > 0 || (isSteady && (total ?? 0) > (entries ?? 0)));
}
