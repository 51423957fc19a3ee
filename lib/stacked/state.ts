/** The state file of a stack that is up: whose process it is, which parts run where. Written whole, so that nobody reads half of it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import type { Identity } from '../process/identity.ts';
import { makeFolder, writeAtomically } from '../record/index.ts';

const FILE = 'stack.json';
const VERSION = 1;

export interface PartState {
  readonly name: string;
  readonly title: string;
  /** Of what it takes the place; absent: it is real. */
  readonly standsInFor?: string | undefined;
  readonly url: string;
  /** Absent: it has none of its own. */
  readonly log?: string | undefined;
  readonly sinceMs: number;
  /** Of its own process; absent: it runs in the stack's. */
  readonly process?: Identity | undefined;
  /** How it ended; absent: nobody saw it end. */
  readonly ended?: string | undefined;
  /** Further addresses of it, by what they are for. */
  readonly places?: Readonly<Record<string, string>> | undefined;
}

export interface StackState {
  readonly schemaVersion: typeof VERSION;
  /** Of the stack; it ends all of its parts. */
  readonly process: Identity;
  readonly phase: 'starting' | 'up';
  readonly sinceMs: number;
  /** Of the server that it is around. */
  readonly target: string;
  readonly parts: readonly PartState[];
  /** What follows `aragora-slo run`, for a run on that server that reads it. */
  readonly run: readonly string[];
}

export function stateFile(dir: string): string {
  return join(dir, FILE);
}

/** null: no stack was started there. @throws SloError `config-invalid` for a file that is not one of ours. */
export function readState(dir: string): StackState | null {
  const path = stateFile(dir);
  if (!existsSync(path)) return null;
  const state = parsed(readFileSync(path, 'utf8'));
  if (state !== null) return state;
  throw new SloError('config-invalid', `${path} is no state of a stack of this version`, {
    hint: 'name another folder with --dir, or remove the file if nothing of that stack runs',
  });
}

function parsed(text: string): StackState | null {
  try {
    const state = JSON.parse(text) as StackState;
    return state.schemaVersion === VERSION && typeof state.process?.pid === 'number' ? state : null;
  } catch {
    return null;
  }
}

/** @throws SloError `storage`. */
export function writeState(dir: string, state: Omit<StackState, 'schemaVersion'>): void {
  makeFolder(dir);
  writeAtomically(stateFile(dir), `${JSON.stringify({ schemaVersion: VERSION, ...state }, null, 2)}\n`);
}

export function removeState(dir: string): void {
  rmSync(stateFile(dir), { force: true });
}
