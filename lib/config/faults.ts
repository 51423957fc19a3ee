/** Finds faults: a preset by name, or a list that a user wrote. */
import { z } from 'zod';
import { FAULT_PRESETS, type FaultPresetName } from '../../thresholds/faults.ts';
import { SloError } from '../core/error.ts';
import { type Fault, type FaultKind, isOfRequests } from '../core/fault.ts';
import { legalValues } from '../core/nearest.ts';
import { checkConfig, readDocument } from './check.ts';

const SHARE = 'a share above 0 and at most 1';
const PATH = 'the beginning of a path, with a slash in front';
const MS = 'a whole number of ms, 0 to 600,000';
const BYTES = 'a whole number of bytes, 1 to 1,000,000,000';
const STATUS = 'an HTTP status, 400 to 599';

const whole = (error: string, least: number, most: number) =>
  z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
const ms = whole(MS, 0, 600_000);
const bytes = whole(BYTES, 1, 1_000_000_000);
const ofRequests = {
  share: z.number({ error: SHARE }).gt(0, { error: SHARE }).max(1, { error: SHARE }),
  path: z.string({ error: PATH }).startsWith('/', { error: PATH }).optional(),
};

/** What each kind has besides its name. */
const FIELDS = {
  latency: { delayMs: ms, jitterMs: ms.default(0) },
  bandwidth: { bytesPerSec: whole('a whole number of bytes a second, 1,000 to 1,000,000,000', 1000, 1_000_000_000) },
  reset: { afterMs: ms.default(0) },
  'black-hole': {},
  'half-open': {},
  status: { status: whole(STATUS, 400, 599), ...ofRequests },
  delay: { delayMs: ms, ...ofRequests },
  truncated: { afterBytes: bytes, ...ofRequests },
  'slow-body': { bytesPerSec: bytes, ...ofRequests },
  'socket-drop': { afterMs: ms, ...ofRequests },
} as const satisfies Record<FaultKind, z.ZodRawShape>;

const KINDS = Object.keys(FIELDS) as readonly FaultKind[];
const isKind = (kind: unknown): kind is FaultKind => KINDS.some((one) => one === kind);

const NAMES = Object.keys(FAULT_PRESETS);
const isPreset = (name: string): name is FaultPresetName => NAMES.includes(name);
const FILE = /[/\\]|\.(ya?ml|json)$/;

/**
 * The faults of a preset, or those of a YAML or JSON file with a list of them. @throws SloError `usage` for a name that no preset has,
 * `config-invalid` for an invalid file.
 */
export function loadFaults(named: string): readonly Fault[] {
  return together(named, faultsNamed(named));
}

/** Those of several names and files, and of faults as people write them. @param at of the list in the file. */
export function faultsOf(file: string, listed: readonly unknown[], at: readonly string[] = []): readonly Fault[] {
  const faults = listed.flatMap((one, index) =>
    typeof one === 'string' ? faultsNamed(one) : [faultOf(file, one, [...at, String(index)])],
  );
  return together(file, faults);
}

/** Each of these takes the answers away in its own way, so another one would show nothing. */
const TAKING: readonly FaultKind[] = ['reset', 'black-hole', 'half-open'];

/** @throws SloError `config-invalid` for faults that exclude each other. */
function together(where: string, faults: readonly Fault[]): readonly Fault[] {
  const taking = faults.find(({ kind }) => TAKING.includes(kind));
  const other = faults.find((fault) => fault !== taking);
  const twice = faults.find(
    (fault, at) => !isOfRequests(fault) && faults.findIndex(({ kind }) => kind === fault.kind) < at,
  );
  if (twice !== undefined)
    throw new SloError(
      'config-invalid',
      `${where}: a connection can have the fault ${twice.kind} once, and it is there twice`,
    );
  if (taking === undefined || other === undefined) return faults;
  const message = `${where}: the faults ${taking.kind} and ${other.kind} exclude each other`;
  throw new SloError('config-invalid', message, {
    hint: `with ${taking.kind} no answer comes, so nothing of the other would be seen`,
  });
}

function faultsNamed(named: string): readonly Fault[] {
  if (isPreset(named)) return FAULT_PRESETS[named].faults;
  if (!FILE.test(named)) {
    const hint = `${legalValues(named, NAMES)}, or the path of a YAML file`;
    throw new SloError('usage', `no fault is called "${named}"`, { hint });
  }
  const list = readDocument(named);
  if (!Array.isArray(list) || list.length === 0)
    throw new SloError('config-invalid', `${named}: the document must be a list of at least one fault`);
  return list.map((one: unknown, at) => faultOf(named, one, [String(at)]));
}

function faultOf(file: string, value: unknown, at: readonly string[]): Fault {
  const kind: unknown = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (!isKind(kind)) {
    const message = `${file}: "${[...at, 'kind'].join('.')}" must be a kind of fault, got ${JSON.stringify(kind) ?? 'nothing'}`;
    throw new SloError('config-invalid', message, { hint: legalValues(String(kind), KINDS) });
  }
  const schema: z.ZodType<Fault> = z.strictObject({ kind: z.literal(kind), ...FIELDS[kind] }) as never;
  return checkConfig(file, value, schema, at);
}
