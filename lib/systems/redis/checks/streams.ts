/** The checks that the streams of tasks are there, and that no task gets lost on its way to a worker. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { lacking, openByOthers, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { compareIds } from '../ids.ts';
import {
  addedIn,
  infoOf,
  NO_STREAM,
  type RedisCheck,
  type RedisFacts,
  type Watched,
  watchedIn,
  where,
} from './view.ts';

const STREAMS = infoOf({
  id: 'streams',
  subject: 'streams of tasks',
  proves: 'Streams of tasks are there, and each has the group of the workers.',
});

const LOST = infoOf({
  id: 'lost',
  subject: 'tasks that no worker got',
  proves: 'No task was deleted before a worker got it.',
});

export const STREAM_CHECKS: readonly RedisCheck[] = [checkOf(STREAMS, judgeStreams), checkOf(LOST, judgeLost)];

/** A priority without a task so far may lack its stream. */
function judgeStreams(check: CheckInfo, facts: RedisFacts): Finding {
  const { observed, promises } = facts;
  const there = observed.last.streams.filter(({ key, type }) => promises.streams.includes(key) && type !== 'none');
  if (there.length === 0) {
    const hint = observed.other === null ? '' : `; there is ${observed.other}, which another contract has`;
    const summary = `none of ${promises.streams.join(', ')} is there${hint}`;
    return property(check, {
      samples: promises.streams.length,
      bad: promises.streams.length,
      summary,
      evidence: where(facts),
    });
  }
  const wrong = there.flatMap(({ key, type, group }) => {
    if (type !== 'stream') return [`${key} is a ${type}, not a stream`];
    return group === null ? [`${key} has no group ${promises.group}, so no worker reads it`] : [];
  });
  const names = there.map(({ key }) => key).join(', ');
  const summary = wrong.length === 0 ? `${names}: each with the group ${promises.group}` : wrong.join('; ');
  return property(check, { samples: there.length, bad: wrong.length, summary, evidence: where(facts) });
}

/**
 * The newest deleted entry is newer than the newest that a worker got, a second later still: it was deleted before. Whoever else uses the
 * server may have cancelled it.
 */
function judgeLost(check: CheckInfo, facts: RedisFacts): Finding {
  const watched = watchedIn(facts);
  const added = addedIn(facts);
  if (watched.length === 0) return lacking(check, 'no-data', NO_STREAM, where(facts));
  if (added === 0) return unasked(check, 'no task was added during the run', where(facts));
  if (watched.some(({ after }) => after.lastDeletedId === null))
    return lacking(check, 'no-data', 'Redis before 7.0 does not say which entries were deleted', where(facts));
  const lost = watched.filter(isLosing);
  if (lost.length === 0)
    return property(check, {
      samples: added,
      bad: 0,
      summary: `of ${plural(added, 'task')}, none was seen deleted before a worker got it`,
      evidence: where(facts),
    });
  const evidence = where(
    facts,
    lost.map(({ key, after, last }) => ({
      label: key,
      value: `${after.lastDeletedId} was deleted, and the last that a worker got is ${last.group.lastDeliveredId}`,
    })),
  );
  const summary = `in ${lost.map(({ key }) => key).join(', ')} a task was deleted that no worker had got`;
  if (!facts.exclusive) return openByOthers(check, `${summary}: lost, or cancelled by others`, evidence);
  return property(check, { samples: added, bad: lost.length, summary, evidence });
}

function isLosing({ before, after, last }: Watched): boolean {
  const deleted = after.lastDeletedId;
  if (deleted === null || compareIds(deleted, before.lastDeletedId ?? '0-0') <= 0) return false;
  return compareIds(deleted, last.group.lastDeliveredId) > 0;
}
