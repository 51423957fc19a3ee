import { afterEach, describe, expect, test } from 'vitest';
import { type ExpectedCall, type FakeGithub, fakeGithub, TOKEN } from '../../test/support/fake-github.ts';
import { SloError } from '../core/error.ts';
import { githubOf } from './github.ts';
import { keepIssue, LABEL } from './issue.ts';
import type { ReportedOutcome, RunVerdict } from './verdict.ts';

const RUN = 'https://github.com/o/r/actions/runs/1';
const ISSUES = '/repos/o/r/issues';
const verdict = (outcome: ReportedOutcome, report = '# Report'): RunVerdict => ({
  outcome,
  headline: 'why so',
  report,
});
const issue = (number: number, title = 'aragora-slo nightly: breaches') => ({
  number,
  title,
  labels: [{ name: LABEL }],
});
const list = (...issues: object[]): ExpectedCall => ({ call: `GET ${ISSUES}`, answer: issues });

let github: FakeGithub | undefined;
afterEach(() => github?.stop());

/** The line that it returned. Fails unless GitHub received exactly the expected calls. */
async function kept(outcome: RunVerdict, calls: readonly ExpectedCall[]): Promise<string> {
  github = await fakeGithub(calls);
  const said = await keepIssue(outcome, githubOf(github.env), RUN);
  expect(github.problems()).toEqual([]);
  return said;
}

async function refusal(outcome: RunVerdict, calls: readonly ExpectedCall[]): Promise<SloError> {
  github = await fakeGithub(calls);
  const error = await keepIssue(outcome, githubOf(github.env), RUN).catch((cause: unknown) => cause);
  expect(github.problems()).toEqual([]);
  if (error instanceof SloError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

describe('while none is open', () => {
  test.each([
    ['breaches', /nightly: breaches$/],
    ['inconclusive', /nightly: inconclusive, which is no pass$/],
    ['interrupted', /nightly: interrupted$/],
    ['error', /nightly: came to no verdict$/],
  ] as const)('%s opens one', async (outcome, title) => {
    const opened = {
      call: `POST ${ISSUES}`,
      body: { title, body: /actions\/runs\/1/, labels: [LABEL] },
      status: 201,
      answer: issue(7),
    };
    expect(await kept(verdict(outcome), [list(), opened])).toBe(`${outcome}: opened #7`);
  });

  test('conforms does nothing', async () => {
    expect(await kept(verdict('conforms'), [list()])).toBe('conforms, and no issue is open');
  });

  test('one whose label was not taken is reported: the next night would not find it', async () => {
    const opened = { call: `POST ${ISSUES}`, status: 201, answer: { ...issue(7), labels: [] } };
    expect((await refusal(verdict('breaches'), [list(), opened])).message).toMatch(/#7 was opened without its label/);
  });

  test('a pull request with the label is none', async () => {
    const opened = { call: `POST ${ISSUES}`, status: 201, answer: issue(8) };
    expect(await kept(verdict('breaches'), [list({ ...issue(7), pull_request: {} }), opened])).toMatch(/opened #8/);
  });
});

describe('while one is open', () => {
  test('the same outcome again updates it, and bothers nobody', async () => {
    const edited = { call: `PATCH ${ISSUES}/7`, body: { title: /breaches$/, body: /# Report/ } };
    expect(await kept(verdict('breaches'), [list(issue(7)), edited])).toBe('breaches: updated #7');
  });

  test('inconclusive updates it and says so: it is not green', async () => {
    const edited = { call: `PATCH ${ISSUES}/7`, body: { title: /inconclusive, which is no pass$/ } };
    const change = { call: `POST ${ISSUES}/7/comments`, body: { body: /^Now: inconclusive, which is no pass\. http/ } };
    expect(await kept(verdict('inconclusive'), [list(issue(7)), edited, change])).toBe('inconclusive: updated #7');
  });

  test('conforms closes it, with the run that did', async () => {
    const change = { call: `POST ${ISSUES}/7/comments`, body: { body: `Conforms again: ${RUN}` } };
    const closed = { call: `PATCH ${ISSUES}/7`, body: { state: 'closed' } };
    expect(await kept(verdict('conforms'), [list(issue(7)), change, closed])).toBe('conforms: closed #7');
  });
});

describe('while two are open', () => {
  const close = (number: number, body: RegExp): ExpectedCall[] => [
    { call: `POST ${ISSUES}/${number}/comments`, body: { body } },
    { call: `PATCH ${ISSUES}/${number}`, body: { state: 'closed' } },
  ];

  test('a red night goes on with the oldest', async () => {
    const edited = { call: `PATCH ${ISSUES}/7`, body: { title: /breaches/ } };
    const calls = [list(issue(7), issue(9)), ...close(9, /^Continued in #7\.$/), edited];
    expect(await kept(verdict('breaches'), calls)).toBe('breaches: updated #7');
  });

  test('a green one closes both', async () => {
    const calls = [list(issue(7), issue(9)), ...close(7, /^Conforms/), ...close(9, /^Conforms/)];
    expect(await kept(verdict('conforms'), calls)).toBe('conforms: closed #7, #9');
  });
});

describe('a body', () => {
  test('of a run without a report has its headline, which can’t leave its block', async () => {
    const body = /```\nwhy '''so\n```/;
    const opened = { call: `POST ${ISSUES}`, body: { body }, status: 201, answer: issue(7) };
    await kept({ outcome: 'error', headline: 'why ```so', report: '' }, [list(), opened]);
  });

  test('that is too long for GitHub is cut at a line, and says so', async () => {
    const body = /^The latest.{0,200}[\s\S]{40000,60100}\n\nThe rest is in the run's artifact\.\n$/;
    const opened = { call: `POST ${ISSUES}`, body: { body }, status: 201, answer: issue(7) };
    await kept(verdict('breaches', `${'x'.repeat(99)}\n`.repeat(1000)), [list(), opened]);
  });
});

describe('GitHub that', () => {
  const cases: Record<string, [ExpectedCall[], RegExp, RegExp?]> = {
    'refuses (403)': [
      [{ call: `GET ${ISSUES}`, status: 403, answer: { message: 'Resource not accessible by integration' } }],
      /^GitHub answers 403 to GET \S+: Resource not accessible by integration$/,
      /issues: write/,
    ],
    'refuses half way': [
      [list(issue(7)), { call: `PATCH ${ISSUES}/7`, status: 502, answer: '<html>' }],
      /^GitHub answers 502 to PATCH \/repos\/o\/r\/issues\/7$/,
    ],
    'answers HTML': [[{ call: `GET ${ISSUES}`, answer: '<html>' }], /something else than JSON/],
    'answers no list': [[{ call: `GET ${ISSUES}`, answer: {} }], /something else than a list/],
  };
  test.each(Object.entries(cases))('%s is one line, without the token', async (_, [calls, says, hint]) => {
    const error = await refusal(verdict('breaches'), calls);
    expect(error.message).toMatch(says);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
    expect(error.exitCode).toBe(2);
    expect(`${error.message}${error.hint}`).not.toContain(TOKEN);
  });

  test('is not there is one line', async () => {
    const env = { GITHUB_API_URL: 'http://127.0.0.1:1', GITHUB_REPOSITORY: 'o/r', GITHUB_TOKEN: TOKEN };
    await expect(keepIssue(verdict('breaches'), githubOf(env), RUN)).rejects.toThrow(/GitHub does not answer GET/);
  });

  test('is not named is wrong usage', () => {
    expect(() => githubOf({ GITHUB_API_URL: 'http://h', GITHUB_REPOSITORY: 'o/r' })).toThrow(/GITHUB_TOKEN is not set/);
  });
});
