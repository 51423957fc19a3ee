/** Tapes what clients get, makes the mutants of it, and plays them in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Choice } from '../mutants.ts';
import { chosen } from '../mutants.ts';
import type { Played } from '../play.ts';
import { answerMutants } from './mutants.ts';
import { recordAnswers } from './tape.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const HOOKS = new URL('hooks.mjs', import.meta.url).href;

export async function playAnswers(
  choice: Choice,
): Promise<{ readonly generated: number; readonly played: readonly Played[] }> {
  const tape = await recordAnswers();
  const all = answerMutants(tape);
  const ids = chosen(all, choice).map(({ id }) => id);
  const worker = fork(WORKER, { execArgv: ['--import', 'tsx', '--import', HOOKS] });
  const played = await new Promise<readonly Played[]>((resolve, reject) => {
    worker.once('message', (message) => resolve(message as readonly Played[]));
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
    worker.send({ tape, ids });
  });
  return { generated: all.length, played };
}
