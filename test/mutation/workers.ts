/** Plays mutants in several processes, since each stages the time of its own. Mutants of one signal are played by one process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readTape } from '../proofs/tape-file.ts';
import type { Mutant } from './mutant.ts';
import { mutantsOf } from './mutants.ts';
import { type Played, Player } from './play.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

interface Spread {
  /** A folder with a tape. */
  readonly dir: string;
  readonly workers: number;
  readonly onPlayed: (played: Played) => void;
}

/** In the order of `mutants`. */
export async function playInWorkers(mutants: readonly Mutant[], { dir, workers, onPlayed }: Spread): Promise<Played[]> {
  const groups = [...new Map(mutants.map(({ system, signal }) => [`${system} ${signal}`, 0])).keys()].map((key) =>
    mutants.filter(({ system, signal }) => `${system} ${signal}` === key).map(({ id }) => id),
  );
  const results = new Map<string, Played>();
  const lanes = Array.from({ length: workers }, async () => {
    const worker = fork(WORKER, [dir], { execArgv: ['--import', 'tsx'] });
    const ended = once(worker, 'exit').then(([code]): never => {
      throw new Error(`a worker ended with ${code}`);
    });
    try {
      for (let ids = groups.shift(); ids !== undefined; ids = groups.shift()) {
        for (const played of await Promise.race([answerOf(worker, ids), ended])) {
          results.set(played.id, played);
          onPlayed(played);
        }
      }
    } finally {
      // From now on it may end.
      ended.catch(() => {});
      worker.disconnect();
    }
  });
  await Promise.all(lanes);
  return mutants.flatMap(({ id }) => results.get(id) ?? []);
}

function answerOf(worker: ChildProcess, ids: readonly string[]): Promise<readonly Played[]> {
  return new Promise((resolve) => {
    worker.once('message', (played) => resolve(played as readonly Played[]));
    worker.send(ids);
  });
}

/** What a worker does: plays the mutants that it is sent by their ids, until nobody sends any. */
export function work(dir: string): void {
  const tape = readTape(dir);
  const all = mutantsOf(tape);
  const player = new Player(tape, all);
  process.on('message', async (ids: readonly string[]) => {
    const wanted = new Set(ids);
    const played: Played[] = [];
    for (const mutant of all.filter(({ id }) => wanted.has(id))) played.push(await player.play(mutant));
    process.send?.(played);
  });
}
