/** What an answer before the load says of the set-up: for each kind, what is wrong and what to do. Pure. */
import { slashRedirect } from '../core/slash.ts';
import { shownUrl } from '../http/backend.ts';
import type { HttpResponse } from '../http/client.ts';
import { saidIn } from './said.ts';

/** An answer, and to what. */
export interface Answered extends HttpResponse {
  readonly url: string;
  readonly hasToken: boolean;
}

export interface Cause {
  /** Follows the address: `answers 404: …`. */
  readonly words: string;
  readonly fix: string;
  /** Something else is at this address: another one is needed. */
  readonly isOfPlace?: true;
}

const ISSUED = 'a token that this server issued (docs/real-server.md)';

interface Rule {
  readonly holds: (answer: Answered) => boolean;
  readonly cause: (answer: Answered) => Cause;
}

const status =
  (...of: readonly number[]) =>
  (answer: Answered): boolean =>
    of.includes(answer.status);

/** The first that holds is the cause. Of any of these a load would only measure the set-up. */
const RULES: readonly Rule[] = [
  {
    holds: (answer) => status(401, 403)(answer) && !answer.hasToken,
    cause: ({ status, text }) => ({
      words: `answers ${status}${saidIn(text)}: it asks for a token`,
      fix: `set ARAGORA_API_TOKEN to ${ISSUED}`,
    }),
  },
  {
    holds: status(401),
    cause: ({ text }) => ({
      words: `answers 401${saidIn(text)}: it does not accept the token of ARAGORA_API_TOKEN`,
      fix: `is it ${ISSUED}, and still valid? The value of its own setting ARAGORA_API_TOKEN is none`,
    }),
  },
  {
    holds: status(403),
    cause: ({ text }) => ({
      words: `answers 403${saidIn(text)}: it knows who asks by the token of ARAGORA_API_TOKEN, and does not allow it`,
      fix: 'take a token that may do this (docs/real-server.md)',
    }),
  },
  {
    holds: status(404),
    cause: () => ({
      words: 'answers 404: this path is not there',
      isOfPlace: true,
      fix: 'is this the address of an Aragora, with all of its path? If this release has no such path, choose a profile without it',
    }),
  },
  {
    holds: status(429),
    cause: ({ text }) => ({
      words: `answers 429${saidIn(text)}: a rate limit refuses it before there is any load`,
      fix: 'switch the rate limit off for the test (docs/real-server.md), or wait until it lets requests pass',
    }),
  },
  {
    holds: ({ status, location }) => status >= 300 && status < 400 && location !== undefined,
    cause: ({ url, status, location = '' }) => ({
      words: `answers ${status}: it redirects to ${shownTo(location, url)}, and redirects are not followed`,
      isOfPlace: true,
      fix: 'name the address that answers by itself, or the token without which it sends people to a login',
    }),
  },
  {
    holds: isPage,
    cause: ({ status }) => ({
      words: `answers ${status} with a web page (HTML)`,
      isOfPlace: true,
      fix: 'is this the address of the API, and not of a user interface, a login or a proxy?',
    }),
  },
];

/** Many pages begin without a doctype. An error that comes as a fragment of HTML may be the server's own. */
function isPage({ status, contentType, text }: Answered): boolean {
  const saysSo = status < 400 && /^\s*text\/html\b/i.test(contentType);
  return /^\s*<(!doctype|html|head|body)\b/i.test(text) || (saysSo && /^\s*</.test(text));
}

/** Why this answer is one of the set-up; undefined where it is the server's own, good or bad. */
export function causeOf(answer: Answered): Cause | undefined {
  return RULES.find(({ holds }) => holds(answer))?.cause(answer);
}

/** Where the same request finds its answer, if it is only the slash at the end that differs. */
export function slashed({ url, status, location }: Answered): string | undefined {
  return slashRedirect({ method: 'GET', url, status, location });
}

function shownTo(location: string, url: string): string {
  return URL.canParse(location, url) ? shownUrl(new URL(location, url)) : 'an address that is none';
}
