/** Faults of the server that a run can't carry out, refused before anything is started. */
import { SloError } from '../core/error.ts';
import { type Fault, isBetween, isOfServer } from '../core/fault.ts';
import { isPodFault } from '../core/pod-fault.ts';
import { FAULT_BREAKS } from '../target/breaks-fault.ts';
import { checkFaultCommand } from './server/command.ts';

export interface WhoBreaks {
  /** Address of the server; absent: the embedded one, which the harness starts. */
  readonly target?: string | undefined;
  readonly faultCommand?: string | undefined;
  /** Whether the embedded server gets a Redis. */
  readonly hasRedis?: boolean;
  readonly platform: NodeJS.Platform;
  /** Memory that this process may still take. */
  readonly freeBytes: number;
}

export function thisMachine(): Pick<WhoBreaks, 'platform' | 'freeBytes'> {
  return { platform: process.platform, freeBytes: process.availableMemory() };
}

/** @param faults of all phases. @throws SloError `usage`, or `prerequisite-missing` for what this machine can't do. */
export function refuseUnbreakable(faults: readonly Fault[], who: WhoBreaks): void {
  const ofServer = faults.filter(isOfServer).filter((fault) => !isPodFault(fault));
  const { target, faultCommand } = who;
  const commanded = ofServer.filter(({ kind }) => kind === 'command' || target !== undefined);
  const [first] = commanded;
  if (faultCommand !== undefined && first === undefined) {
    throw new SloError('usage', '--fault-command has nothing to do: no fault of this run needs it', {
      hint: 'it carries out faults of the kind "command", and with --target those of the server: kill, pause, cpu, memory, clock, redis',
    });
  }
  if (first !== undefined && faultCommand === undefined) {
    const name = first.kind === 'command' ? first.name : first.kind;
    const why = first.kind === 'command' ? 'only a program of yours knows it' : `the harness did not start ${target}`;
    throw new SloError('usage', `nobody can carry out the fault ${name}: ${why}`, {
      hint: `name a program with --fault-command: it is run with "begin ${name}" and "end ${name}"${first.kind === 'command' ? '' : '; or leave out --target'}`,
    });
  }
  if (faultCommand !== undefined) checkFaultCommand(faultCommand);
  for (const fault of ofServer) if (!commanded.includes(fault)) refuseHere(fault, who);
}

/**
 * @param words that ask for breaks, among others. @param faults of all phases. @throws SloError `usage` for a break that none of these faults can
 * show.
 */
export function refuseUnshown(words: readonly string[], faults: readonly Fault[]): void {
  for (const { name, layer, under } of FAULT_BREAKS.filter((one) => words.includes(one.name))) {
    if (faults.some(layer === undefined ? isPressure : isBetween)) continue;
    const need =
      layer === undefined ? 'pressure on the server: cpu, memory, clock' : 'a fault between clients and the server';
    throw new SloError('usage', `the break ${name} shows only in a run with ${need}`, {
      hint: `for example with \`run --fault ${under}\``,
    });
  }
}

const isPressure = ({ kind }: Fault): boolean => kind === 'cpu' || kind === 'memory' || kind === 'clock';

/** Others have to live, too: at most half of what is free is taken. */
const MOST_SHARE = 0.5;

function refuseHere(fault: Fault, { platform, freeBytes, hasRedis = false }: WhoBreaks): void {
  if (fault.kind === 'redis') {
    if (hasRedis) return;
    throw new SloError('usage', 'nobody can carry out the fault redis: the embedded server has no Redis', {
      hint: '--stack starts it with one, and --redis names an empty one; or name a server with --target, and --fault-command',
    });
  }
  if (platform !== 'linux') {
    const message = `the fault ${fault.kind} needs Linux: only there /proc shows that it happened, and this is ${platform}`;
    throw new SloError('prerequisite-missing', message, { hint: 'name a server with --target, and --fault-command' });
  }
  if (fault.kind !== 'memory' || fault.bytes <= freeBytes * MOST_SHARE) return;
  const [wanted, free] = [fault.bytes, freeBytes].map((bytes) => `${Math.floor(bytes / 1e6)} MB`);
  throw new SloError('prerequisite-missing', `the fault memory would take ${wanted}, and ${free} are free`, {
    hint: 'it takes at most half of what is free: name fewer bytes',
  });
}
