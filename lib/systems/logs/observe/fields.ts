/** What the value of a log field must look like. */
import { unreachable } from '../../../core/error.ts';
import { isoTime, type TimeForm } from '../../../core/iso-time.ts';
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
      return isIsoUtc(value) ? undefined : 'an ISO 8601 time that ends in Z';
    case 'trace-id':
      return typeof value === 'string' && TRACE_ID.test(value)
        ? undefined
        : '32 lower-case hexadecimal digits, not all zero';
    default:
      return unreachable(type);
  }
}

function isIsoUtc(value: unknown): boolean {
  return typeof value === 'string' && ISO_UTC.test(value) && timeOf(value) !== undefined;
}

/** How a text that is a time says its zone; undefined for anything else. */
export function formOf(value: unknown): TimeForm | undefined {
  return typeof value === 'string' ? isoTime(value)?.form : undefined;
}

/** Unix ms of a time whose zone is known, also if it is not written as it must be; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  return typeof value === 'string' ? (isoTime(value)?.atMs ?? undefined) : undefined;
}
