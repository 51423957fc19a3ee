/**
 * Owns the few calls of GitHub's REST API for issues (docs.github.com/rest/issues, version 2022-11-28).
 * Refuses to know what issues are for, and to repeat the token.
 */
import { SloError } from '../core/error.ts';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly string[];
}

/** Each call throws SloError `prerequisite-missing` when GitHub does not do it; nothing is tried twice. */
export interface Github {
  /** Open ones with the label, oldest first; at most 100. Pull requests are none. */
  openIssues(label: string): Promise<Issue[]>;
  create(issue: { title: string; body: string; label: string }): Promise<Issue>;
  edit(number: number, change: { title?: string; body?: string; state?: 'closed' }): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

const TIMEOUT_MS = 30_000;

/** @throws SloError `usage` when the environment is not that of a workflow step. */
export function githubOf(env: NodeJS.ProcessEnv): Github {
  const [api, repository, token] = ['GITHUB_API_URL', 'GITHUB_REPOSITORY', 'GITHUB_TOKEN'].map((name) => {
    const value = env[name];
    if (value) return value;
    throw new SloError('usage', `${name} is not set`, { hint: 'a step has it; GITHUB_TOKEN is passed on by env' });
  });
  const issues = `/repos/${repository}/issues`;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    };
    const init = {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    };
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${api}${path}`, init);
      text = await answer.text();
    } catch (cause) {
      const why = ((cause as Error).cause as { code?: string } | undefined)?.code ?? (cause as Error).name;
      throw new SloError('prerequisite-missing', `GitHub does not answer ${method} ${path}: ${why}`, { cause });
    }
    if (!answer.ok) throw refused(`${method} ${path}`, answer.status, text);
    return parsed(`${method} ${path}`, text);
  };
  return {
    openIssues: async (label) => {
      const query = `state=open&sort=created&direction=asc&per_page=100&labels=${encodeURIComponent(label)}`;
      const list = await call('GET', `${issues}?${query}`);
      if (!Array.isArray(list))
        throw new SloError('prerequisite-missing', 'GitHub answers something else than a list of issues');
      return list.filter((one) => one.pull_request === undefined).map(issueOf);
    },
    create: async ({ title, body, label }) => issueOf(await call('POST', issues, { title, body, labels: [label] })),
    edit: async (number, change) => void (await call('PATCH', `${issues}/${number}`, change)),
    comment: async (number, body) => void (await call('POST', `${issues}/${number}/comments`, { body })),
  };
}

function refused(what: string, status: number, text: string): SloError {
  const said = /"message"\s*:\s*"([^"]{0,200})"/.exec(text)?.[1] ?? '';
  const hint = status === 403 || status === 404 ? 'the job needs permissions: issues: write' : undefined;
  return new SloError('prerequisite-missing', `GitHub answers ${status} to ${what}${said === '' ? '' : `: ${said}`}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SloError('prerequisite-missing', `GitHub answers ${what} with something else than JSON`, { cause });
  }
}

function issueOf(value: unknown): Issue {
  const { number, title, labels } = value as { number?: unknown; title?: unknown; labels?: unknown };
  if (typeof number !== 'number')
    throw new SloError('prerequisite-missing', 'GitHub answers an issue without a number');
  const names = (Array.isArray(labels) ? labels : []).map((label) => String(label?.name ?? label));
  return { number, title: String(title), labels: names };
}
