/** One question by HTTP, as the load will ask it: with the token, and to the same path with a slash at its end if the server says so. */
import { SloError } from '../core/error.ts';
import { type HttpRequest, type HttpResponse, type HttpTrouble, send } from '../http/client.ts';
import type { Trouble, TroubleKind } from '../http/trouble.ts';
import { type Answered, slashed } from './answers.ts';
import { proxyOf } from './proxy.ts';
import type { Wanted } from './question.ts';
import { withoutToken } from './said.ts';

/** Throws only the signal's reason. */
export async function ask(url: string, request: HttpRequest): Promise<Answered | HttpTrouble> {
  const hasToken = request.auth !== undefined;
  const token = request.auth?.kind === 'bearer' ? request.auth.token : undefined;
  const named = (to: string, answer: HttpResponse | HttpTrouble): Answered | HttpTrouble =>
    'trouble' in answer ? answer : { ...answer, text: withoutToken(answer.text, token), url: to, hasToken };
  const first = named(url, await send(url, request));
  const again = 'trouble' in first ? undefined : slashed(first);
  return again === undefined ? first : named(again, await send(again, request));
}

/** Somebody is there. */
const HEARD: ReadonlySet<TroubleKind> = new Set(['reset', 'closed', 'no-answer', 'no-end', 'not-http', 'unreadable']);

/** @throws SloError always: nothing answers there. */
export function unreachableTarget(wanted: Wanted, url: string, { trouble, cause }: HttpTrouble): never {
  const hint = hintOf(trouble, wanted);
  throw new SloError('target-unreachable', `nothing to measure at ${url}: ${trouble.words}`, { hint, cause });
}

function hintOf({ kind }: Trouble, wanted: Wanted): string {
  if (kind === 'tls' && wanted.tls?.caPem === undefined)
    return 'name the authority that signed its certificate with --ca FILE, and check whether it is http or https';
  if (kind === 'tls') return 'did the authority of --ca sign its certificate, and for this name? Is it https at all?';
  if (HEARD.has(kind))
    return 'something takes the connection there: is it an Aragora, is it http or https, and does it answer others?';
  const proxy = proxyOf(wanted.httpUrl, wanted.env);
  const usual = 'is the server running there? aragora-slo target starts a reference one';
  return proxy === undefined ? usual : `${proxy} is set, but a load never goes through a proxy; ${usual}`;
}
