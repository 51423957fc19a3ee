/** Tapes what clients get, makes the mutants of it, and plays them in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { equivalence } from '../equivalent.ts';
import type { LivePlayed } from '../live-workers.ts';
import type { Choice } from '../mutants.ts';
import { chosen, inLots } from '../mutants.ts';
import type { Played } from '../play.ts';
import { ANSWER_EQUIVALENTS } from './equivalent.ts';
import { isPlayableLive, playedLive } from './live.ts';
import { answerMutants } from './mutants.ts';
import { type AnswerTape, recordAnswers } from './tape.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const HOOKS = new URL('hooks.mjs', import.meta.url).href;

export interface AnswersPlayed {
  readonly generated: number;
  readonly played: readonly Played[];
}

export async function playAnswers(choice: Choice): Promise<AnswersPlayed> {
  const tape = await recordAnswers();
  const all = answerMutants(tape);
  const ids = chosen(all, choice).map(({ id }) => id);
  return { generated: all.length, played: await playedOnTape(tape, ids) };
}

/** So many of those that somebody should notice, in real runs as well; none begins later than `untilMs`. */
export async function playAnswersLive(
  { count, seed, untilMs }: { readonly count: number; readonly seed: number; readonly untilMs: number },
  onPlayed: (played: LivePlayed) => void,
): Promise<AnswersPlayed & { readonly played: readonly LivePlayed[] }> {
  const tape = await recordAnswers();
  const all = answerMutants(tape);
  const noticeable = all.filter((mutant) => isPlayableLive(mutant) && equivalence(mutant, ANSWER_EQUIVALENTS) === null);
  const drawn = inLots(noticeable, seed).slice(0, 2 * count);
  const onTape = new Map(
    (
      await playedOnTape(
        tape,
        drawn.map(({ id }) => id),
      )
    ).map((one) => [one.id, one]),
  );
  const played: LivePlayed[] = [];
  for (const mutant of drawn) {
    const before = onTape.get(mutant.id);
    if (before === undefined || before.fate === 'unchanged' || before.fate === 'repeated') continue;
    if (played.length === count || Date.now() >= untilMs) break;
    const one = await playedLive(mutant, before, new AbortController().signal);
    played.push(one);
    onPlayed(one);
  }
  return { generated: all.length, played };
}

async function playedOnTape(tape: AnswerTape, ids: readonly string[]): Promise<readonly Played[]> {
  const worker = fork(WORKER, { execArgv: ['--import', 'tsx', '--import', HOOKS] });
  return new Promise<readonly Played[]>((resolve, reject) => {
    worker.once('message', (message) => resolve(message as readonly Played[]));
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
    worker.send({ tape, ids });
  });
}
