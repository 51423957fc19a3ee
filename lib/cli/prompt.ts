/** Asks a person at a terminal, line by line. */
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';

export interface Prompt {
  /** The line, trimmed; `usual` when it is empty. */
  ask(question: string, usual: string): Promise<string>;
  /** One of `legal`; asks again until it is. */
  choose<Legal extends string>(question: string, legal: readonly Legal[], usual: Legal): Promise<Legal>;
  close(): void;
}

/** Asking rejects with SloError `interrupted` once `signal` is aborted, at Ctrl-C, and when the input ends. */
export function openPrompt(input: Readable, output: Writable, signal: AbortSignal): Prompt {
  const lines = createInterface({ input, output });
  const stop = new AbortController();
  // Kept, so that what is typed ahead is not lost.
  const typed = on(lines, 'line', { signal: AbortSignal.any([signal, stop.signal]), close: ['close'] });
  lines.on('SIGINT', () => stop.abort());
  const ask = async (question: string, usual: string): Promise<string> => {
    lines.setPrompt(`${question}${usual === '' ? '' : ` [${usual}]`}: `);
    lines.prompt();
    const { value, done } = await typed.next().catch(() => ({ value: undefined, done: true }));
    if (!done && Array.isArray(value)) return String(value[0]).trim() || usual;
    const message = 'the questions were not answered: nothing was written';
    throw new SloError('interrupted', message, { exitCode: EXIT_CODE.interrupted });
  };
  const choose: Prompt['choose'] = async <Legal extends string>(
    question: string,
    legal: readonly Legal[],
    usual: Legal,
  ): Promise<Legal> => {
    for (;;) {
      const answer = await ask(`${question} (${legal.join(', ')})`, usual);
      const chosen = legal.find((one) => one === answer);
      if (chosen !== undefined) return chosen;
      output.write(`there is no "${answer}": ${legalValues(answer, legal)}\n`);
    }
  };
  return { ask, choose, close: () => lines.close() };
}
