/** The sign-in providers of the reference target: as they should be, broken by name, and not to be had. */
import { expect, onTestFinished, test } from 'vitest';
import { FakeBackend } from '../../../test/support/fake-backend.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { factsOf } from '../../../test/support/judged.ts';
import { checklistOf } from '../../../thresholds/checklist.ts';
import type { Observation } from '../../core/observation.ts';
import type { ObserveContext } from '../../observe/observer.ts';
import { startTarget } from '../../target/target.ts';
import { OAUTH_BREAKS } from './faults/breaks.ts';
import { observeOAuth } from './observe/observer.ts';
import { OAUTH } from './system.ts';

async function observed(httpUrl: string, oauth: string | undefined): Promise<readonly Observation[]> {
  const given = { options: oauth === undefined ? {} : { oauth }, token: undefined };
  const observer = observeOAuth({ ...given, signal: new AbortController().signal } as unknown as ObserveContext);
  await observer.before?.({ httpUrl, wsUrl: '', subprotocol: '', distinctClients: false, debateId: null });
  const { load, recording } = factsOf([], {});
  const measured = { load, recording, started: {} };
  return [...(await observer.collect(measured)), ...((await observer.after?.(measured)) ?? [])];
}

const statuses = (observations: readonly Observation[]): string[] =>
  judgeObserved(OAUTH, observations).map(({ id, status }) => `${id} ${status}`);

async function targetUrl(options: Parameters<typeof startTarget>[0] = {}): Promise<string> {
  const target = await startTarget(options);
  onTestFinished(() => target.stop());
  return target.httpUrl;
}

test('the documented providers pass, and only their ids are kept', async () => {
  const observations = await observed(await targetUrl(), 'google,github');
  expect(observations).toMatchObject([{ providers: ['google', 'github'], expected: ['google', 'github'] }]);
  expect(statuses(observations)).toEqual(['oauth.providers pass', 'oauth.secrets-loaded pass']);
});

test('a provider of another team fails where it is not named', async () => {
  expect(statuses(await observed(await targetUrl(), 'okta'))).toEqual([
    'oauth.providers fail',
    'oauth.secrets-loaded pass',
  ]);
});

test.each(OAUTH_BREAKS)('$name makes $finding fail, and nothing else', async (broken) => {
  const findings = judgeObserved(OAUTH, await observed(await targetUrl({ breaks: [broken] }), 'google,github'));
  expect(findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([broken.finding]);
  // The other one says nothing, or sees nothing wrong.
  expect(findings).toHaveLength(2);
});

test.each([401, 429, 503])('an answer of %i says nothing', async (status) => {
  const backend = await FakeBackend.start({ 'GET /api/auth/oauth/providers': [{ status, json: {} }] });
  const observations = await observed(backend.url, 'google');
  expect(statuses(observations)).toEqual(['oauth.providers unavailable', 'oauth.secrets-loaded unavailable']);
  await backend.stop();
});

test('a server that is gone says nothing', async () => {
  const observations = await observed('http://127.0.0.1:1', 'google');
  expect(observations).toMatchObject([
    { status: 'unavailable', reason: expect.stringContaining('connection refused') },
  ]);
});

test('nobody is asked in a run that names no provider, and its checklist says how to', async () => {
  expect(await observed('http://127.0.0.1:1', undefined)).toEqual([]);
  const grounds = checklistOf([OAUTH]).filter(({ id }) => /oauth|secrets/.test(id));
  expect(grounds.map(({ ground }) => ('without' in ground ? ground.without : null))).toEqual(
    Array(2).fill('name the sign-in providers that the server has to have: --oauth google,github'),
  );
});
