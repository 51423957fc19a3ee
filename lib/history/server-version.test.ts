import { describe, expect, it } from 'vitest';
import { SERVER_OPTIONS } from '../config/options.ts';
import { resolve } from '../options/resolve.ts';
import { versionOfRun } from './server-version.ts';

const COMMIT = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_SHA: COMMIT, GITHUB_REF_NAME: 'main' };
const NOBODY = { commit: null, ref: null };

describe('the build of the server', () => {
  it.each([
    [
      'is what was said',
      { serverCommit: 'abcdef0', serverRef: 'release/1' },
      'https://host',
      {},
      { commit: 'abcdef0', ref: 'release/1' },
    ],
    ['is the job’s for a server on its machine', {}, 'http://127.0.0.1:8080', GITHUB, { commit: COMMIT, ref: 'main' }],
    [
      'is the job’s by other names of this machine too',
      {},
      'http://localhost:8080',
      GITHUB,
      { commit: COMMIT, ref: 'main' },
    ],
    ['is not the job’s for a server elsewhere', {}, 'https://staging.example', GITHUB, NOBODY],
    ['is not the job’s for the embedded target', {}, undefined, GITHUB, NOBODY],
    [
      'is not the job’s where a part was said',
      { serverCommit: 'abcdef0' },
      'http://[::1]:8080',
      GITHUB,
      { commit: 'abcdef0', ref: null },
    ],
    ['is unknown outside of a job', {}, 'http://127.0.0.1:8080', { GITHUB_SHA: COMMIT }, NOBODY],
    [
      'is unknown where the job’s variables are empty',
      {},
      'http://127.0.0.1:8080',
      { ...GITHUB, GITHUB_SHA: '', GITHUB_REF_NAME: '' },
      NOBODY,
    ],
  ] as const)('%s', (_, said, target, env, version) => {
    expect(versionOfRun(said, target, env)).toEqual(version);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a commit that is none',
      { serverCommit: 'main' },
      /--server-commit must be 7 to 64 hexadecimal digits, got "main"/,
    ],
    ['a commit too short to be the only one of its kind', { serverCommit: 'abc' }, /--server-commit/],
    [
      'a ref with a blank',
      { serverRef: 'my branch' },
      /--server-ref must be the name of a branch or a tag, got "my branch"/,
    ],
    ['a ref that steers a terminal', { serverRef: 'main\u001b[2J' }, /--server-ref/],
  ])('refuses %s', (_, flags, says) => {
    expect(() => resolve(SERVER_OPTIONS, { flags, env: {} })).toThrow(says);
  });
});
