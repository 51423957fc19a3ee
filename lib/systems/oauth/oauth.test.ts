/** Signing in at the reference target, with a stand-in provider: as it should be, broken by name, without the provider, and not to be had. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FakeBackend } from '../../../test/support/fake-backend.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { signInsAt } from '../../../test/support/oauth-run.ts';
import { checklistOf } from '../../../thresholds/checklist.ts';
import type { Finding } from '../../core/finding.ts';
import { type OAuthProvider, startOAuthProvider } from '../../stack/oauth-provider.ts';
import { REFERENCE_CLIENT } from '../../target/sign-in.ts';
import { startTarget } from '../../target/target.ts';
import { OAUTH_BREAKS } from './faults/index.ts';
import type { FlowSeen, OAuthObservation, OAuthObserved, SignInSeen } from './observation.ts';
import { OAUTH } from './system.ts';

/** Longer than a busy machine takes from the start to the callback. */
const TTL_SEC = 15;
const CANARY = 'only-the-server-and-its-provider-know-this';

let provider: OAuthProvider;
/** Of the right server, and of those that are broken by name. Each waits for a state to expire, so they wait together. */
let healthy: Promise<OAuthObserved>;
const broken = new Map<string, Promise<OAuthObserved>>();
beforeAll(async () => {
  provider = await startOAuthProvider({ clientSecret: REFERENCE_CLIENT.secret });
  healthy = signedInAt([]);
  for (const one of OAUTH_BREAKS) broken.set(one.name, signedInAt([one]));
  await Promise.allSettled([healthy, ...broken.values()]);
});
afterAll(() => provider.stop());

async function signedInAt(breaks: typeof OAUTH_BREAKS): Promise<OAuthObserved> {
  const target = await startTarget({ signIn: { providerUrl: provider.url, stateTtlSec: TTL_SEC }, breaks });
  return seenAt(target.httpUrl, withFlow()).finally(() => target.stop());
}

type Names = Parameters<typeof startTarget>[0];

async function targetUrl(options: Names = {}): Promise<string> {
  const target = await startTarget({ signIn: { providerUrl: provider.url, stateTtlSec: TTL_SEC }, ...options });
  onTestFinished(() => target.stop());
  return target.httpUrl;
}

const all = { oauth: 'google,github', oauthStateTtl: TTL_SEC };
const withFlow = () => ({ ...all, oauthProvider: provider.url });

async function seenAt(httpUrl: string, options: Readonly<Record<string, unknown>>): Promise<OAuthObserved> {
  const [seen] = await signInsAt(httpUrl, options);
  if (seen?.status !== 'collected') throw new Error(seen?.reason ?? 'nothing was seen');
  return seen;
}

const judged = (observations: readonly OAuthObservation[]) => judgeObserved(OAUTH, observations);
const statuses = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ id, status }) => [id.replace('oauth.', ''), status]));

const ALL_PASS = {
  ...{ providers: 'pass', 'secrets-loaded': 'pass', start: 'pass', state: 'pass', redirect: 'pass' },
  ...{ 'provider-error': 'pass', 'no-secrets': 'pass', callback: 'pass' },
  ...{ 'state-known': 'pass', 'state-once': 'pass', 'state-expiry': 'pass' },
};

test('a server that signs in as promised passes, and no state, code or token is kept', async () => {
  const seen = await healthy;
  const findings = judged([seen]);
  expect(statuses(findings), JSON.stringify(findings, null, 1)).toEqual(ALL_PASS);
  expect(JSON.stringify(seen)).not.toMatch(/session-[0-9a-f]{32}|[?#&]|state=/);
});

test('without a stand-in provider nobody signs in: what needs that has no data and does not gate', async () => {
  const findings = judged([await seenAt(await targetUrl(), all)]);
  const open = { callback: 'no-data', 'state-known': 'no-data', 'state-once': 'no-data', 'state-expiry': 'no-data' };
  expect(statuses(findings)).toEqual({ ...ALL_PASS, ...open });
  const ungated = findings.filter(({ gating }) => !gating).map(({ id }) => id.replace('oauth.', ''));
  expect(ungated).toEqual(Object.keys(open));
  expect(findings.at(-1)?.summary).toContain('--oauth-provider names a stand-in provider');
});

test('a provider of another team fails where it is not named, and nothing is said of its sign-in', async () => {
  const found = statuses(judged([await seenAt(await targetUrl(), { ...withFlow(), oauth: 'okta' })]));
  expect(found).toMatchObject({ providers: 'fail', 'secrets-loaded': 'pass', start: 'no-data', callback: 'no-data' });
  expect(Object.values(found).filter((status) => status === 'fail')).toHaveLength(1);
});

describe('a broken server', () => {
  test.for(OAUTH_BREAKS)('$name fails $finding alone', async ({ name, finding }, { task }) => {
    task.meta.proves = name;
    const seen = await broken.get(name);
    const findings = judged(seen === undefined ? [] : [seen]);
    const failed = findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(failed, JSON.stringify(findings, null, 1)).toEqual([finding]);
    expect(JSON.stringify(seen)).not.toContain(REFERENCE_CLIENT.secret);
  });
});

describe('what decides nothing', () => {
  const one: SignInSeen = {
    provider: 'google',
    start: { outcome: 'at-provider', words: 'answers 302', status: 302, host: 'accounts.google.com', lacks: [] },
    states: { given: 2, without: 0, leastDiffering: 40 },
    redirects: [{ to: 'https://x/', outcome: 'refused', words: 'answers 400', sentThere: false }],
    providerError: { outcome: 'refused', words: 'answers 302' },
    flow: { untried: 'a person has to sign in' },
  };
  const good = { outcome: 'signed-in', words: 'answers 302' } as const;
  const no = { outcome: 'refused', words: 'answers 302' } as const;
  const flow: FlowSeen = { callback: good, withoutState: no, madeUpState: no, usedState: no, expiredState: no };
  const statusOf = (id: string, change: Partial<SignInSeen>): string | undefined => {
    const seen: OAuthObserved = {
      ...{ kind: 'oauth', status: 'collected', source: 'direct', url: 'http://a', expected: ['google'] },
      ...{ httpStatus: 200, providers: ['google'], searched: 4, leaks: [], signIns: [{ ...one, ...change }] },
    };
    return statuses(judged([seen]))[id];
  };
  const limited = { outcome: 'limited', words: 'answers 429' } as const;

  test.each<[id: string, what: string, change: Partial<SignInSeen>, status: string]>([
    ['start', 'a rate limit', { start: { ...one.start, ...limited } }, 'inconclusive'],
    ['start', '500', { start: { ...one.start, outcome: 'broken', status: 500 } }, 'fail'],
    ['start', '401 of a gateway', { start: { ...one.start, outcome: 'refused', status: 401 } }, 'inconclusive'],
    ['state', 'one start alone', { states: { given: 1, without: 0, leastDiffering: null } }, 'inconclusive'],
    ['redirect', 'a rate limit', { redirects: [{ to: 'x', ...limited, sentThere: false }] }, 'inconclusive'],
    [
      'redirect',
      'a sign-in that begins, and nobody sees its end',
      { redirects: [{ to: 'x', outcome: 'at-provider', words: '302', sentThere: false }] },
      'no-data',
    ],
    ['provider-error', 'no answer', { providerError: { outcome: 'silent', words: 'none' } }, 'inconclusive'],
    [
      'callback',
      'a page without a token',
      { flow: { ...flow, callback: { ...no, outcome: 'unclear' } } },
      'inconclusive',
    ],
    ['state-known', 'a good state that is refused, too', { flow: { ...flow, callback: no } }, 'inconclusive'],
    ['state-once', 'a good state that is refused, too', { flow: { ...flow, callback: no } }, 'inconclusive'],
    [
      'state-once',
      'a server that takes any state',
      { flow: { ...flow, madeUpState: good, usedState: good } },
      'inconclusive',
    ],
    [
      'state-expiry',
      'a state that is not old yet',
      { flow: { ...flow, expiredState: { untried: 'too long' } } },
      'no-data',
    ],
    ['state-expiry', '500', { flow: { ...flow, expiredState: { outcome: 'broken', words: '500' } } }, 'inconclusive'],
  ])('%s: %s', (id, _, change, status) => {
    expect(statusOf(id, change)).toBe(status);
  });
});

describe('a rate limit', () => {
  test('that refuses once is not asked again, and decides nothing', async () => {
    const backend = await FakeBackend.start({
      'GET /api/auth/oauth/google': [{ status: 429, json: {} }],
      'GET /api/auth/oauth/google/callback': [{ status: 429, json: {} }],
      'GET /api/auth/oauth/providers': [{ json: { providers: [{ id: 'google' }] } }],
    });
    const found = statuses(judged(await signInsAt(backend.url, { oauth: 'google' })));
    expect(found).toMatchObject({ start: 'inconclusive', redirect: 'inconclusive', 'provider-error': 'inconclusive' });
    await backend.stop();
  });
});

test.each([401, 429, 503])('an answer of %i instead of the list says nothing', async (status) => {
  const backend = await FakeBackend.start({
    'GET /api/auth/oauth/google': [{ status: 503, json: {} }],
    'GET /api/auth/oauth/providers': [{ status, json: {} }],
  });
  const found = Object.values(statuses(judged(await signInsAt(backend.url, { oauth: 'google' }))));
  expect(new Set(found)).toEqual(new Set(['unavailable']));
  await backend.stop();
});

test('a server that is gone says nothing', async () => {
  expect(await signInsAt('http://127.0.0.1:1', { oauth: 'google' })).toMatchObject([
    { status: 'unavailable', reason: expect.stringContaining('connection refused') },
  ]);
});

test('nobody is asked in a run that names no provider, and its checklist says how to', async () => {
  expect(await signInsAt('http://127.0.0.1:1', {})).toEqual([]);
  const grounds = checklistOf([OAUTH]).filter(({ id }) => /oauth|secrets/.test(id));
  expect(grounds.map(({ ground }) => ('without' in ground ? ground.without : null))).toEqual(
    Array(2).fill('name the sign-in providers that the server has to have: --oauth google,github'),
  );
});

describe('the stand-in provider', () => {
  const tokenFor = async (url: string, fields: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'a', ...fields });
    return (await fetch(`${url}/token`, { method: 'POST', body })).status;
  };
  const codeAt = async (url: string, redirect_uri: string): Promise<string> => {
    const asked = new URLSearchParams({ response_type: 'code', redirect_uri, state: 's' });
    const answer = await fetch(`${url}/authorize?${asked}`, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };

  test('is strict: a code counts once, for its address, and with the secret of the client', async () => {
    const own = await startOAuthProvider({ clientSecret: CANARY });
    onTestFinished(() => own.stop());
    const redirect_uri = 'http://127.0.0.1:1/callback';
    const fields = { redirect_uri, client_secret: CANARY };
    const code = await codeAt(own.url, redirect_uri);
    expect(await tokenFor(own.url, { ...fields, code })).toBe(200);
    expect(await tokenFor(own.url, { ...fields, code })).toBe(400);
    expect(await tokenFor(own.url, { ...fields, code: 'made-up' })).toBe(400);
    const wrong: Readonly<Record<string, string>>[] = [
      { client_secret: 'x' },
      { redirect_uri: 'http://127.0.0.1:1/x' },
    ];
    const answers = wrong.map(async (one) =>
      tokenFor(own.url, { ...fields, ...one, code: await codeAt(own.url, redirect_uri) }),
    );
    expect(await Promise.all(answers)).toEqual([401, 400]);
  });

  test('says so where its port is taken', async () => {
    await expect(startOAuthProvider({ port: Number(new URL(provider.url).port) })).rejects.toThrow(/can't listen on/);
  });
});
