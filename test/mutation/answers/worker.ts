/** A process that plays answer mutants: it is sent a tape and the ids of some of its mutants, once, and sends what became of them. */
import { answerMutants } from './mutants.ts';
import { AnswerPlayer } from './play.ts';
import type { AnswerTape } from './tape.ts';

process.once('message', async ({ tape, ids }: { readonly tape: AnswerTape; readonly ids: readonly string[] }) => {
  const player = await AnswerPlayer.on(tape);
  const wanted = new Set(ids);
  const played = answerMutants(tape).flatMap((mutant) => (wanted.has(mutant.id) ? [player.play(mutant)] : []));
  process.send?.(played, () => process.disconnect());
});
