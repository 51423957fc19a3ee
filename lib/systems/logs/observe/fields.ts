/** What the value of a log field must look like. */
import { unreachable } from '../../../core/error.ts';
import type { LogFieldType } from '../signals.ts';

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?Z$/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SHOWN_CHARS = 60;

/** What is wrong with the value, `must be …, is …`; undefined when nothing is. */
export function problemOf(type: LogFieldType, value: unknown): string | undefined {
  const expected = expectationOf(type, value);
  if (expected === undefined) return undefined;
  return `must be ${expected}, is ${(JSON.stringify(value) ?? 'undefined').slice(0, SHOWN_CHARS)}`;
}

function expectationOf(type: LogFieldType, value: unknown): string | undefined {
  switch (type) {
    case 'name':
      return typeof value === 'string' && value !== '' ? undefined : 'a string that is not empty';
    case 'string':
      return typeof value === 'string' ? undefined : 'a string';
    case 'integer':
      return Number.isInteger(value) ? undefined : 'a whole number';
    case 'from-one':
      return Number.isInteger(value) && Number(value) >= 1 ? undefined : 'a whole number from 1 on';
    case 'timestamp':
      return typeof value === 'string' && timeOf(value) !== undefined ? undefined : 'an ISO 8601 time that ends in Z';
    case 'trace-id':
      return typeof value === 'string' && TRACE_ID.test(value)
        ? undefined
        : '32 lower-case hexadecimal digits, not all zero';
    default:
      return unreachable(type);
  }
}

/** Unix ms of an ISO 8601 time in UTC; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO_UTC.test(value)) return undefined;
  // Date.parse does not accept a comma, and cuts the microseconds that Python writes.
  const atMs = Date.parse(value.replace(',', '.'));
  return Number.isNaN(atMs) ? undefined : atMs;
}
