/** A tape as files: its run folder, and what was taped besides. So several processes can play one tape, and it can be played again later. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../../lib/run/stages.ts';
import type { Tape } from './tape.ts';
import { readableSpan, type TapedSpan, tapedSpan } from './taped-span.ts';

const NAME = 'taped.json';

/** What is not in the run folder. */
interface Taped extends Omit<Tape, 'dir' | 'facts' | 'measured' | 'exports'>, Pick<Tape['measured'], 'started'> {
  readonly exports: readonly (readonly TapedSpan[])[];
}

/** Into the tape's own run folder. */
export function writeTape({ dir, facts: _, measured, exports, ...taped }: Tape): void {
  const written: Taped = { ...taped, exports: exports.map((spans) => spans.map(tapedSpan)), started: measured.started };
  writeFileSync(join(dir, NAME), JSON.stringify(written));
}

export function hasTape(dir: string): boolean {
  return existsSync(join(dir, NAME));
}

/** Judged anew, so that an old tape can be judged by the checks of today. */
export function readTape(dir: string): Tape {
  const { started, exports, ...taped } = JSON.parse(readFileSync(join(dir, NAME), 'utf8')) as Taped;
  const facts = readRun(dir);
  const measured = { load: facts.load, recording: facts.recording, started };
  return { ...taped, dir, facts, measured, exports: exports.map((spans) => spans.map(readableSpan)) };
}
