/**
 * The program that keeps the issue of the nightly run. It imports no npm package, because a failed installation is among the things that it
 * reports.
 */
import { EXIT_CODE, SloError } from '../core/error.ts';
import { githubOf } from './github.ts';
import { keepIssue } from './issue.ts';
import { reportMistake } from './outputs.ts';
import { type RunVerdict, readVerdict } from './verdict.ts';

/**
 * @param argv the run folder, which can be missing or damaged. `REASON`: why the gate came to no verdict; empty if it did, or could not
 * say.
 * @returns the exit code; a mistake of the user is reported, not thrown.
 */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const [run] = argv;
    if (run === undefined || argv.length > 1) throw new SloError('usage', 'usage: aragora-slo-nightly RUN');
    console.log(await keepIssue(verdictOf(run, env['REASON'] ?? ''), githubOf(env), runUrl(env)));
    return EXIT_CODE.conforms;
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    reportMistake(env, error);
    return error.exitCode;
  }
}

/** The reason that the gate gives wins: its findings may conform although the gate itself did not end well. */
function verdictOf(run: string, reason: string): RunVerdict {
  const verdict = readVerdict(run);
  if (reason !== '') return { ...verdict, outcome: 'error', headline: reason };
  if (verdict.outcome !== 'error') return verdict;
  return {
    ...verdict,
    headline: `${verdict.headline}; nothing else was reported; the log of the workflow run may say why`,
  };
}

/** The page of the workflow's run. */
function runUrl(env: NodeJS.ProcessEnv): string {
  return `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`;
}
