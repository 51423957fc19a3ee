/**
 * Releases the version that package.json names: whether it has no tag yet, its notes from CHANGELOG.md, and the calls that tag and publish it.
 * Imports no npm package, so the workflow needs no installation.
 */
import { readFileSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { type GithubApi, githubApi } from './github-api.ts';

export interface Release {
  /** As in package.json, for example `0.1.0`. */
  readonly version: string;
  /** Its section of CHANGELOG.md, without the heading. */
  readonly notes: string;
}

const ROOT = new URL('../../', import.meta.url);

/**
 * @param root a folder with package.json and CHANGELOG.md; a URL that ends in a slash.
 * @throws SloError `config-invalid` for a version that is not X.Y.Z, and for one without a section in CHANGELOG.md.
 */
export function releaseIn(root: URL = ROOT): Release {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new SloError('config-invalid', `package.json: a version to release is X.Y.Z, got "${version}"`);
  const notes = sectionOf(readFileSync(new URL('CHANGELOG.md', root), 'utf8'), version);
  if (notes === '')
    throw new SloError('config-invalid', `CHANGELOG.md has no section "## ${version}", or an empty one`);
  return { version, notes };
}

function sectionOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line === `## ${version}` || line.startsWith(`## ${version} `));
  if (start === -1) return '';
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return lines
    .slice(start + 1, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

/** @throws SloError `usage` when the environment is not that of a workflow step. */
export function releasesOf(env: NodeJS.ProcessEnv): GithubApi {
  return githubApi(env, 'contents: write');
}

export async function isReleased({ version }: Release, github: GithubApi): Promise<boolean> {
  return (await github.find(tagPath(`v${version}`))) !== null;
}

/**
 * Moves the major tag (`v0`), which users of the action name, and then makes the GitHub release, which creates the tag `v<version>`. The version's
 * own tag comes last: where an earlier call fails, the workflow can simply run again.
 * @param sha the commit that was tested.
 */
export async function publish({ version, notes }: Release, sha: string, github: GithubApi): Promise<void> {
  const major = `v${version.split('.')[0]}`;
  if ((await github.find(tagPath(major))) === null)
    await github.call('POST', '/git/refs', { ref: `refs/tags/${major}`, sha });
  else await github.call('PATCH', `/git/refs/tags/${major}`, { sha, force: true });
  const name = `v${version}`;
  await github.call('POST', '/releases', { tag_name: name, target_commitish: sha, name, body: notes });
}

function tagPath(tag: string): string {
  return `/git/ref/tags/${tag}`;
}
