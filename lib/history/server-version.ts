/**
 * Owns which build of the server a run is told to be of: what the user says, or what a CI job that built the server knows.
 * Refuses to guess: without either it is unknown.
 */
import { SloError } from '../core/error.ts';
import type { ServerVersion } from './model/record.ts';

export interface ToldVersion {
  readonly serverCommit?: string | undefined;
  readonly serverRef?: string | undefined;
}

/**
 * Nothing that is told counts as absent when empty.
 * @throws SloError `usage` for what can be no commit or no ref.
 */
export function toldVersion({ serverCommit, serverRef }: ToldVersion): ServerVersion {
  const [commit, ref] = [serverCommit || null, serverRef || null];
  if (commit !== null && !/^[0-9a-f]{7,64}$/i.test(commit)) {
    throw new SloError(
      'usage',
      `--server-commit must be 7 to 64 hexadecimal digits, got ${JSON.stringify(commit.slice(0, 80))}`,
    );
  }
  // What git forbids in a ref's name, and what no terminal should see.
  if (ref !== null && !/^[^\p{Cc}\p{Cf}\s~^:?*[\\]{1,250}$/u.test(ref)) {
    throw new SloError(
      'usage',
      `--server-ref must be the name of a branch or a tag, got ${JSON.stringify(ref.slice(0, 80))}`,
    );
  }
  return { commit, ref };
}

/**
 * What was told; else, in a job of GitHub Actions and for a server on this very machine, the job's own commit and ref: who starts the server
 * in the job has built it there. Of a server elsewhere the job knows nothing.
 */
export function versionOfRun(told: ToldVersion, target: string | undefined, env: NodeJS.ProcessEnv): ServerVersion {
  const version = toldVersion(told);
  const here = target !== undefined && URL.canParse(target) && isLoopback(new URL(target).hostname);
  if (version.commit !== null || version.ref !== null || !here || env['GITHUB_ACTIONS'] !== 'true') return version;
  return toldVersion({ serverCommit: env['GITHUB_SHA'], serverRef: env['GITHUB_REF_NAME'] });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
