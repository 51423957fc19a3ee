/** What the API says of one debate while it runs and when it has ended. */
import { isSimilarity } from '../../../core/similarity.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { DebateSeen, ReadSeen } from '../observation.ts';
import { isCalledFailed, isCalledOver, isCalledUnderWay } from '../status.ts';
import { isGood, isHang, isLacking, type MadeFor, probe, seenOf, statusOf, undecidedBy, wordsOf } from './check.ts';
import { differ, problemsIn, ranOn } from './fit.ts';

const running = probe({
  name: 'running',
  subject: 'a debate that still runs',
  proves: 'A debate that still runs is shown as one, with its question, and is called so in the list.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    const read = debate.running;
    const obstacle = undecidedBy(read.answered);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (statusOf(read.answered) === 404) return unasked(check, 'it was not shown yet');
    if (!ranOn(debate)) return unasked(check, 'it is not sure that it still ran when it was read');
    const problems = problemsIn([
      !isGood(read.answered) && wordsOf(read.answered),
      read.isRightQuestion === false && 'it has another question',
      isOver(read) && `it is shown as ${read.status ?? 'finished'}, and agents still spoke`,
      read.consensus === true && 'it is shown with consensus, and agents still spoke',
      isOverInList(debate) && `the list calls it ${debate.listedAs}, and agents still spoke`,
    ]);
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? `shown as ${read.status ?? 'not finished'}` : problems.join('; '),
    });
  },
});

/** Where the debate itself is called over, that is the cause. */
function isOverInList({ running: read, listedAs = null }: DebateSeen): boolean {
  return isCalledOver(listedAs) && !isOver(read);
}

function isOver({ hasAnswer, status, inProgress }: ReadSeen): boolean {
  return hasAnswer || (inProgress !== true && isCalledOver(status));
}

const readBack = probe({
  name: 'read-back',
  subject: 'a debate is read back by its id',
  proves: 'A debate that has ended is read back with its question, its agents and what they said, as its events ended.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    if (isLacking(debate.finished)) return lacking(check, 'inconclusive', debate.finished.lacking);
    const read = seenOf(debate.finished);
    if (read === undefined) return lacking(check, 'no-data', 'it was not read');
    const obstacle = undecidedBy(read.answered);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (statusOf(read.answered) === 410) return unasked(check, 'it is gone (410): ended debates are not kept');
    if (isCalledFailed(read.status) && debate.consensus !== true)
      return unasked(check, `the debate itself ended as ${read.status}`);
    const names = [debate.agents, ...(debate.startedWith === null ? [] : [debate.startedWith])].map(sorted);
    const problems = problemsIn([
      !isGood(read.answered) && wordsOf(read.answered),
      read.isRightQuestion === false && 'it has another question',
      read.agents !== null && !names.includes(sorted(read.agents)) && `its agents are ${read.agents.join(', ')}`,
      isUnderWay(read) && `it is shown as ${read.status ?? 'in progress'} after its end`,
      differ(read.consensus, debate.consensus) && `it is shown ${read.consensus ? 'with' : 'without'} consensus`,
      read.isHeard === false && 'none of its messages is one that agents said',
    ]);
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? 'as it was created, and as its events ended' : problems.join('; '),
    });
  },
});

function sorted(names: readonly string[]): string {
  return [...names].sort().join(', ');
}

function isUnderWay({ hasAnswer, status, inProgress }: ReadSeen): boolean {
  return !hasAnswer && (inProgress === true || isCalledUnderWay(status));
}

const convergence = probe({
  name: 'convergence',
  subject: 'the consensus check agrees',
  proves: "A debate's convergence agrees with its consensus event, and with the debate itself.",
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    if (isLacking(debate.convergence)) return lacking(check, 'inconclusive', debate.convergence.lacking);
    const seen = seenOf(debate.convergence);
    if (seen === undefined) return lacking(check, 'no-data', 'it was not asked');
    const obstacle = undecidedBy(seen.answered) ?? (isHang(seen.answered) ? wordsOf(seen.answered) : null);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (!isGood(seen.answered)) return unasked(check, wordsOf(seen.answered));
    const read = seenOf(debate.finished)?.consensus ?? null;
    const { similarity } = seen;
    const problems = problemsIn([
      seen.isRightDebate === false && 'it is of another debate',
      differ(seen.consensus, debate.consensus) && `it says ${yes(seen.consensus)}, its event ${yes(debate.consensus)}`,
      differ(seen.consensus, read) && `it says ${yes(seen.consensus)}, the debate ${yes(read)}`,
      similarity !== null && !isSimilarity(similarity) && `its similarity is ${similarity}`,
    ]);
    if (problems.length === 0 && seen.consensus === null)
      return unasked(check, 'it does not say whether there is consensus');
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? `it says ${yes(seen.consensus)}, and so does the debate` : problems.join('; '),
    });
  },
});

function yes(consensus: boolean | null): string {
  return consensus ? 'consensus' : 'no consensus';
}

export const DEBATE_PROBES: readonly MadeFor[] = [running, readBack, convergence];
