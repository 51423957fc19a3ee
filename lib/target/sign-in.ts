/** The target's sign-in by a provider (OAuth 2.0, authorization code): where it begins, and the callback. It remembers each sign-in that was begun. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answers.ts';
import { failure } from './answers.ts';

export interface SignInOptions {
  /** Has `/authorize`, `/token` and `/userinfo`. */
  readonly providerUrl: string;
  /** Default: as Aragora has it. */
  readonly stateTtlSec?: number;
}

/** What is known of the state that a callback brings. */
export type StateIs = 'good' | 'used' | 'expired' | 'unknown' | 'missing';

/** What the server decides and says during a sign-in. */
export interface SignInSteps {
  newState(): string;
  isAccepted(state: StateIs): boolean;
  isAllowed(redirectUrl: string): boolean;
  /** Where the browser is sent, with what the provider has to know. */
  start(address: URL): Answer;
  /** The provider says that the user did not sign in. */
  refusedByProvider(error: string): Answer;
  /** The user has signed in. */
  finished(redirectUrl: string, accessToken: string): Answer;
}

export interface SignIn {
  /** @param origin of the server, as its client named it. */
  start(provider: string, query: URLSearchParams, origin: string): Answer;
  callback(provider: string, query: URLSearchParams, origin: string): Promise<Answer>;
}

/** Of the reference target; the provider has to know its secret, and nobody else. */
export const REFERENCE_CLIENT = { id: 'aragora-reference', secret: 'reference-client-secret-7f3a9c51' } as const;
const STATE_TTL_SEC = 600;
const MOST_STATES = 10_000;
const AFTER_SIGN_IN = 'http://localhost:3000/auth/callback';
const AFTER_FAILURE = 'http://localhost:3000/auth/error';
const ALLOWED_HOSTS = ['localhost', '127.0.0.1'];

interface Begun {
  readonly redirectUrl: string;
  readonly endsAtMs: number;
  used: boolean;
}

const RIGHT: SignInSteps = {
  newState: () => randomBytes(32).toString('base64url'),
  isAccepted: (state) => state === 'good',
  isAllowed: (redirectUrl) => {
    if (!URL.canParse(redirectUrl)) return false;
    const { protocol, hostname } = new URL(redirectUrl);
    return /^https?:$/.test(protocol) && ALLOWED_HOSTS.includes(hostname);
  },
  start: (address) => redirect(address.href),
  refusedByProvider: (error) => redirect(`${AFTER_FAILURE}?${new URLSearchParams({ error })}`),
  // In the fragment: the query would be written into logs.
  finished: (redirectUrl, accessToken) =>
    redirect(`${redirectUrl}#${new URLSearchParams({ access_token: accessToken })}`),
};

export function createSignIn(
  { providerUrl, stateTtlSec = STATE_TTL_SEC }: SignInOptions,
  edit: (right: SignInSteps) => SignInSteps = (right) => right,
): SignIn {
  const steps = edit(RIGHT);
  const begun = new Map<string, Begun>();
  const stateIs = (state: string | null): StateIs => {
    if (state === null || state === '') return 'missing';
    const known = begun.get(state);
    if (known === undefined) return 'unknown';
    if (known.used) return 'used';
    return Date.now() > known.endsAtMs ? 'expired' : 'good';
  };
  return {
    start: (provider, query, origin) => {
      const redirectUrl = query.get('redirect_url') ?? AFTER_SIGN_IN;
      if (!steps.isAllowed(redirectUrl))
        return failure(400, 'Invalid redirect URL. Only approved domains are allowed.');
      const state = steps.newState();
      begun.set(state, { redirectUrl, endsAtMs: Date.now() + stateTtlSec * 1000, used: false });
      forgetOldest(begun);
      const address = new URL(`${providerUrl}/authorize`);
      const redirect_uri = callbackOf(provider, origin);
      const asked = {
        client_id: REFERENCE_CLIENT.id,
        redirect_uri,
        response_type: 'code',
        scope: 'openid email',
        state,
      };
      for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
      return steps.start(address);
    },
    callback: async (provider, query, origin) => {
      const error = query.get('error');
      if (error !== null) return steps.refusedByProvider(error);
      const state = query.get('state');
      if (!steps.isAccepted(stateIs(state))) return refused('Invalid or expired state');
      const known = begun.get(state ?? '');
      if (known !== undefined) known.used = true;
      const token = await tokenFor(query.get('code'), providerUrl, callbackOf(provider, origin));
      return token === null
        ? refused('Failed to exchange authorization code')
        : steps.finished(known?.redirectUrl ?? AFTER_SIGN_IN, token);
    },
  };
}

/** @param signIn absent: none is configured. */
export async function answerSignIn(
  signIn: SignIn | undefined,
  { url, headers: { host } }: IncomingMessage,
): Promise<Answer> {
  const origin = `http://${host}`;
  const { pathname, searchParams } = new URL(url ?? '/', origin);
  // /api/auth/oauth/{provider}[/callback]
  const [provider = '', step] = pathname.split('/').slice(4);
  if (signIn === undefined) return failure(503, `${provider} OAuth not configured`);
  return step === undefined
    ? signIn.start(provider, searchParams, origin)
    : signIn.callback(provider, searchParams, origin);
}

function forgetOldest(begun: Map<string, Begun>): void {
  const [oldest] = begun.keys();
  if (begun.size > MOST_STATES && oldest !== undefined) begun.delete(oldest);
}

const callbackOf = (provider: string, origin: string): string => `${origin}/api/auth/oauth/${provider}/callback`;

/** A session's token of the server; null where the provider does not accept the code, or is not there. */
async function tokenFor(code: string | null, providerUrl: string, redirectUri: string): Promise<string | null> {
  try {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: redirectUri,
      client_id: REFERENCE_CLIENT.id,
      client_secret: REFERENCE_CLIENT.secret,
    });
    const tokens = await fetch(`${providerUrl}/token`, { method: 'POST', body });
    if (!tokens.ok) return null;
    const { access_token: accessToken } = (await tokens.json()) as { readonly access_token?: string };
    const user = await fetch(`${providerUrl}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
    return user.ok ? `session-${randomBytes(16).toString('hex')}` : null;
  } catch {
    return null; // The provider is not there: the answer says that the sign-in failed.
  }
}

const refused = (error: string): Answer => redirect(`${AFTER_FAILURE}?${new URLSearchParams({ error })}`);

export function redirect(location: string): Answer {
  return { status: 302, body: '', location };
}
