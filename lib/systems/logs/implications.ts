/** What a failure of one check on the log does to others: a line that can't be read has no fields, and one without a trace id has no request. */
import type { JudgeInput } from '../../core/run.ts';
import { type Implication, lacksEvidence, type SeenTogether } from '../causes.ts';
import { evidenceOf } from '../evidence.ts';
import type { Looked } from '../system.ts';
import type { LogsObservation, LogsObserved } from './observation.ts';
import type { LogPromises } from './signals.ts';

export function logImplications({ promises: { signals } }: Looked<LogPromises>): Implication[] {
  const { traceIdField, timestampField } = signals;
  const when = (cause: string, explains: (observed: LogsObserved, seen: SeenTogether) => boolean): Implication => ({
    cause: `logs.${cause}`,
    explains: (seen) => {
      const observed = isOfLog(seen) ? collectedIn(seen.input) : null;
      return observed !== null && explains(observed, seen);
    },
  });
  const isFieldWrong = ({ fields }: LogsObserved, name: string): boolean => {
    const { missing = 0, wrong = 0 } = fields[name] ?? {};
    return missing + wrong > 0;
  };
  return [
    { cause: 'logs.json', explains: (seen) => isOfLog(seen) && collectedIn(seen.input) === null },
    when('json', ({ lines, notJson }) => lines === 0 || notJson.count === lines),
    when(
      'json',
      ({ notJson }, { follower }) => notJson.count > 0 && ['logs.trace-ids', 'logs.requests'].includes(follower.id),
    ),
    when(
      `fields.${traceIdField}`,
      (observed, { follower }) => isFieldWrong(observed, traceIdField) && BY_TRACE_ID.includes(follower.id),
    ),
    when('trace-ids', ({ ofOthers, traceIds }, { follower }) => {
      const isWrong = (ofOthers?.count ?? 0) > 0 || traceIds.found === 0;
      return isWrong && BY_TRACE_ID.includes(follower.id);
    }),
    when(`fields.${timestampField}`, ({ times }, { follower }) => times === null && BY_TIME.includes(follower.id)),
    when('timestamps', (_, { follower }) => follower.id === 'logs.clock'),
  ];
}

const BY_TRACE_ID: readonly string[] = [
  'logs.trace-ids',
  'logs.requests',
  'logs.traces-exist',
  'logs.levels.outcomes',
  'logs.content',
  'logs.durations',
  'logs.clock',
];
const BY_TIME: readonly string[] = ['logs.timestamps', 'logs.clock'];

/** Only the log itself; what a backend has is read from there. */
function isOfLog({ follower: { system, id, status } }: SeenTogether): boolean {
  return system === 'logs' && lacksEvidence({ status }) && !/^logs\.(loki|elasticsearch|cloudwatch)\./.test(id);
}

function collectedIn({ observations }: JudgeInput): LogsObserved | null {
  const found = evidenceOf<LogsObservation>(observations, 'logs');
  return found?.status === 'collected' ? found : null;
}
