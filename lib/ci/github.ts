/** GitHub's calls for issues. What the issues are for is in issue.ts. */
import { SloError } from '../core/error.ts';
import { githubApi } from './github-api.ts';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly string[];
}

/** Each call throws SloError `prerequisite-missing` when GitHub does not do it. */
export interface Github {
  /** Open issues with the label, oldest first; at most 100. Pull requests are left out. */
  openIssues(label: string): Promise<Issue[]>;
  create(issue: { title: string; body: string; label: string }): Promise<Issue>;
  edit(number: number, change: { title?: string; body?: string; state?: 'closed' }): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

/** @throws SloError `usage` when the environment is not that of a workflow step. */
export function githubOf(env: NodeJS.ProcessEnv): Github {
  const { call } = githubApi(env, 'issues: write');
  return {
    openIssues: async (label) => {
      const query = `state=open&sort=created&direction=asc&per_page=100&labels=${encodeURIComponent(label)}`;
      const list = await call('GET', `/issues?${query}`);
      if (!Array.isArray(list))
        throw new SloError('prerequisite-missing', 'GitHub answers something else than a list of issues');
      return list.filter((one) => one.pull_request === undefined).map(issueOf);
    },
    create: async ({ title, body, label }) => issueOf(await call('POST', '/issues', { title, body, labels: [label] })),
    edit: async (number, change) => void (await call('PATCH', `/issues/${number}`, change)),
    comment: async (number, body) => void (await call('POST', `/issues/${number}/comments`, { body })),
  };
}

function issueOf(value: unknown): Issue {
  const { number, title, labels } = value as { number?: unknown; title?: unknown; labels?: unknown };
  if (typeof number !== 'number')
    throw new SloError('prerequisite-missing', 'GitHub answers an issue without a number');
  const names = (Array.isArray(labels) ? labels : []).map((label) => String(label?.name ?? label));
  return { number, title: String(title), labels: names };
}
