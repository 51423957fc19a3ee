/**
 * How a Recording is stored in a run folder: recording.hlog (latencies, readable by any HdrHistogram tool) and recording.json (exact
 * counts, trace ids). What was written reads back the same, or is refused.
 */
import { join } from 'node:path';
import type { Endpoint } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import {
  type EndpointRecording,
  type EndpointSecond,
  failedCount,
  type Recording,
  type TraceSample,
} from '../core/recording.ts';
import { READABLE_VERSIONS, SCHEMA_VERSION } from '../core/schema-version.ts';
import { readRunFile, writeAtomically } from './files.ts';
import { EncodedHistogram, HistogramSum } from './histogram.ts';
import { formatHlog, type HlogParts, parseHlog } from './hlog.ts';

const COUNTS_FILE = 'recording.json';
const HLOG_FILE = 'recording.hlog';

type SecondRow = readonly [
  second: number,
  count: number,
  dropped: number,
  sumUs: number,
  over: readonly number[],
  failed: Readonly<Record<string, number>>,
];
type TraceRow = readonly [second: number, traceId: string, latencyUs: number, outcome: string];

interface EndpointRows {
  readonly limitsUs: readonly number[];
  readonly seconds: readonly SecondRow[];
  readonly traces: readonly TraceRow[];
}

/** Writes both files, recording.json last: if it exists, the recording is complete. Throws SloError `storage`. */
export function writeRecording(dir: string, recording: Recording): void {
  writeAtomically(join(dir, HLOG_FILE), formatHlog(recording));
  writeAtomically(join(dir, COUNTS_FILE), formatCounts(recording));
}

/**
 * Reads what `writeRecording` wrote. Throws SloError `schema-version` for the folder of another version, `run-folder` when a file is
 * missing, cut or changed.
 */
export function readRecording(dir: string): Recording {
  const countsPath = join(dir, COUNTS_FILE);
  const rows = parseCounts(countsPath, readRunFile(countsPath));
  const hlogPath = join(dir, HLOG_FILE);
  const hlogText = readRunFile(hlogPath);
  return refusing(hlogPath, () => {
    const parts = parseHlog(hlogText);
    const endpoints = new Map<Endpoint, EndpointRecording>();
    for (const [endpoint, counted] of Object.entries(rows))
      endpoints.set(endpoint, joinEndpoint(endpoint, counted, parts));
    const uncounted = [...parts].find(([, seconds]) => seconds.size > 0);
    if (uncounted !== undefined)
      throw new RangeError(`it has latencies of ${uncounted[0]} that ${COUNTS_FILE} does not count`);
    return { schemaVersion: SCHEMA_VERSION, endpoints };
  });
}

function formatCounts(recording: Recording): string {
  const endpoints = [...recording.endpoints.values()].map(({ endpoint, limitsUs, seconds, traces }) => {
    const secondRows = seconds.map((s): SecondRow => [s.second, s.count, s.dropped, s.sumUs, s.over, s.failed]);
    const traceRows = traces.map((t): TraceRow => [t.second, t.traceId, t.latencyUs, t.outcome]);
    const columns = `"limitsUs":${JSON.stringify(limitsUs)},"seconds":${rowPerLine(secondRows)},"traces":${rowPerLine(traceRows)}`;
    return `${JSON.stringify(endpoint)}:{${columns}}`;
  });
  const columns = {
    seconds: ['second', 'count', 'dropped', 'sumUs', 'over', 'failed'],
    traces: ['second', 'traceId', 'latencyUs', 'outcome'],
  };
  return `{"schemaVersion":${recording.schemaVersion},"columns":${JSON.stringify(columns)},"endpoints":{${endpoints.join(',\n')}}}\n`;
}

/** One row on each line, so that a person can read it and `diff` can compare it. */
function rowPerLine(rows: readonly unknown[]): string {
  return `[${rows.map((row) => `\n${JSON.stringify(row)}`).join(',')}]`;
}

/** Takes the endpoint's histograms out of `parts`. Throws RangeError unless they have exactly as many samples as were counted as answered. */
function joinEndpoint(endpoint: Endpoint, rows: EndpointRows, parts: HlogParts): EndpointRecording {
  const sum = new HistogramSum();
  const seconds = rows.seconds.map(([second, count, dropped, sumUs, over, failed]): EndpointSecond => {
    const histograms = parts.get(endpoint)?.get(second) ?? [];
    parts.get(endpoint)?.delete(second);
    const answered = count - failedCount(failed);
    const recorded = histograms.reduce((total, part) => total + sum.add(part), 0);
    if (recorded !== answered) {
      throw new RangeError(
        `it has ${recorded} latencies of ${endpoint} in second ${second}, ${COUNTS_FILE} counts ${answered} answered samples`,
      );
    }
    return { second, count, failed, dropped, over, sumUs, histogram: new EncodedHistogram(histograms) };
  });
  const traces = rows.traces.map(
    ([second, traceId, latencyUs, outcome]): TraceSample => ({ second, traceId, latencyUs, outcome }),
  );
  const total = new EncodedHistogram(sum.count === 0 ? [] : [sum.encode()]);
  return { endpoint, limitsUs: rows.limitsUs, seconds, total, traces };
}

function parseCounts(path: string, text: string): Readonly<Record<Endpoint, EndpointRows>> {
  return refusing(path, () => {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) throw new RangeError('expected a JSON object');
    if (!READABLE_VERSIONS.includes(value.schemaVersion)) {
      throw new SloError(
        'schema-version',
        `${path} has schemaVersion ${JSON.stringify(value.schemaVersion) ?? 'none'}, this version reads ${READABLE_VERSIONS.join(' and ')}`,
        { hint: 'read it with the version that wrote it, or record the run again' },
      );
    }
    const { endpoints } = value;
    if (!isObject(endpoints)) throw new RangeError('"endpoints" must be an object');
    if (areRows(endpoints)) return endpoints;
    const wrong = Object.entries(endpoints).find(([, rows]) => !isEndpointRows(rows))?.[0];
    throw new RangeError(`the rows of ${JSON.stringify(wrong)} are not those of a recording`);
  });
}

/** Turns any error about the content of `path` into one line that names the file. */
function refusing<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SloError) throw cause;
    throw new SloError('run-folder', `${path} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'the file was cut or changed after it was written; record the run again',
      cause,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const areWhole = (values: unknown): values is readonly number[] => Array.isArray(values) && values.every(isWhole);

function areRows(endpoints: Record<string, unknown>): endpoints is Record<Endpoint, EndpointRows> {
  return Object.values(endpoints).every(isEndpointRows);
}

function isEndpointRows(rows: unknown): rows is EndpointRows {
  if (!isObject(rows) || !areWhole(rows.limitsUs)) return false;
  const { limitsUs, seconds, traces } = rows;
  return (
    Array.isArray(seconds) &&
    seconds.every((row) => isSecondRow(row, limitsUs.length)) &&
    Array.isArray(traces) &&
    traces.every(isTraceRow)
  );
}

function isSecondRow(row: unknown, limits: number): row is SecondRow {
  if (!Array.isArray(row) || row.length !== 6 || !areWhole(row.slice(0, 4))) return false;
  const [, , , , over, failed] = row;
  return areWhole(over) && over.length === limits && isObject(failed) && areWhole(Object.values(failed));
}

function isTraceRow(row: unknown): row is TraceRow {
  if (!Array.isArray(row) || row.length !== 4) return false;
  return isWhole(row[0]) && typeof row[1] === 'string' && isWhole(row[2]) && typeof row[3] === 'string';
}
