/** A tape as files: its run folder, and what was taped besides. So several processes can play one tape, and it can be played again later. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../../lib/run/stages.ts';
import type { Tape } from './tape.ts';

const NAME = 'taped.json';

/** What is not in the run folder. */
type Taped = Omit<Tape, 'dir' | 'facts' | 'measured'> & Pick<Tape['measured'], 'started'>;

/** Into the tape's own run folder. */
export function writeTape({ dir, facts: _, measured, ...taped }: Tape): void {
  const written: Taped = { ...taped, started: measured.started };
  writeFileSync(join(dir, NAME), JSON.stringify(written));
}

export function hasTape(dir: string): boolean {
  return existsSync(join(dir, NAME));
}

/** Judged anew, so that an old tape can be judged by the checks of today. */
export function readTape(dir: string): Tape {
  const { started, ...taped } = JSON.parse(readFileSync(join(dir, NAME), 'utf8')) as Taped;
  const facts = readRun(dir);
  return { ...taped, dir, facts, measured: { load: facts.load, recording: facts.recording, started } };
}
