/** Rows for the requests of a journey that a profile describes: CSV with a head line, or a JSON list of objects. The only importer of csv-parse. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import type { JourneyDescriptor } from '../core/journey.ts';
import { dataFileOf, type OwnValue } from '../core/own-request.ts';

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_ROWS = 100_000;

export interface Rows {
  readonly columns: readonly string[];
  /** Each with its values in the order of the columns. */
  readonly rows: readonly (readonly OwnValue[])[];
}

/** @throws SloError `config-invalid` with the file, and the row where one is wrong. */
export function readRows(file: string): Rows {
  const text = textOf(file);
  const { columns, rows } = /\.json$/i.test(file) ? fromJson(file, text) : fromCsv(file, text);
  if (rows.length === 0) throw refusal(file, 'has no row');
  if (rows.length > MOST_ROWS)
    throw refusal(file, `has ${rows.length} rows, and ${MOST_ROWS} is the most`, 'cut it: arrivals take rows again');
  return { columns, rows };
}

/** The rows as the engine reads them. */
export function rowsText({ rows }: Rows): string {
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The rows of these journeys, by the file beside engine.json. @throws SloError `config-invalid` for a file that was changed since it was planned. */
export function ownData(journeys: readonly JourneyDescriptor[]): Record<string, string> {
  const files = journeys.flatMap((journey): [string, string][] => {
    const data = journey.kind === 'arrivals' ? journey.request?.data : undefined;
    if (data === undefined) return [];
    const text = rowsText(readRows(data.file));
    if (sha256Of(text) === data.sha256) return [[dataFileOf(journey.name), text]];
    throw refusal(data.file, 'was changed after the load was planned', 'start the run again');
  });
  return Object.fromEntries(files);
}

function textOf(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw refusal(file, `has ${size} bytes, and ${MOST_BYTES} (8 MiB) is the most`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof SloError) throw cause;
    throw new SloError('config-invalid', `cannot read ${file}: ${fileErrorText(cause)}`, { cause });
  }
}

function fromCsv(file: string, text: string): Rows {
  const [head, ...rows] = csvRecords(file, text);
  if (head === undefined) throw refusal(file, 'is empty', 'the first line names the columns');
  return { columns: checkedColumns(file, head), rows };
}

function csvRecords(file: string, text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (cause) {
    throw new SloError('config-invalid', `${file}: it is not valid CSV: ${(cause as Error).message}`, { cause });
  }
}

function checkedColumns(file: string, columns: readonly string[]): readonly string[] {
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) throw refusal(file, `names the column "${twice}" twice`);
  return columns;
}

function fromJson(file: string, text: string): Rows {
  const list = parsedJson(file, text);
  if (!Array.isArray(list)) throw refusal(file, 'is no list', 'write a list of objects: [{"word": "tea"}, …]');
  const columns = Object.keys(Object(list[0]));
  const rows = list.map((item: unknown, at) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw refusal(file, `has an entry ${at + 1} that is no object`);
    return columns.map((column) => valueIn(file, at, column, (item as Record<string, unknown>)[column]));
  });
  return { columns, rows };
}

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SloError('config-invalid', `${file}: it is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function valueIn(file: string, at: number, column: string, value: unknown): OwnValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const what = value === undefined ? 'lacks' : 'has neither a text, a number nor a truth value as';
  throw refusal(file, `has an entry ${at + 1} that ${what} "${column}"`);
}

function refusal(file: string, what: string, hint?: string): SloError {
  return new SloError('config-invalid', `${file} ${what}`, hint === undefined ? {} : { hint });
}
