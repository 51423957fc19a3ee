/** Owns the command line of the workflows: which step is meant, and how its mistakes are told. Refuses to know any step. */
import { basename } from 'node:path';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { enginePath, ensureEngine } from '../engine/ensure.ts';
import { answer, gate } from './gate.ts';
import { githubOf } from './github.ts';
import { keepIssue } from './issue.ts';
import { tellError } from './tell.ts';
import { readVerdict } from './verdict.ts';

/** @returns the exit code; never throws a mistake of the user. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const [step, run] = argv;
    if (step === 'gate') return await gate(env);
    if (step === 'issue' && run !== undefined) {
      console.log(await keepIssue(readVerdict(run), githubOf(env), runUrl(env)));
      return EXIT_CODE.conforms;
    }
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
    throw new SloError('usage', 'usage: aragora-slo-ci engine | build | gate | issue RUN');
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    tellError(env, error.hint === undefined ? error.message : `${error.message} (${error.hint})`);
    return error.exitCode;
  }
}

/** The page of the workflow's run. */
function runUrl(env: NodeJS.ProcessEnv): string {
  return `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`;
}
