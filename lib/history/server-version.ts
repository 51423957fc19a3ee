/** Which build of the server a run measured: what the user says, or what a CI job knows that built the server. Otherwise it is unknown. */
import { SloError } from '../core/error.ts';
import type { ServerVersion } from './model/record.ts';

export interface ToldVersion {
  readonly serverCommit?: string | undefined;
  readonly serverRef?: string | undefined;
}

/**
 * Empty values count as absent.
 * @throws SloError `usage` for a text that can't be a commit or a ref.
 */
export function toldVersion({ serverCommit, serverRef }: ToldVersion): ServerVersion {
  const [commit, ref] = [serverCommit || null, serverRef || null];
  if (commit !== null && !/^[0-9a-f]{7,64}$/i.test(commit)) {
    throw new SloError(
      'usage',
      `--server-commit must be 7 to 64 hexadecimal digits, got ${JSON.stringify(commit.slice(0, 80))}`,
    );
  }
  // What git forbids in a ref's name, and what must not reach a terminal.
  if (ref !== null && !/^[^\p{Cc}\p{Cf}\s~^:?*[\\]{1,250}$/u.test(ref)) {
    throw new SloError(
      'usage',
      `--server-ref must be the name of a branch or a tag, got ${JSON.stringify(ref.slice(0, 80))}`,
    );
  }
  return { commit, ref };
}

/**
 * What the user says. Otherwise, in a job of GitHub Actions and for a server on this machine, the job's own commit and ref: whoever starts
 * the server in the job has built it there. The job knows nothing about a server elsewhere.
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
