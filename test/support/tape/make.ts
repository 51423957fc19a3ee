/** Tapes one run of the harness against the unbroken reference target, once for a whole run of the tests, before anything else loads the machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { recordTape } from '../../proofs/tape.ts';
import { writeTape } from '../../proofs/tape-file.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly taped: Taped;
  }
}

/** The folder of the tape, or why there is none: the tests that need it report that, and the others run. */
export type Taped = { readonly dir: string } | { readonly failure: string };

/** For `globalSetup` of vitest. @returns what removes the tape. */
export async function setup(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-tape-'));
  project.provide('taped', await record(dir));
  return () => rmSync(dir, { recursive: true, force: true });
}

async function record(dir: string): Promise<Taped> {
  try {
    const tape = await recordTape(dir, new AbortController().signal);
    writeTape(tape);
    return { dir: tape.dir };
  } catch (error) {
    return { failure: String(error) };
  }
}
