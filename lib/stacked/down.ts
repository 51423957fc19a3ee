/** Ends a stack by its process, or what is left of one whose process is gone. A process is only ended if it is the one that was started. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { type Identity, isAlive } from '../process/identity.ts';
import { readState, removeState, type StackState } from './state.ts';

/** It stops its parts one after the other. */
const PATIENCE_MS = 120_000;
const LEFTOVER_MS = 15_000;
const LOOK_EVERY_MS = 50;

export interface Ended {
  /** Names of its parts. */
  readonly parts: readonly string[];
  /** Its process was gone already, and these were left. */
  readonly leftovers: readonly string[] | null;
}

/** @throws SloError `usage` where none is up, and `prerequisite-missing` for one that does not end. */
export async function endStack(dir: string, signal: AbortSignal): Promise<Ended> {
  const state = readState(dir);
  if (state === null) throw noStack(dir);
  const parts = state.parts.map(({ name }) => name);
  if (!(await isAlive(state.process))) return { parts, leftovers: await endLeftovers(dir, state) };
  process.kill(state.process.pid, 'SIGTERM');
  if (await goneWithin(state.process, PATIENCE_MS, signal)) return { parts, leftovers: null };
  throw new SloError('prerequisite-missing', `the stack's process ${state.process.pid} does not end`, {
    hint: 'its log says what it waits for; a second `aragora-slo stack down` ends it at once',
  });
}

export function noStack(dir: string): SloError {
  return new SloError('usage', `no stack is up in ${dir}`, {
    hint: '`aragora-slo stack up` starts one; --dir names another folder',
  });
}

/** Of a stack whose process was killed. @returns names of the parts that still ran. */
export async function endLeftovers(dir: string, { parts }: StackState): Promise<string[]> {
  const left: string[] = [];
  for (const { name, process: own } of parts) {
    if (own === undefined || !(await isAlive(own))) continue;
    left.push(name);
    process.kill(own.pid, 'SIGTERM');
    if (!(await goneWithin(own, LEFTOVER_MS))) process.kill(own.pid, 'SIGKILL');
  }
  removeState(dir);
  return left;
}

async function goneWithin(identity: Identity, ms: number, signal?: AbortSignal): Promise<boolean> {
  const deadlineMs = performance.now() + ms;
  while (await isAlive(identity)) {
    signal?.throwIfAborted();
    if (performance.now() > deadlineMs) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
