/** Makes log lines wrong before they are written. */
import { randomUUID } from 'node:crypto';
import { unreachable } from '../../../core/error.ts';
import { everyNth } from '../../../target/random.ts';
import type { FieldFault, LineFault } from './faults.ts';

type Fields = Readonly<Record<string, unknown>>;
type TimesFault = Extract<FieldFault, { readonly kind: 'timestamps' }>;
/** Lines without their end. */
type Edit = (line: string) => readonly string[];

export function lineEditOf(fault: LineFault | FieldFault): Edit {
  switch (fault.kind) {
    case 'line-added-to-log':
      return sometimes(everyNth(fault.every, fault.first), (line) => [line, fault.text]);
    case 'lines-lost':
      return sometimes(everyNth(fault.every), () => []);
    case 'lines-repeated':
      return sometimes(everyNth(fault.every), (line) => [
        line,
        ...[line].flatMap(onFields(() => true, later(fault.laterMs))),
      ]);
    case 'lines-invented':
      return sometimes(everyNth(fault.every), (line) => [line, ...[line].flatMap(onFields(() => true, underOtherIds))]);
    case 'errors-added':
      return sometimes(everyNth(fault.every), (line) => [line, ...[line].flatMap(onFields(() => true, asError))]);
    case 'lines-wrapped':
      return sometimes(everyNth(fault.every), (line) => [wrapped(fault.as, line)]);
    default:
      return fieldEditOf(fault);
  }
}

function fieldEditOf(fault: FieldFault): Edit {
  switch (fault.kind) {
    case 'field-missing':
      return onFields(everyNth(fault.every), ({ [fault.field]: _, ...others }) => others);
    case 'field-instead':
      return onFields(everyNth(fault.every), (fields) => ({ ...fields, [fault.field]: fault.value }));
    case 'field-upper-case':
      return onFields(everyNth(1), (fields) => ({
        ...fields,
        [fault.field]: String(fields[fault.field]).toUpperCase(),
      }));
    case 'other-debates':
      return onFields(everyNth(fault.every), ({ path, ...fields }) => {
        const other = String(path).replace(/adhoc_\w+/, `adhoc_${randomUUID().slice(0, 8)}`);
        return { ...fields, ...(path === undefined ? {} : { path: other }) };
      });
    case 'field-in-turn': {
      let at = 0;
      const { field, values } = fault;
      return onFields(everyNth(1), (fields) => ({ ...fields, [field]: values[at++ % values.length] }));
    }
    case 'field-counting': {
      let at = 0;
      return onFields(everyNth(1), (fields) => ({ ...fields, [fault.field]: ++at }));
    }
    case 'trace-ids-random':
      return onFields(everyNth(1), (fields) => ({ ...fields, trace_id: randomUUID().replaceAll('-', '') }));
    case 'trace-ids-late': {
      let before: unknown;
      return onFields(everyNth(1), ({ trace_id: own, ...fields }) => {
        const other = before ?? own;
        before = own;
        return { ...fields, trace_id: other };
      });
    }
    case 'timestamps':
      return onFields(everyNth(1), retimed(fault.as));
    case 'timestamps-shifted':
      return onFields(everyNth(fault.every), (fields) => {
        const atMs = Date.parse(String(fields['timestamp'])) + fault.byMs;
        return { ...fields, timestamp: new Date(atMs).toISOString() };
      });
    default:
      return unreachable(fault);
  }
}

function later(byMs = 0): (fields: Fields) => Fields {
  if (byMs === 0) return (fields) => fields;
  return ({ duration_ms: ms, ...fields }) => ({
    ...fields,
    timestamp: new Date(Date.parse(String(fields['timestamp'])) + byMs).toISOString(),
    ...(typeof ms === 'number' && { duration_ms: ms + byMs }),
  });
}

/** With what every line must have, and nothing of the request. */
function asError({ timestamp, logger, module, function: name, line }: Fields): Fields {
  return { timestamp, level: 'ERROR', logger, message: 'the cache is lost', module, function: name, line };
}

function underOtherIds(fields: Fields): Fields {
  const id = randomUUID().replaceAll('-', '');
  return { ...fields, trace_id: id, request_id: id.slice(16) };
}

function retimed(as: TimesFault['as']): (fields: Fields) => Fields {
  let first: string | undefined;
  return (fields) => {
    const at = String(fields['timestamp']);
    first ??= at;
    if (as === 'frozen') return { ...fields, timestamp: first };
    if (as === 'epoch') return { ...fields, timestamp: Date.parse(at) / 1000 };
    return { ...fields, timestamp: at.replace(/Z$/, as === 'local' ? '' : '+00:00Z') };
  };
}

function sometimes(isDue: () => boolean, edit: Edit): Edit {
  return (line) => (isDue() ? edit(line) : [line]);
}

/** Lines that are no longer JSON stay as they are. */
function onFields(isDue: () => boolean, change: (fields: Fields) => Fields): Edit {
  return sometimes(isDue, (line) => [line.startsWith('{') ? JSON.stringify(change(JSON.parse(line) as Fields)) : line]);
}

function wrapped(as: 'list' | 'half' | 'two-in-one' | 'named-twice', line: string): string {
  if (as === 'list') return `[${line}]`;
  if (as === 'named-twice') return line.replace('{', '{"level":"CRITICAL",');
  return as === 'half' ? line.slice(0, Math.ceil(line.length / 2)) : line + line;
}
