/** The documented parts of a log as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { SIDES, type SignalInfo } from '../../core/coverage.ts';
import type { Unbounded } from '../coverage.ts';
import type { LogField, LogPromises } from './signals.ts';

/** Lines as such; as in ids of findings. */
export const LINES = 'lines';

export function coveredLogs({ signals }: LogPromises): SignalInfo[] {
  return [
    {
      system: 'logs',
      name: LINES,
      kind: 'lines',
      aspects: { exists: ['below'], count: SIDES, time: SIDES, relation: SIDES, content: SIDES },
    },
    ...signals.fields.map(
      (field): SignalInfo => ({
        system: 'logs',
        name: field.name,
        kind: 'field',
        aspects: aspectsOf(field),
      }),
    ),
  ];
}

function aspectsOf({ type }: LogField): SignalInfo['aspects'] {
  if (type === 'integer' || type === 'from-one') return { exists: ['below'], value: SIDES, content: ['above'] };
  return { exists: ['below'], content: SIDES };
}

export const UNBOUNDED_LOGS: readonly Unbounded[] = [
  {
    because: 'not-promised',
    signals: ['message'],
    aspects: ['content'],
    reason: 'a message may be any text, also an empty one',
  },
  {
    because: 'unseen',
    signals: ['user_id'],
    aspects: ['exists', 'content'],
    reason: 'the load has no users, so no line needs one',
  },
  {
    because: 'unseen',
    signals: ['line'],
    aspects: ['value'],
    reason: 'nobody outside knows the line numbers of the source code',
  },
];
