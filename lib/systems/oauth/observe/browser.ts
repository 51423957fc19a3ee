/** Asks as a browser does that signs in, one step at a time, and says what an answer means. It never leaves the server and the stand-in provider. */
import type { HttpTls } from '../../../http/access.ts';
import { type HttpResponse, type HttpTrouble, send } from '../../../http/client.ts';
import type { Answered } from '../observation.ts';

export interface Seen extends Answered {
  /** Where the browser is sent; null: nowhere. */
  readonly location: URL | null;
  /** The first cookie that it is given. */
  readonly cookie: string | null;
  /** null: no answer came. */
  readonly status: number | null;
}

export interface BrowserOptions {
  /** Of the server, without a slash at its end. */
  readonly base: string;
  readonly tls: HttpTls | undefined;
  /** What only the server and its provider know. */
  readonly clientSecret: string | null;
  readonly signal: AbortSignal;
}

const LIMITED: Seen = {
  outcome: 'limited',
  words: 'was not asked again: a rate limit had refused (429)',
  location: null,
  cookie: null,
  status: 429,
};
/** Each stands in a query only by mistake: queries are written into logs. */
const SECRET_PARAMETERS = ['client_secret', 'access_token', 'refresh_token', 'id_token'];
const SIGNED_IN = /^(access_token|token|id_token|session|jwt)$/;

export class Browser {
  readonly #options: BrowserOptions;
  readonly #leaks = new Set<string>();
  /** Kinds of requests that a rate limit refused: a limit may grow with each further try, and hit others behind the same address. */
  readonly #limited = new Set<string>();

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  searched = 0;

  get leaks(): readonly string[] {
    return [...this.#leaks];
  }

  /** @param path with its query. */
  async ask(path: string, cookie: string | null = null): Promise<Seen> {
    const kind = /callback/.test(path) ? 'callback' : 'start';
    if (this.#limited.has(kind)) return LIMITED;
    const { base, tls, signal } = this.#options;
    const headers = cookie === null ? {} : { cookie };
    const answer = await send(base + path, { ...(tls && { tls }), headers, keep: 'set-cookie', signal });
    const seen = seenIn(answer, base);
    if (seen.outcome === 'limited') this.#limited.add(kind);
    if (!('trouble' in answer)) this.#search(path.split('?')[0] ?? path, answer, seen.location);
    return seen;
  }

  /** Goes to the stand-in provider, and from there back to the server. */
  async signInAt(authorize: URL, cookie: string | null): Promise<Seen> {
    const answer = await send(authorize, { signal: this.#options.signal });
    if ('trouble' in answer || answer.location === undefined) {
      const what = 'trouble' in answer ? answer.trouble.words : `answers ${answer.status}`;
      return {
        outcome: 'silent',
        words: `has no answer of the stand-in provider: ${what}`,
        location: null,
        cookie: null,
        status: null,
      };
    }
    const { pathname, search } = new URL(answer.location, authorize);
    return this.ask(pathname + search, cookie);
  }

  #search(path: string, { text }: HttpResponse, location: URL | null): void {
    const { clientSecret } = this.#options;
    this.searched += 1;
    const asked = `${location?.href ?? ''} ${text}`;
    for (const name of SECRET_PARAMETERS)
      if (location?.searchParams.has(name)) this.#leaks.add(`${name} in the query to which ${path} redirects`);
    if (clientSecret !== null && asked.includes(clientSecret))
      this.#leaks.add(`the client's secret in the answer of ${path}`);
    else if (/client_secret["']?\s*[:=]/.test(text)) this.#leaks.add(`a client_secret in the answer of ${path}`);
  }
}

function seenIn(answer: HttpResponse | HttpTrouble, base: string): Seen {
  if ('trouble' in answer)
    return {
      outcome: 'silent',
      words: `has no answer: ${answer.trouble.words}`,
      location: null,
      cookie: null,
      status: null,
    };
  const { status } = answer;
  const isTo = answer.location !== undefined && status >= 300 && status < 400;
  const location = isTo && URL.canParse(answer.location, base) ? new URL(answer.location, base) : null;
  const cookie = answer.kept?.split(';')[0] ?? null;
  const to = location === null ? '' : ` and redirects to ${location.host}${location.pathname}`;
  const words = `answers ${status}${to}`;
  return { outcome: outcomeOf(status, location, answer), words, location, cookie, status };
}

function outcomeOf(status: number, location: URL | null, { kept, text }: HttpResponse): Seen['outcome'] {
  if (status === 429) return 'limited';
  // From a proxy, or for want of a worker: they say nothing of the sign-in.
  if ([502, 503, 504].includes(status)) return 'silent';
  if (status >= 500) return 'broken';
  if (status >= 400) return 'refused';
  if (location === null) return /"access_token"/.test(text) ? 'signed-in' : 'unclear';
  const said = [...location.searchParams, ...new URLSearchParams(location.hash.slice(1))].map(([name]) => name);
  if (said.includes('error')) return 'refused';
  if (said.includes('client_id') || said.includes('redirect_uri')) return 'at-provider';
  return said.some((name) => SIGNED_IN.test(name)) || kept !== undefined ? 'signed-in' : 'unclear';
}
