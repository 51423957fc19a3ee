/** What the documents promise about log lines, each with its source. Data only. */

import type { Source } from '../../core/source.ts';
import type { LogField, LogFieldType, LogSignals } from './signals.ts';

const FORMATTER: Source = { document: 'observability-setup-guide.md', section: 'Log Configuration' };

function field(name: string, type: LogFieldType, required = true): LogField {
  return { name, type, required, source: FORMATTER };
}

export const DOCUMENTED_LOGS: LogSignals = {
  fields: [
    field('timestamp', 'timestamp'),
    field('level', 'string'),
    field('logger', 'name'),
    field('message', 'string'),
    { ...field('module', 'name'), ofSource: true },
    { ...field('function', 'name'), ofSource: true },
    // Lines of a source file are counted from 1.
    { ...field('line', 'from-one'), ofSource: true },
    // The formatter adds these if the record has them.
    field('trace_id', 'trace-id', false),
    { ...field('request_id', 'string', false), ofRequest: true },
    field('user_id', 'string', false),
  ],
  // Both documents have the same five.
  levels: {
    documented: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
    notInProduction: ['DEBUG'],
    // "API errors, exceptions"; "unexpected but handled situations", "rate limits, retries".
    ofFailure: ['ERROR', 'CRITICAL'],
    ofTrouble: ['WARNING', 'ERROR', 'CRITICAL'],
    source: { document: 'observability-setup-guide.md', section: 'Log Levels' },
  },
  traceIdField: 'trace_id',
  timestampField: 'timestamp',
  levelField: 'level',
  traceIdSource: { document: 'observability-setup-guide.md', section: 'Verification Checklist, Logging' },
  labelSource: { document: 'observability-setup-guide.md', section: 'Promtail Configuration' },
};
