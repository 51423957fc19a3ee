/** What the harness sees of signing in at a server. */
import type { HttpAccess } from '../../lib/http/access.ts';
import type { ObserveContext } from '../../lib/observe/observer.ts';
import type { OAuthObservation } from '../../lib/systems/oauth/observation.ts';
import { observeOAuth } from '../../lib/systems/oauth/observe/observer.ts';
import { factsOf } from './judged.ts';

/** @param options as a run has them. */
export async function signInsAt(
  httpUrl: string,
  options: Readonly<Record<string, unknown>>,
  access: HttpAccess = {},
): Promise<readonly OAuthObservation[]> {
  const given = { options, embedded: false, token: undefined, tls: access.tls };
  const observer = await observeOAuth({ ...given, signal: new AbortController().signal } as unknown as ObserveContext);
  await observer.before?.({ httpUrl, wsUrl: '', subprotocol: '', distinctClients: false, debateId: null });
  const { load, recording } = factsOf([], {});
  const measured = { load, recording, started: {} };
  const seen = [...(await observer.collect(measured)), ...((await observer.after?.(measured)) ?? [])];
  await observer.close?.();
  return seen as readonly OAuthObservation[];
}
