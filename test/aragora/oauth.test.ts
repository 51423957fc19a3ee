/** Signing in at the real Aragora: by Google and GitHub as far as nobody has to sign in, and by `oidc` at a stand-in, because those have fixed addresses. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OAuthProvider, startOAuthProvider } from '../../lib/stack/oauth-provider.ts';
import { OAUTH } from '../../lib/systems/oauth/system.ts';
import { judgeObserved } from '../support/judge-system.ts';
import { signInsAt } from '../support/oauth-run.ts';
import { type Aragora, startAragora } from './server.ts';

const SECRET = 'client-secret-of-the-test-5d1c';
const TTL_SEC = 8;
const START_MS = 600_000;

let provider: OAuthProvider;
let server: Aragora;
beforeAll(async () => {
  provider = await startOAuthProvider({ clientSecret: SECRET });
  server = await startAragora({
    env: {
      OIDC_ISSUER: provider.url,
      OIDC_CLIENT_ID: 'aragora',
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_REDIRECT_URI: 'http://localhost:8080/api/auth/oauth/oidc/callback',
      GOOGLE_OAUTH_CLIENT_ID: 'google-client',
      GITHUB_OAUTH_CLIENT_ID: 'github-client',
      OAUTH_STATE_TTL_SECONDS: `${TTL_SEC}`,
      ARAGORA_OAUTH_AUTH_START_LIMIT: '1500',
      ARAGORA_OAUTH_CALLBACK_LIMIT: '1500',
      ARAGORA_JWT_SECRET: 'any-secret-of-at-least-thirty-two-characters',
    },
  });
}, START_MS);
afterAll(async () => {
  await server?.stop();
  await provider?.stop();
});

async function wordsOf(options: Readonly<Record<string, unknown>>) {
  const seen = await signInsAt(server.httpUrl, options);
  expect(JSON.stringify(seen)).not.toMatch(/state=|code=|access_token=/);
  const findings = judgeObserved(OAUTH, seen).map(({ id, status, summary }) => [
    id.replace('oauth.', ''),
    `${status}: ${summary}`,
  ]);
  return Object.fromEntries(findings) as Readonly<Record<string, string>>;
}

const WITHOUT_A_PERSON = {
  providers: 'pass: it names google, github, oidc',
  'secrets-loaded': 'pass: it names 3 providers',
  state: expect.stringMatching(/^pass: .*differ in \d{2,} characters/),
  redirect: expect.stringMatching(/^pass: .*none of 3 addresses of others is accepted/),
  'provider-error': expect.stringMatching(/^pass: .*redirects to localhost:3000\/auth\/error/),
  'no-secrets': expect.stringMatching(/^pass: in none of \d+ answers/),
};

test('a sign-in by Google and GitHub begins as promised; whether it ends nobody can see', async () => {
  const person = expect.stringMatching(/^no-data: .*a person has to sign in/);
  expect(await wordsOf({ oauth: 'google,github' })).toEqual({
    ...WITHOUT_A_PERSON,
    start: 'pass: google: begins at accounts.google.com; github: begins at github.com',
    ...{ callback: person, 'state-known': person, 'state-once': person, 'state-expiry': person },
  });
});

/** 'coroutine' object has no attribute 'get': this release does not await what it has read of the provider. */
test('a sign-in by OpenID Connect begins, and its callback fails with 500', async () => {
  const open = expect.stringMatching(/^inconclusive: .*a good state does not sign in either: it answers 500/);
  expect(await wordsOf({ oauth: 'oidc', oauthProvider: provider.url, oauthStateTtl: TTL_SEC })).toEqual({
    ...WITHOUT_A_PERSON,
    start: `pass: oidc: begins at ${new URL(provider.url).host}`,
    callback: 'fail: oidc: the callback answers 500 to a good code and state',
    ...{ 'state-known': open, 'state-once': open, 'state-expiry': open },
  });
});
