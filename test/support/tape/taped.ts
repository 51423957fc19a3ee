/** The tape that the tests share. */
import { inject } from 'vitest';
import type { Tape } from '../../proofs/tape.ts';
import { readTape } from '../../proofs/tape-file.ts';

/** @throws Error with the reason when it could not be recorded. */
export function sharedTape(): Tape {
  const taped = inject('taped');
  if ('failure' in taped) throw new Error(`the run that the tests play again could not be taped: ${taped.failure}`);
  return readTape(taped.dir);
}
