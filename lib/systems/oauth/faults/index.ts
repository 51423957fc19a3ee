/** Carries out each fault, and has the named breaks. */
import { breakBy, carriedOut } from '../../../target/break.ts';
import type { Distortion } from '../../../target/distortion.ts';
import { REFERENCE_CLIENT, redirect, type SignInSteps } from '../../../target/sign-in.ts';
import { PROVIDERS_PATH } from '../observation.ts';
import type { OAuthFault } from './faults.ts';

function distortionOf(fault: OAuthFault): Distortion {
  if (fault.kind !== 'list') return { signIn: (right) => ({ ...right, ...changed(fault, right) }) };
  const { status, body } = fault;
  return { answer: (right, { path }) => (path === PROVIDERS_PATH ? { status, body } : right) };
}

function changed(fault: Exclude<OAuthFault, { kind: 'list' }>, right: SignInSteps): Partial<SignInSteps> {
  switch (fault.kind) {
    case 'start-without-redirect':
      return { start: (address) => ({ status: 200, body: JSON.stringify({ path: address.pathname }) }) };
    case 'start-lacks':
      return started(right, (address) => address.searchParams.delete(fault.parameter));
    case 'state':
      return stateChanged(fault.how, right);
    case 'accepted':
      return { isAccepted: (state) => state === fault.state || right.isAccepted(state) };
    case 'allowed':
      return {
        isAllowed: (redirectUrl) =>
          fault.how === 'any' ||
          /^https?:\/\/(localhost|127\.0\.0\.1)/.test(redirectUrl) ||
          right.isAllowed(redirectUrl),
      };
    case 'callback-refused':
      return { finished: () => right.refusedByProvider('no such user') };
    case 'provider-error-500':
      return { refusedByProvider: () => ({ status: 500, body: '{"error":"Internal server error"}' }) };
    case 'secret-in-start':
      return started(right, (address) => address.searchParams.set('client_secret', REFERENCE_CLIENT.secret));
    case 'token-in-query':
      return { finished: (redirectUrl, token) => redirect(`${redirectUrl}?access_token=${token}`) };
  }
}

function started(right: SignInSteps, change: (address: URL) => void): Partial<SignInSteps> {
  return {
    start: (address) => {
      change(address);
      return right.start(address);
    },
  };
}

function stateChanged(how: 'same' | 'counted' | 'none', right: SignInSteps): Partial<SignInSteps> {
  switch (how) {
    case 'none':
      return started(right, (address) => address.searchParams.delete('state'));
    case 'same':
      return { newState: () => 'a-state-that-is-always-the-same' };
    case 'counted': {
      let count = 0;
      return {
        newState: () => {
          count += 1;
          return `state-of-sign-in-${String(count).padStart(12, '0')}`;
        },
      };
    }
  }
}

const BREAKS: readonly (readonly [name: string, finding: string, description: string, OAuthFault])[] = [
  [
    'providers.one-missing',
    'providers',
    'github is not among the sign-in providers',
    { kind: 'list', status: 200, body: '{"providers":[{"id":"google"}]}' },
  ],
  [
    'providers.no-list',
    'providers',
    'there is no list of sign-in providers',
    { kind: 'list', status: 404, body: '{"error":"Not found"}' },
  ],
  [
    'secrets.not-loaded',
    'secrets-loaded',
    'no secret was loaded, so there is no sign-in provider',
    { kind: 'list', status: 200, body: '{"providers":[]}' },
  ],
  ['start.no-redirect', 'start', 'a sign-in begins with an answer of its own', { kind: 'start-without-redirect' }],
  [
    'start.no-client',
    'start',
    'the redirect does not name the client',
    { kind: 'start-lacks', parameter: 'client_id' },
  ],
  ['state.same', 'state', 'every sign-in has the same state', { kind: 'state', how: 'same' }],
  ['state.counted', 'state', 'states are counted up', { kind: 'state', how: 'counted' }],
  ['state.none', 'state', 'a sign-in begins without a state', { kind: 'state', how: 'none' }],
  ['state-known.none', 'state-known', 'a callback needs no state', { kind: 'accepted', state: 'missing' }],
  [
    'state-known.any',
    'state-known',
    'a callback accepts a state that was never given',
    { kind: 'accepted', state: 'unknown' },
  ],
  ['state-once.twice', 'state-once', 'a state counts more than once', { kind: 'accepted', state: 'used' }],
  ['state-expiry.never', 'state-expiry', 'a state never expires', { kind: 'accepted', state: 'expired' }],
  ['redirect.any', 'redirect', 'a sign-in may end anywhere', { kind: 'allowed', how: 'any' }],
  [
    'redirect.begins-alike',
    'redirect',
    'a sign-in may end at every address that begins like an allowed one',
    { kind: 'allowed', how: 'begins-alike' },
  ],
  ['callback.refused', 'callback', 'nobody is signed in', { kind: 'callback-refused' }],
  [
    'provider-error.status-500',
    'provider-error',
    "a provider's refusal is answered with 500",
    { kind: 'provider-error-500' },
  ],
  [
    'no-secrets.client-secret',
    'no-secrets',
    "the browser is sent to the provider with the client's secret",
    { kind: 'secret-in-start' },
  ],
  ['no-secrets.token-in-query', 'no-secrets', 'the session is in the query of an address', { kind: 'token-in-query' }],
];

export const OAUTH_BREAKS = carriedOut(
  BREAKS.map(([name, finding, description, fault]) => ({
    ...breakBy<OAuthFault>(`oauth.${name}`, `oauth.${finding}`, description, fault),
    asks: { oauth: 'google,github' },
  })),
  distortionOf,
);
