/** Checks that a line is an engine record: only its shape, and cheaply enough for every line. */

import type { EngineRecord } from './engine-protocol.ts';

export interface MalformedRecord {
  readonly type: 'malformed';
  /** What was expected and what came, for example `"count" must be a whole number, got "many"`. */
  readonly problem: string;
}

export const PROTOCOL = 1;

/** Reads one line (without its line feed). Never throws: a line that is not a record gives `malformed`. */
export function parseEngineRecord(line: string): EngineRecord | MalformedRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: 'malformed', problem: `expected a JSON object, got ${quote(line)}` };
  }
  const problem = recordProblem(value);
  return problem === undefined ? (value as EngineRecord) : { type: 'malformed', problem };
}

/** What is wrong with a value as a record; undefined: nothing. */
export function recordProblem(value: unknown): string | undefined {
  if (!isObject(value)) return `expected a JSON object, got ${quote(value)}`;
  switch (value.type) {
    case 'start':
      if (value.protocol !== PROTOCOL) return `"protocol" must be ${PROTOCOL}, got ${quote(value.protocol)}`;
      if (typeof value.engineVersion !== 'string')
        return `"engineVersion" must be text, got ${quote(value.engineVersion)}`;
      return wholeProblem(value, 'atMs') ?? (value.cores === undefined ? undefined : wholeProblem(value, 'cores'));
    case 'interval':
      return intervalProblem(value);
    case 'end':
      if (value.error !== undefined && typeof value.error !== 'string')
        return `"error" must be text, got ${quote(value.error)}`;
      return wholeProblem(value, 'atMs') ?? wholeProblem(value, 'samples') ?? wholeProblem(value, 'intervals');
    default:
      return `"type" must be start, interval or end, got ${quote(value.type)}`;
  }
}

function intervalProblem(interval: Fields): string | undefined {
  const problem =
    wholeProblem(interval, 'second') ?? countsProblem(interval, 'iterations') ?? countsProblem(interval, 'dropped');
  if (problem !== undefined) return problem;
  for (const field of ['cpuUs', 'peakRssBytes']) {
    if (interval[field] !== undefined && !isWhole(interval[field])) return wholeProblem(interval, field);
  }
  if (!isObject(interval.endpoints)) return `"endpoints" must be an object, got ${quote(interval.endpoints)}`;
  for (const [endpoint, share] of Object.entries(interval.endpoints)) {
    const shareProblem = isObject(share) ? endpointProblem(share) : `expected an object, got ${quote(share)}`;
    if (shareProblem !== undefined) return `${endpoint}: ${shareProblem}`;
  }
  return undefined;
}

function endpointProblem(share: Fields): string | undefined {
  const problem =
    wholeProblem(share, 'count') ??
    wholeProblem(share, 'sumUs') ??
    (share.failed === undefined ? undefined : countsProblem(share, 'failed'));
  if (problem !== undefined) return problem;
  if (share.over !== undefined && !(Array.isArray(share.over) && share.over.every(isWhole))) {
    return `"over" must be a list of whole numbers, got ${quote(share.over)}`;
  }
  if (share.histogram !== undefined && typeof share.histogram !== 'string') {
    return `"histogram" must be text, got ${quote(share.histogram)}`;
  }
  if (share.traces !== undefined && !(Array.isArray(share.traces) && share.traces.every(isTrace))) {
    return `"traces" must be a list of [traceId, latencyUs, outcome], got ${quote(share.traces)}`;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTrace(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return typeof value[0] === 'string' && isWhole(value[1]) && typeof value[2] === 'string';
}

function wholeProblem(fields: Fields, field: string): string | undefined {
  return isWhole(fields[field]) ? undefined : `"${field}" must be a whole number, got ${quote(fields[field])}`;
}

function countsProblem(fields: Fields, field: string): string | undefined {
  const counts = fields[field];
  if (isObject(counts) && Object.values(counts).every(isWhole)) return undefined;
  return `"${field}" must be an object of whole numbers, got ${quote(counts)}`;
}

/** As JSON, cut to a readable length. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
