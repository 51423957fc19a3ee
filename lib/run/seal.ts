/**
 * The seal of a run folder: checksums of what was recorded, so that nothing is judged that was changed since. It protects against damage
 * and mistakes, not against someone who makes a new seal.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import { readRunFile, writeAtomically } from '../record/index.ts';

/** In the form of `sha256sum`, which can check it too. */
const SEAL = 'SHA256SUMS';
/** The files that a verdict depends on. All others are made again from them. */
const SEALED = ['environment.json', 'load.json', 'observations.json', 'plan.json', 'recording.hlog', 'recording.json'];

/** Call it once all of these files exist. @throws SloError `storage`. */
export function sealRun(dir: string): void {
  writeAtomically(join(dir, SEAL), SEALED.map((name) => `${checksum(dir, name)}  ${name}\n`).join(''));
}

/** @throws SloError `run-folder` when a file is not as the run left it, or the run ended before its seal. */
export function checkSeal(dir: string): void {
  if (!existsSync(join(dir, SEAL))) throw damaged(dir, `it has no ${SEAL}: the run ended before all was written`);
  const seal = readRunFile(join(dir, SEAL));
  for (const name of SEALED) {
    if (!seal.includes(`${checksum(dir, name)}  ${name}\n`)) throw damaged(dir, `${name} is not as the run wrote it`);
  }
}

function checksum(dir: string, name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(dir, name)))
    .digest('hex');
}

function damaged(dir: string, how: string): SloError {
  return new SloError('run-folder', `the run folder ${dir} is damaged: ${how}`, { hint: 'record the run again' });
}
