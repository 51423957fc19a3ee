/** The command line of the workflows: chooses the step of the action, and reports its mistakes. */
import { basename } from 'node:path';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { enginePath, ensureEngine } from '../engine/ensure.ts';
import { gate } from './gate.ts';
import { answer, reportMistake } from './outputs.ts';

/** @returns the exit code; a mistake of the user is reported, not thrown. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const [step] = argv;
    if (step === 'gate') return await gate(env);
    if (step === 'engine') {
      const path = await enginePath(env);
      answer(env, { path, name: basename(path) });
      return EXIT_CODE.conforms;
    }
    if (step === 'build') {
      const { path } = await ensureEngine({ env, onProgress: (line) => console.log(line) });
      console.log(path);
      return EXIT_CODE.conforms;
    }
    throw new SloError('usage', 'usage: aragora-slo-ci engine | build | gate');
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    answer(env, { reason: reportMistake(env, error) });
    return error.exitCode;
  }
}
