/** The checks on the guide's two other alerts: dead letters, and rejected tasks. */
import type { Finding } from '../../../core/finding.ts';
import { countText, percentText, plural } from '../../../core/numbers.ts';
import { lacking, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import {
  addedIn,
  deadLettersIn,
  infoOf,
  NO_STREAM,
  type RedisCheck,
  type RedisFacts,
  unfollowedText,
  watchedIn,
  where,
} from './view.ts';

const DEAD_LETTERS = infoOf({
  id: 'dead-letters',
  subject: 'dead letters',
  proves: 'The load left no more than ten dead letters.',
});

const REJECTIONS = infoOf({
  id: 'rejections',
  subject: 'rejected tasks',
  proves: 'Workers rejected at most 20 % of the tasks.',
});

export const COUNT_CHECKS: readonly RedisCheck[] = [
  checkOf(DEAD_LETTERS, judgeDeadLetters),
  checkOf(REJECTIONS, judgeRejections),
];

function judgeDeadLetters(check: CheckInfo, facts: RedisFacts): Finding {
  if (watchedIn(facts).length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  const { before, last } = deadLettersIn(facts);
  const { mostDeadLetters, deadLetters } = facts.promises;
  const grown = Math.max(0, last - before);
  const allowed = `, and the guide allows ${countText(mostDeadLetters)}`;
  const summary = `${plural(last, 'dead letter')} in ${deadLetters}, ${countText(before)} of them from before the load${last > mostDeadLetters ? allowed : ''}`;
  const bad = last > mostDeadLetters ? grown : 0;
  return property(check, { samples: Math.max(1, addedIn(facts), bad), bad, summary, evidence: where(facts) });
}

/**
 * A rejected task is added again. Without records of rejections, only its bound is known: whatever is no first entry of a task may be a
 * rejection, a retry, or a task that was not seen.
 */
function judgeRejections(check: CheckInfo, facts: RedisFacts): Finding {
  if (watchedIn(facts).length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  const { seen } = facts.observed;
  const { mostRejected } = facts.promises;
  const added = addedIn(facts);
  if (added === 0) return unasked(check, 'no task was added during the run', where(facts));
  const limit = `the limit is ${percentText(mostRejected)}`;
  if (seen.records !== null && seen.records.read > 0) {
    const { read, rejected } = seen.records;
    const share = rejected / read;
    const { unfollowed = 0 } = seen;
    // Each of those that were not followed may be rejected, or not.
    const isOpen =
      rejected / (read + unfollowed) <= mostRejected && (rejected + unfollowed) / (read + unfollowed) > mostRejected;
    if (unfollowed > 0 && isOpen) {
      const known = `${countText(rejected)} of the first ${plural(read, 'task')} were rejected (${percentText(share)}); ${limit}`;
      return lacking(check, 'inconclusive', `${known}; ${unfollowedText(unfollowed)}`, where(facts));
    }
    const summary = `${countText(rejected)} of ${plural(read, 'task')} were rejected (${percentText(share)}); ${limit}`;
    return property(check, {
      samples: read,
      bad: share > mostRejected ? rejected : 0,
      summary,
      evidence: where(facts),
    });
  }
  const again = Math.max(0, added - seen.tasks);
  if (again <= mostRejected * added) {
    const summary = `at most ${percentText(again / added)} of ${countText(added)} added entries can be rejected tasks; ${limit}`;
    return property(check, { samples: added, bad: 0, summary, evidence: where(facts) });
  }
  const unseen = seen.unfollowed === undefined ? '' : `; ${unfollowedText(seen.unfollowed)}`;
  const summary = `up to ${percentText(again / added)} of ${countText(added)} added entries can be rejected tasks, retries, or tasks that came and went unseen${unseen}`;
  return lacking({ ...check, gating: false }, 'inconclusive', summary, where(facts));
}
