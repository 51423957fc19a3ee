/** Asks the server once, after the load, which sign-in providers it has. Only their ids are kept. */
import type { Observation, Unavailable } from '../../../core/observation.ts';
import { withToken } from '../../../http/access.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { OAUTH_OPTIONS, OAuthObserved } from '../system.ts';
import { PROVIDERS_PATH } from '../system.ts';

/** It needs credentials, or it refuses because of the load: neither says anything about its providers. */
const DECIDES_NOTHING = [401, 403, 408, 429, 502, 503, 504];

export function observeOAuth(context: ObserveContext): Observer {
  const { oauth }: OptionValues<typeof OAUTH_OPTIONS> = context.options;
  if (oauth === undefined) return { collect: async () => [] };
  let target = '';
  return {
    before: async ({ httpUrl }) => {
      target = httpUrl.replace(/\/+$/, '');
    },
    collect: async () => [],
    after: async () => [await providersOf(`${target}${PROVIDERS_PATH}`, oauth.split(','), context)],
  };
}

async function providersOf(
  url: string,
  expected: readonly string[],
  { token, tls, signal }: ObserveContext,
): Promise<Observation> {
  const answer = await fetchJson(url, { ...withToken(token, tls), signal });
  if (!answer.ok && (answer.status === null || DECIDES_NOTHING.includes(answer.status))) return unavailable(answer);
  const seen: OAuthObserved = {
    ...{ kind: 'oauth', status: 'collected', source: 'direct', url, expected },
    httpStatus: answer.status ?? 0,
    providers: answer.ok ? idsIn(answer.data) : null,
  };
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
