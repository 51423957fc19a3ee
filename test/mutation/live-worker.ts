/** A process that plays mutants in real runs; live-workers.ts starts it with the folder of a tape and one for its runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readTape } from '../proofs/tape-file.ts';
import { playedLive } from './live.ts';
import { MUTATED_SYSTEMS } from './mutant.ts';
import { mutantsOf } from './mutants.ts';
import { Player } from './play.ts';

const [, , taped = '', runs = ''] = process.argv;
const tape = readTape(taped);
const all = mutantsOf(tape);
const player = new Player(tape, all);

process.on('message', async (id: string) => {
  const mutant = all.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`the tape has no mutant ${id}`);
  const dir = mkdtempSync(join(runs, 'live-'));
  const findings = await playedLive(mutant, tape, dir);
  rmSync(dir, { recursive: true });
  const isDisturbed = findings.some(({ id, status }) => id.startsWith('load.') && status !== 'pass');
  const ofSystems = findings.filter(({ id }) => MUTATED_SYSTEMS.some((system) => id.startsWith(`${system}.`)));
  process.send?.({ ...player.fateOf(mutant, ofSystems), isDisturbed });
});
