/**
 * How evidence is requested from a backend or from the server: the text or JSON of a 2xx answer, else a reason with a hint. No reason
 * contains a credential.
 */
import { unreachable } from '../core/error.ts';
import { type HttpRequest, type HttpTrouble, methodOf, send } from './client.ts';
import { exchangeText, type Trouble } from './trouble.ts';

export interface HttpAnswer {
  readonly ok: true;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface JsonAnswer {
  readonly ok: true;
  readonly status: number;
  /** Parsed; its shape is not checked. */
  readonly data: unknown;
}

/** Fits into `Unavailable`. */
export interface HttpFailure {
  readonly ok: false;
  /** Status of the answer; null when none came. */
  readonly status: number | null;
  /** One sentence, for example `GET http://loki:3100/ready answers 503: "ingester not ready"`. */
  readonly reason: string;
  readonly hint: string;
}

const SHOWN_CHARS = 120;

/** The text of a 2xx answer. Redirects are not followed: a backend's API has none, a login page does. Throws only `signal`'s reason. */
export async function fetchText(url: string | URL, request: HttpRequest = {}): Promise<HttpAnswer | HttpFailure> {
  const address = new URL(url);
  const asked = `${methodOf(request)} ${shownUrl(address)}`;
  const answer = await send(address, request);
  if ('trouble' in answer) return unanswered(asked, answer);
  const { status, contentType, text } = answer;
  if (status >= 200 && status < 300) return { ok: true, status, contentType, text };
  return refused(asked, { ...answer, hadAuth: request.auth !== undefined });
}

/** The JSON of a 2xx answer. An answer that is HTML, empty or not JSON is a failure that says so. Throws only `signal`'s reason. */
export async function fetchJson(url: string | URL, request: HttpRequest = {}): Promise<JsonAnswer | HttpFailure> {
  const answer = await fetchText(url, { ...request, headers: { accept: 'application/json', ...request.headers } });
  if (!answer.ok) return answer;
  const { status, text, contentType } = answer;
  try {
    return { ok: true, status, data: JSON.parse(text) as unknown };
  } catch {
    const what = isHtml(contentType, text) ? 'HTML, not JSON' : `no JSON: ${quoted(text)}`;
    const reason = `${methodOf(request)} ${shownUrl(new URL(url))} answers ${what}`;
    return { ok: false, status, reason, hint: WRONG_PLACE };
  }
}

const WRONG_PLACE = "is this the address of the backend's API, and not of a login page, a user interface or a proxy?";

/** Without user, password, query and fragment, because each may contain a credential. */
export function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}

function isHtml(contentType: string, text: string): boolean {
  return contentType.includes('text/html') || /^\s*<(!doctype|html)/i.test(text);
}

function quoted(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line === '' ? 'an empty body' : JSON.stringify(line.slice(0, SHOWN_CHARS));
}

/** The words in the JSON of a refusal: Prometheus uses `error`, Jaeger `errors`, Elasticsearch `error.root_cause`; null for other text. */
export function complaintOf(text: string): string | null {
  let at: unknown;
  try {
    at = JSON.parse(text);
  } catch {
    return null;
  }
  for (;;) {
    if (typeof at === 'string') return at;
    if (typeof at !== 'object' || at === null) return null;
    const fields: Readonly<Record<string, unknown>> = { ...at };
    at = COMPLAINT_FIELDS.map((name) => fields[name]).find((value) => value !== undefined && !isEmptyList(value));
  }
}

/** The most useful first. `0`: the first of a list. */
const COMPLAINT_FIELDS = ['error', 'errors', 'root_cause', 'reason', 'message', 'msg', 'detail', '0'] as const;

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
  readonly hadAuth: boolean;
}

function refused(asked: string, { status, text, location, hadAuth }: Refusal): HttpFailure {
  const failure = (reason: string, hint: string): HttpFailure => ({
    ok: false,
    status,
    reason: `${asked} ${reason}`,
    hint,
  });
  if (status === 401 || status === 403) {
    if (hadAuth)
      return failure(`answers ${status}: it refuses the credentials given`, 'check the token or the user and password');
    return failure(
      `answers ${status}: it needs credentials`,
      'give it a token, or a user and password: see "Credentials" in --help',
    );
  }
  if (location !== undefined) {
    const to = URL.canParse(location) ? shownUrl(new URL(location)) : (location.split('?')[0] ?? '');
    return failure(`answers ${status}: it redirects to ${to}`, WRONG_PLACE);
  }
  const said = text.trim() === '' || isHtml('', text) ? '' : `: ${quoted(complaintOf(text) ?? text)}`;
  return failure(`answers ${status}${said}`, status >= 500 ? UNWELL : status === 429 ? LIMITED : WRONG_PLACE);
}

const UNWELL = 'is it healthy, and has it finished starting? Its log may say why';
const LIMITED = 'a rate limit refuses it: raise the limit for this client, or switch it off for the test';

function unanswered(asked: string, { trouble, status }: HttpTrouble): HttpFailure {
  return { ok: false, status: null, reason: `${asked} ${exchangeText(trouble, status)}`, hint: hintOf(trouble) };
}

/** Nothing takes the connection. */
export const NOT_RUNNING = 'is it running, and is this its port?';

function hintOf({ kind }: Trouble): string {
  switch (kind) {
    case 'refused':
      return NOT_RUNNING;
    case 'unknown-host':
      return 'check the address';
    case 'reset':
    case 'closed':
    case 'no-connection':
    case 'no-answer':
    case 'no-end':
      return 'is it overloaded, or does a firewall swallow the connection?';
    case 'client-certificate':
      return 'give it one that it knows: --backend-cert FILE and --backend-key FILE';
    case 'tls':
      return 'name the authority that signed its certificate (--backend-ca FILE), and check whether it is http or https';
    case 'too-large':
    case 'unreadable':
      return 'check the address: does something else answer there?';
    case 'not-http':
    case 'other':
      return 'check the address, and whether the backend is running';
    default:
      return unreachable(kind);
  }
}
