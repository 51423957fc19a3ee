/** Learns what a release calls the documented fields of a log line: by what stands in the fields that no document names. */
import { countText, plural } from '../../core/numbers.ts';
import type { LogsObserved, OtherField } from '../../systems/logs/observation.ts';
import { DOCUMENTED_LOGS } from '../../systems/logs/promises.ts';
import type { LogField } from '../../systems/logs/signals.ts';
import { certainIfAlone, type Learned } from './learned.ts';

export interface LogsLearned {
  readonly learned: readonly Learned<string>[];
  readonly nowhere: readonly string[];
}

/** Fewer lines can agree by chance. */
const LEAST_LINES = 5;

export function learnLogs({ fields, otherFields = {} }: LogsObserved): LogsLearned {
  const lacking = DOCUMENTED_LOGS.fields.filter(({ name }) => (fields[name]?.present ?? 0) === 0);
  const others = Object.entries(otherFields);
  const learned = lacking.flatMap((field) => {
    const fitting = others.flatMap(([own, seen]) => standsFor(field, own, seen));
    const sure = fitting.filter(({ isSure }) => isSure);
    return certainIfAlone(sure.length > 0 ? sure : fitting, (own) => own);
  });
  const found = new Set(learned.map(({ documented }) => documented));
  const must = lacking.filter(({ required, name }) => required || name === DOCUMENTED_LOGS.traceIdField);
  return { learned, nowhere: must.flatMap(({ name }) => (found.has(name) ? [] : [name])) };
}

function standsFor({ name }: LogField, own: string, { lines, sent, levels, times }: OtherField): Learned<string>[] {
  const of = `in ${countText(lines)} of ${plural(lines, 'line')} with it`;
  const learned = (evidence: string): Learned<string>[] => [
    { documented: name, own, isSure: lines >= LEAST_LINES, evidence: [evidence] },
  ];
  if (name === DOCUMENTED_LOGS.traceIdField && sent >= LEAST_LINES)
    return learned(`it has a trace id that the load sent, in ${plural(sent, 'line')}`);
  if (name === DOCUMENTED_LOGS.levelField && levels === lines) return learned(`it has a documented level ${of}`);
  if (name === DOCUMENTED_LOGS.timestampField && times === lines) return learned(`it has a time (ISO 8601) ${of}`);
  return [];
}
