/** The documented parts of a log as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { type SignalInfo, SIDES } from '../../core/coverage.ts';
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
    ...signals.fields.map((field): SignalInfo => ({
      system: 'logs',
      name: field.name,
      kind: 'field',
      aspects: aspectsOf(field),
    })),
  ];
}

function aspectsOf({ type }: LogField): SignalInfo['aspects'] {
  return { exists: ['below'], content: SIDES, ...(type === 'integer' ? { value: SIDES } : {}) };
}

export const UNBOUNDED_LOGS: readonly Unbounded[] = [
  {
    signals: ['logger', 'module', 'function', 'message', 'user_id'],
    aspects: ['content'],
    reason: 'no document gives the words, and nobody outside knows the source code',
  },
  {
    signals: ['line'],
    aspects: ['value'],
    reason: 'nobody outside knows the line numbers of the source code',
  },
];
