/** Which build of the server a run measured: what the user says, or what a CI job knows that built the server. Otherwise it is unknown. */
import { SERVER_OPTIONS } from '../config/options.ts';
import { readText } from '../options/resolve.ts';
import type { OptionValues } from '../options/spec.ts';
import type { ServerVersion } from './model/record.ts';

type Said = OptionValues<typeof SERVER_OPTIONS>;

const [COMMIT, REF] = SERVER_OPTIONS;

export function serverVersion({ serverCommit, serverRef }: Said): ServerVersion {
  return { commit: serverCommit ?? null, ref: serverRef ?? null };
}

/**
 * What was said; else, in a job of GitHub Actions and for a server on this very machine, the job's own commit and ref: who starts the server
 * in the job has built it there. Of a server elsewhere the job knows nothing.
 * @throws SloError `usage` where the job's are not legal.
 */
export function versionOfRun(said: Said, target: string | undefined, env: NodeJS.ProcessEnv): ServerVersion {
  const version = serverVersion(said);
  const here = target !== undefined && URL.canParse(target) && isLoopback(new URL(target).hostname);
  if (version.commit !== null || version.ref !== null || !here || env['GITHUB_ACTIONS'] !== 'true') return version;
  const { GITHUB_SHA: commit, GITHUB_REF_NAME: ref } = env;
  return {
    commit: commit ? readText(COMMIT.kind, commit, 'GITHUB_SHA') : null,
    ref: ref ? readText(REF.kind, ref, 'GITHUB_REF_NAME') : null,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
