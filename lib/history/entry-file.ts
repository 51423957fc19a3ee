/** The text of one entry: its schema version, its checksum, its outer shape. docs/history.md describes it for others. */
import { createHash } from 'node:crypto';
import { STATUSES } from '../core/finding.ts';
import { OUTCOMES } from '../core/verdict.ts';
import { journeyFromV1, journeyNamed } from '../journeys/index.ts';
import { decodeBlocks, type EncodedLatency, encodeBlocks } from './blocks-codec.ts';
import type { HistoryEntry, RunRecord } from './model/record.ts';

/** Schema version of an entry. A newer one is set aside, never guessed at. */
export const HISTORY_SCHEMA_VERSION = 1;
const KIND = 'aragora-slo run';

/** As stored: latencies stay encoded until somebody needs them. */
export interface StoredEntry extends HistoryEntry {
  /** At least how many entries there were before it; gives the order in which entries were written. */
  readonly sequence: number;
  readonly latency: EncodedLatency;
}

export type Read =
  | { readonly kind: 'entry'; readonly entry: StoredEntry }
  | { readonly kind: 'no-entry'; readonly why: string };

/** The entry with its latencies encoded. */
export function storedEntry({ latency, ...entry }: RunRecord, sequence: number): StoredEntry {
  return { ...entry, sequence, latency: encodeBlocks(latency) };
}

/** @throws Error that says what is wrong with its latencies. */
export function recordOf({ latency, sequence: _, ...entry }: StoredEntry): RunRecord {
  return { ...entry, latency: decodeBlocks(latency) };
}

/** One line of JSON, ending in a line break. */
export function entryText(entry: StoredEntry): string {
  const head = { kind: KIND, schemaVersion: HISTORY_SCHEMA_VERSION, sha256: checksum(entry) };
  return `${JSON.stringify({ ...head, entry })}\n`;
}

export function readEntry(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      kind: 'no-entry',
      why: text.trim() === '' ? 'it is empty' : 'it is not valid JSON: cut short, or changed',
    };
  }
  const file = fields(value);
  if (file?.['kind'] !== KIND) return { kind: 'no-entry', why: 'it is not an entry of a history' };
  const version = file['schemaVersion'];
  if (version !== HISTORY_SCHEMA_VERSION) {
    const found = JSON.stringify(version) ?? 'none';
    const why = `it has schema version ${found}, this version of aragora-slo reads ${HISTORY_SCHEMA_VERSION}`;
    return { kind: 'no-entry', why };
  }
  const { entry } = file;
  if (checksum(entry) !== file['sha256']) return { kind: 'no-entry', why: 'it was changed after it was written' };
  if (!isEntry(entry)) return { kind: 'no-entry', why: 'parts are missing that every entry has' };
  const unknown = entry.plan.journeys.find(({ name, kind }) => kind === undefined && journeyNamed(name) === undefined);
  if (unknown !== undefined)
    return { kind: 'no-entry', why: `it has a journey "${unknown.name}", which this program does not know` };
  return {
    kind: 'entry',
    entry: { ...entry, plan: { ...entry.plan, journeys: entry.plan.journeys.map(journeyFromV1) } },
  };
}

/** Of the value, not of the text: a checkout may change line ends. */
function checksum(entry: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(entry) ?? '')
    .digest('hex');
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The checksum protects against damage. This protects against a file that has a checksum, but was never an entry. */
function isEntry(value: unknown): value is StoredEntry {
  const entry = fields(value);
  const plan = fields(entry?.['plan']);
  const [findings, latency, machine] = [entry?.['findings'], fields(entry?.['latency']), entry?.['machine']];
  return (
    entry !== undefined &&
    typeof entry['runId'] === 'string' &&
    ['startedAtMs', 'endedAtMs', 'sequence'].every((key) => Number.isFinite(entry[key])) &&
    OUTCOMES.some((outcome) => outcome === entry['outcome']) &&
    typeof entry['loadEnded'] === 'string' &&
    plan !== undefined &&
    ['profile', 'contract'].every((key) => typeof plan[key] === 'string') &&
    Number.isFinite(plan['seed']) &&
    [plan['journeys'], plan['objectives'], findings].every(
      (list) => Array.isArray(list) && list.every((one) => fields(one) !== undefined),
    ) &&
    (findings as readonly Fields[]).every(isFinding) &&
    (machine === null || fields(machine) !== undefined) &&
    fields(entry['server']) !== undefined &&
    fields(latency?.['endpoints']) !== undefined
  );
}

function isFinding(finding: Fields): boolean {
  return (
    ['id', 'subject', 'unit', 'operator'].every((key) => typeof finding[key] === 'string') &&
    ['samples', 'bad', 'expected'].every((key) => Number.isFinite(finding[key])) &&
    ['actual', 'allowedShare'].every((key) => finding[key] === null || Number.isFinite(finding[key])) &&
    STATUSES.some((status) => status === finding['status'])
  );
}
