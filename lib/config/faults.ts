/** Finds faults: a preset by name, or a list that a user wrote. */
import { z } from 'zod';
import { FAULT_PRESETS, type FaultPresetName } from '../../thresholds/faults.ts';
import { SloError } from '../core/error.ts';
import { type Fault, type FaultKind, isOfRequests, isOfServer } from '../core/fault.ts';
import { legalValues } from '../core/nearest.ts';
import { isPodFault } from '../core/pod-fault.ts';
import { checkConfig, readDocument } from './check.ts';

const SHARE = 'a share above 0 and at most 1';
const PATH = 'the beginning of a path, with a slash in front';
const MS = 'a whole number of ms, 0 to 600,000';
const BYTES = 'a whole number of bytes, 1 to 1,000,000,000';
const STATUS = 'an HTTP status, 400 to 599';

const EXCLUDED = 'a list of paths, each with a slash in front and without a comma';
const DELAY = 'a whole number of ms, 1 to 10,000';
const JITTER = 'a whole number of ms, at most delayMs';
const PODS = 'a whole number of pods, 1 to 1,000';
const FOR = 'a whole number of ms, 100 to 600,000';
const STEP = 'a whole number of ms, a second to a year ahead or (negative) behind';
const NAME = 'a name of letters, digits, ".", "_" and "-", 64 at most';

const [SECOND_MS, YEAR_MS] = [1000, 31_622_400_000];
const isStep = (ms: number): boolean => Math.abs(ms) >= SECOND_MS && Math.abs(ms) <= YEAR_MS;
const whole = (error: string, least: number, most: number) =>
  z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
const ms = whole(MS, 0, 600_000);
const forMs = whole(FOR, 100, 600_000);
const bytes = whole(BYTES, 1, 1_000_000_000);
const ofRequests = {
  share: z.number({ error: SHARE }).gt(0, { error: SHARE }).max(1, { error: SHARE }),
  path: z.string({ error: PATH }).startsWith('/', { error: PATH }).optional(),
};
const exclude = z
  .array(z.string({ error: EXCLUDED }).regex(/^\/[^,]*$/, { error: EXCLUDED }), { error: EXCLUDED })
  .default([]);

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
  kill: { forMs },
  pause: { forMs },
  cpu: { percent: whole('a whole number, 1 to 95', 1, 95) },
  memory: { bytes: whole('a whole number of bytes, 16,000,000 to 8,000,000,000', 16_000_000, 8_000_000_000) },
  clock: { stepMs: z.number({ error: STEP }).int({ error: STEP }).refine(isStep, { error: STEP }) },
  redis: {},
  command: { name: z.string({ error: NAME }).regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, { error: NAME }) },
  'pod-status': { status: whole(STATUS, 400, 599), share: ofRequests.share, exclude },
  'pod-latency': { delayMs: whole(DELAY, 1, 10_000), jitterMs: ms.default(0), exclude },
  'pod-drop': {},
  'pod-kill': { count: whole(PODS, 1, 1000) },
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
/** Each of these takes the process away, and with it what the others do to it. */
const TAKING_PROCESS: readonly FaultKind[] = ['kill', 'pause'];
const OF_PROCESS: readonly FaultKind[] = [...TAKING_PROCESS, 'cpu', 'memory', 'clock'];

/** @throws SloError `config-invalid` for faults that exclude each other. */
function together(where: string, faults: readonly Fault[]): readonly Fault[] {
  const twice = faults.find((fault, at) => !isOfRequests(fault) && faults.findIndex((one) => isSame(one, fault)) < at);
  if (twice !== undefined) throw new SloError('config-invalid', `${where}: ${onlyOnce(twice)}, and it is there twice`);
  const ofProcess = faults.filter(({ kind }) => OF_PROCESS.includes(kind));
  refusePair(where, faults, TAKING, (kind) => `with ${kind} no answer comes, so nothing of the other would be seen`);
  refusePods(where, faults);
  refusePair(where, ofProcess, TAKING_PROCESS, (kind) => `with ${kind} no process is there for the other`);
  return faults;
}

/** A pod has one agent, and it does one thing. @throws SloError `config-invalid` where a fault of pods is not alone. */
function refusePods(where: string, faults: readonly Fault[]): void {
  const pods = faults.find(isPodFault);
  const other = faults.find((fault) => fault !== pods);
  if (pods === undefined || other === undefined) return;
  const message = `${where}: the faults ${pods.kind} and ${other.kind} exclude each other`;
  throw new SloError('config-invalid', message, { hint: 'a fault of pods is alone in its phase' });
}

/** @throws SloError `config-invalid` where one of these is not alone. */
function refusePair(
  where: string,
  faults: readonly Fault[],
  alone: readonly FaultKind[],
  why: (kind: FaultKind) => string,
): void {
  const taking = faults.find(({ kind }) => alone.includes(kind));
  const other = faults.find((fault) => fault !== taking);
  if (taking === undefined || other === undefined) return;
  const message = `${where}: the faults ${taking.kind} and ${other.kind} exclude each other`;
  throw new SloError('config-invalid', message, { hint: why(taking.kind) });
}

/** A program can do several things, by their names. */
function isSame(one: Fault, other: Fault): boolean {
  if (one.kind === 'command' && other.kind === 'command') return one.name === other.name;
  return one.kind === other.kind;
}

function onlyOnce(fault: Fault): string {
  if (fault.kind === 'command') return `the fault command called "${fault.name}" can be on once`;
  return `a ${isOfServer(fault) ? 'server' : 'connection'} can have the fault ${fault.kind} once`;
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
  const fault = checkConfig(file, value, schema, at);
  if (fault.kind !== 'pod-latency' || fault.jitterMs <= fault.delayMs) return fault;
  const message = `${file}: "${[...at, 'jitterMs'].join('.')}" must be ${JITTER}, got ${fault.jitterMs}`;
  throw new SloError('config-invalid', message, { hint: `"delayMs" is ${fault.delayMs}` });
}
