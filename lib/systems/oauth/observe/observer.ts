/**
 * Asks the server after the load which sign-in providers it has, and tries to sign in. One sign-in of each is begun before the load, so that
 * it may have expired by then. The embedded target gets a stand-in provider.
 */
import type { Unavailable } from '../../../core/observation.ts';
import { withToken } from '../../../http/access.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { OAuthProvider } from '../../../stack/oauth-provider.ts';
import { REFERENCE_CLIENT } from '../../../target/sign-in.ts';
import { type OAuthObservation, PROVIDERS_PATH, type SignInSeen } from '../observation.ts';
import type { OAUTH_OPTIONS } from '../options.ts';
import { Browser } from './browser.ts';
import { type Begun, startPath, trySignIn } from './sign-in.ts';

/** It needs credentials, or it refuses because of the load: neither says anything about its providers. */
const DECIDES_NOTHING = [401, 403, 408, 429, 502, 503, 504];
/** Of the embedded target: over when a usual load ends. */
export const EMBEDDED_TTL_SEC = 15;

type Options = OptionValues<typeof OAUTH_OPTIONS>;

/** What is known of a run's server. */
interface Asking {
  readonly context: ObserveContext;
  readonly expected: readonly string[];
  /** Without a slash at its end. */
  readonly target: string;
  readonly standIn: URL | undefined;
  readonly stateTtlSec: number | undefined;
  readonly browser: Browser;
  /** By provider. */
  readonly early: ReadonlyMap<string, Begun>;
}

export async function observeOAuth(context: ObserveContext): Promise<Observer> {
  const { oauth, oauthProvider, oauthStateTtl }: Options = context.options;
  if (oauth === undefined) return { collect: async () => [] };
  const { embedded } = context;
  const started = embedded ? await startStandIn() : undefined;
  const standIn = started?.url ?? oauthProvider;
  const expected = oauth.split(',');
  let asking: Asking | undefined;
  return {
    ...(started !== undefined && {
      targetArgs: ['--oauth-provider', started.url, '--oauth-state-ttl', `${EMBEDDED_TTL_SEC}`],
    }),
    before: async ({ httpUrl }) => {
      const target = httpUrl.replace(/\/+$/, '');
      const { tls, signal } = context;
      const clientSecret = embedded ? REFERENCE_CLIENT.secret : null;
      const browser = new Browser({ base: target, tls, signal, clientSecret });
      const early = await begin(expected, browser);
      const stateTtlSec = embedded ? EMBEDDED_TTL_SEC : oauthStateTtl;
      asking = {
        context,
        expected,
        target,
        browser,
        standIn: standIn === undefined ? undefined : new URL(standIn),
        stateTtlSec,
        early,
      };
    },
    collect: async () => [],
    after: async () => (asking === undefined ? [] : [await observed(asking)]),
    close: async () => started?.stop(),
  };
}

async function startStandIn(): Promise<OAuthProvider> {
  // A run that does not ask for it does not load it.
  const { startOAuthProvider } = await import('../../../stack/oauth-provider.ts');
  return startOAuthProvider({ clientSecret: REFERENCE_CLIENT.secret });
}

/** Without the token: whoever signs in has none yet. */
async function begin(expected: readonly string[], browser: Browser): Promise<Asking['early']> {
  const early = new Map<string, Begun>();
  for (const provider of expected) {
    const atMs = Date.now();
    early.set(provider, { atMs, seen: await browser.ask(startPath(provider)) });
  }
  return early;
}

async function observed(asking: Asking): Promise<OAuthObservation> {
  const { context, expected, target } = asking;
  const url = `${target}${PROVIDERS_PATH}`;
  const answer = await fetchJson(url, { ...withToken(context.token, context.tls), signal: context.signal });
  if (!answer.ok && (answer.status === null || DECIDES_NOTHING.includes(answer.status))) return unavailable(answer);
  const providers = answer.ok ? idsIn(answer.data) : null;
  return {
    ...{ kind: 'oauth', status: 'collected', source: 'direct', url, expected },
    httpStatus: answer.status ?? 0,
    providers,
    signIns: await signIns(asking, providers ?? []),
    searched: asking.browser.searched,
    leaks: asking.browser.leaks,
  };
}

/** One after the other: a server may limit how often somebody begins. */
async function signIns(
  { context, expected, target, browser, standIn, stateTtlSec, early }: Asking,
  named: readonly string[],
): Promise<SignInSeen[]> {
  const seen: SignInSeen[] = [];
  for (const provider of expected.filter((id) => named.includes(id))) {
    const begun = early.get(provider);
    if (begun === undefined) continue;
    const { hostname: host } = new URL(target);
    const { signal } = context;
    seen.push(await trySignIn({ browser, provider, early: begun, standIn, stateTtlSec, host, signal }));
  }
  return seen;
}

function unavailable({ reason, hint }: HttpFailure): Unavailable<'oauth'> {
  return { kind: 'oauth', status: 'unavailable', source: 'direct', reason, hint };
}

/** null where it has no list. */
function idsIn(data: unknown): string[] | null {
  const { providers } = Object(data) as { readonly providers?: unknown };
  if (!Array.isArray(providers)) return null;
  return providers.flatMap((one: unknown) => {
    const { id } = Object(one) as { readonly id?: unknown };
    return typeof id === 'string' ? [id] : [];
  });
}
