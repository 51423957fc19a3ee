/** Calls of GitHub's REST API (docs.github.com/rest, version 2022-11-28), with one line for each way in which a call can fail. */
import { SloError } from '../core/error.ts';
import { within } from '../core/within.ts';
import { troubleOf } from '../http/trouble.ts';

/** Each call throws SloError `prerequisite-missing` when GitHub does not do it. Nothing is tried twice. The token is never repeated. */
export interface GithubApi {
  /** @param path below the repository, for example `/issues`. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** null where GitHub answers 404: there is no such thing. */
  find(path: string): Promise<unknown>;
}

/** By the global `fetch`, not by lib/http: the nightly job runs this without any package installed. */
const TIMEOUT_MS = 30_000;

/**
 * @param permission the permission that the job needs, named when GitHub refuses a call.
 * @throws SloError `usage` when the environment is not that of a workflow step.
 */
export function githubApi(env: NodeJS.ProcessEnv, permission: string): GithubApi {
  const [api, repository, token] = ['GITHUB_API_URL', 'GITHUB_REPOSITORY', 'GITHUB_TOKEN'].map((name) => {
    const value = env[name];
    if (value) return value;
    throw new SloError('usage', `${name} is not set`, { hint: 'a step has it; GITHUB_TOKEN is passed on by env' });
  });
  const ask = async (method: string, path: string, body?: object): Promise<GithubAnswer> => {
    const what = `${method} /repos/${repository}${path}`;
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    };
    const init = {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    };
    try {
      const { ok, status, ...answer } = await within({ ms: TIMEOUT_MS }, (signal) =>
        fetched(`${api}/repos/${repository}${path}`, { ...init, signal }),
      );
      return { what, ok, status, ...answer };
    } catch (cause) {
      const { words } = troubleOf(cause, TIMEOUT_MS);
      throw new SloError('prerequisite-missing', `GitHub does not answer ${what}: ${words}`, { cause });
    }
  };
  const bodyOf = (answer: GithubAnswer): unknown => {
    if (!answer.ok) throw refused(answer, permission);
    return parsed(answer);
  };
  return {
    call: async (method, path, body) => bodyOf(await ask(method, path, body)),
    find: async (path) => {
      const answer = await ask('GET', path);
      return answer.status === 404 ? null : bodyOf(answer);
    },
  };
}

interface GithubAnswer {
  /** Method and path, for messages. */
  readonly what: string;
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

async function fetched(url: string, init: RequestInit): Promise<Omit<GithubAnswer, 'what'>> {
  const answer = await fetch(url, init);
  return { ok: answer.ok, status: answer.status, text: await answer.text() };
}

function refused({ what, status, text }: GithubAnswer, permission: string): SloError {
  const said = /"message"\s*:\s*"([^"]{0,200})"/.exec(text)?.[1] ?? '';
  const hint = status === 403 || status === 404 ? `the job needs permissions: ${permission}` : undefined;
  return new SloError('prerequisite-missing', `GitHub answers ${status} to ${what}${said === '' ? '' : `: ${said}`}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

function parsed({ what, text }: GithubAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SloError('prerequisite-missing', `GitHub answers ${what} with something else than JSON`, { cause });
  }
}
