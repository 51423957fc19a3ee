/** The checks on tasks that workers have taken: each is acknowledged, within five minutes, and one that fails ends in the dead letters. */
import { mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, durationText, plural } from '../../../core/numbers.ts';
import { lacking, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { PendingEntry, StreamLook } from '../observation.ts';
import {
  addedIn,
  deadLettersIn,
  deletedIn,
  entriesEvidence,
  infoOf,
  NO_STREAM,
  type RedisCheck,
  type RedisFacts,
  undeletedIn,
  unfollowedText,
  watchedIn,
  where,
} from './view.ts';

const ACKNOWLEDGED = infoOf({
  id: 'acknowledged',
  subject: 'acknowledged tasks',
  proves: 'A task that a worker is done with is acknowledged and deleted: neither is left out.',
});

const PENDING_AGE = infoOf({
  id: 'pending-age',
  subject: 'tasks that workers hold',
  proves: 'No worker holds a task for more than five minutes.',
});

const RETRIES = infoOf({
  id: 'retries',
  subject: 'retries of failed tasks',
  proves: 'A task that fails again and again ends in the dead letters.',
});

export const HELD_CHECKS: readonly RedisCheck[] = [
  checkOf(ACKNOWLEDGED, judgeAcknowledged),
  checkOf(PENDING_AGE, judgePendingAge),
  checkOf(RETRIES, judgeRetries),
];

/** What is wrong at both looks after the load is no step between the two commands. What was so before the load is not its fault. */
function judgeAcknowledged(check: CheckInfo, facts: RedisFacts): Finding {
  const watched = watchedIn(facts);
  if (watched.length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  const added = addedIn(facts);
  const grown = (idsOf: typeof undeletedIn) =>
    watched.flatMap(({ before, after, last }) => {
      const earlier = new Set([...(before.group === null ? [] : idsOf({ ...before, group: before.group }))]);
      const still = new Set(idsOf(last));
      return idsOf(after).filter((id) => still.has(id) && !earlier.has(id));
    });
  const [undeleted, deleted] = [grown(undeletedIn), grown(deletedIn)];
  const ended = facts.observed.seen.records?.endedAndHeld ?? 0;
  const bad = undeleted.length + deleted.length + ended;
  const held = watched.reduce((sum, { last }) => sum + last.group.pendingCount, 0);
  if (added === 0 && bad === 0) return unasked(check, 'no task was added during the run', where(facts));
  const evidence = where(facts, [
    ...entriesEvidence('acknowledged, not deleted', undeleted),
    ...entriesEvidence('deleted, not acknowledged', deleted),
  ]);
  if (bad > 0) {
    const wrongs = [
      ...(undeleted.length > 0
        ? [`${countText(undeleted.length)} acknowledged and still in the stream (no XDEL)`]
        : []),
      ...(deleted.length > 0 ? [`${countText(deleted.length)} deleted and still pending (no XACK)`] : []),
      ...(ended > 0 ? [`${countText(ended)} ended and still pending (no XACK)`] : []),
    ];
    return property(check, { samples: Math.max(added, bad), bad, summary: wrongs.join(', '), evidence });
  }
  if (held >= added)
    return lacking(
      check,
      'inconclusive',
      `none of ${plural(added, 'task')} was acknowledged yet: each may still run`,
      evidence,
    );
  const summary = `of ${plural(added, 'task')}, ${countText(added - held)} are acknowledged, and none of them is left`;
  return property(check, { samples: added - held, bad: 0, summary, evidence });
}

/** An entry that was held for too long before the load is somebody else's fault. */
function judgePendingAge(check: CheckInfo, facts: RedisFacts): Finding {
  const watched = watchedIn(facts);
  if (watched.length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  const { mostPendingMs } = facts.promises;
  const tooLong = ({ group }: StreamLook): readonly PendingEntry[] =>
    (group?.pending ?? []).filter(({ heldMs }) => heldMs > mostPendingMs);
  const earlier = watched.reduce((sum, { before }) => sum + tooLong(before).length, 0);
  const stuck = watched.flatMap(({ before, last }) => {
    const known = new Set(tooLong(before).map(({ id }) => id));
    return tooLong(last).filter(({ id }) => !known.has(id));
  });
  const held = watched.flatMap(({ last }) => last.group.pending);
  const added = addedIn(facts);
  const note = earlier === 0 ? '' : `; ${countText(earlier)} were so already before the load`;
  const limit = durationText(mostPendingMs / 1000);
  const evidence = where(
    facts,
    entriesEvidence(
      `held for more than ${limit}`,
      stuck.map(({ id }) => id),
    ),
  );
  if (stuck.length > 0) {
    const longest = durationText(mostOf(stuck.map(({ heldMs }) => heldMs)) / 1000);
    const summary = `${plural(stuck.length, 'task')} held for up to ${longest}, and a worker may take ${limit}${note}`;
    return property(check, { samples: Math.max(added, held.length), bad: stuck.length, summary, evidence });
  }
  const young = held.filter(({ heldMs }) => heldMs <= mostPendingMs);
  if (young.length > 0) {
    const longest = durationText(mostOf(young.map(({ heldMs }) => heldMs)) / 1000);
    const summary = `${plural(young.length, 'task')} held for up to ${longest}: only after ${limit} is it known whether a worker is stuck${note}`;
    return lacking(check, 'inconclusive', summary, evidence);
  }
  if (added === 0) return unasked(check, `no task was added during the run${note}`, evidence);
  return property(check, { samples: added, bad: 0, summary: `no worker holds a task any more${note}`, evidence });
}

/** A task that fails is given out again, or added again. */
function judgeRetries(check: CheckInfo, facts: RedisFacts): Finding {
  const watched = watchedIn(facts);
  if (watched.length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  const { mostAttempts } = facts.promises;
  const earlier = (before: StreamLook, id: string): number =>
    before.group?.pending.find((one) => one.id === id)?.deliveries ?? 0;
  const again = watched.flatMap(({ before, last }) =>
    last.group.pending.filter(({ id, deliveries }) => deliveries > Math.max(1, earlier(before, id))),
  );
  const most = Math.max(0, facts.observed.seen.mostOfOne, ...again.map(({ deliveries }) => deliveries));
  const nowMs = facts.observed.last.atMs;
  // A worker may take its own task again, once a second or so, to show that it is alive.
  const endless = again.filter(({ id, deliveries }) => deliveries > Math.max(mostAttempts, ageSec(id, nowMs)));
  // A task that nobody may do is rejected and added again, as promised: only records tell it from one that fails.
  const { mostOfOne, records, unfollowed = 0 } = facts.observed.seen;
  const isAddedForEver = mostOfOne > mostAttempts && records?.rejected === 0;
  const bad = endless.length + (isAddedForEver ? 1 : 0);
  const letters = deadLettersIn(facts);
  const evidence = where(
    facts,
    entriesEvidence(
      'given out again and again',
      endless.map(({ id }) => id),
    ),
  );
  if (bad > 0) {
    const summary = `a task was given to workers ${countText(most)} times, and is not in ${facts.promises.deadLetters}`;
    return property(check, { samples: Math.max(again.length, bad), bad, summary, evidence });
  }
  const ended = letters.last - letters.before;
  if (again.length > 0 || mostOfOne > mostAttempts) {
    const summary = `${plural(Math.max(1, again.length), 'task')} given out or added up to ${countText(most)} times so far: the guide does not say how often is enough`;
    return lacking({ ...check, gating: false }, 'inconclusive', summary, evidence);
  }
  // One of them may have been added for ever.
  if (unfollowed > mostAttempts) return lacking(check, 'inconclusive', unfollowedText(unfollowed), evidence);
  if (ended <= 0) return unasked(check, 'no task failed for good during the run', evidence);
  const summary = `${plural(ended, 'failed task')} ended in ${facts.promises.deadLetters}, and none is tried for ever`;
  return property(check, { samples: ended, bad: 0, summary, evidence });
}

/** How long ago an entry was added. */
function ageSec(id: string, nowMs: number): number {
  return (nowMs - Number(id.split('-')[0])) / 1000;
}
