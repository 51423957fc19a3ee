/**
 * Asks for evidence over HTTP: credentials, TLS, a deadline, a limit on the answer's size, and a reason with a hint when no answer comes. A
 * reason never contains a credential.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { HttpAccess, HttpAuth } from '../core/http-access.ts';

export type { HttpAccess };

export interface HttpRequest extends HttpAccess {
  /** Default GET; POST when there is a body. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; name its content-type in `headers`. */
  readonly body?: string;
  /** From the call to the last byte of the answer; default 10,000. */
  readonly timeoutMs?: number;
  /** Larger answers are refused; default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

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

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
const SHOWN_CHARS = 120;

/** The text of a 2xx answer. Redirects are not followed: a backend's API has none, a login page does. Throws only `signal`'s reason. */
export async function fetchText(url: string | URL, request: HttpRequest = {}): Promise<HttpAnswer | HttpFailure> {
  request.signal?.throwIfAborted();
  const address = new URL(url);
  const asked = `${methodOf(request)} ${shownUrl(address)}`;
  const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
  try {
    const response = await send(address, request, signal);
    const text = await readText(response, request.maxBytes ?? MAX_BYTES);
    const [status, contentType] = [response.statusCode ?? 0, response.headers['content-type'] ?? ''];
    if (status >= 200 && status < 300) return { ok: true, status, contentType, text };
    return refused(asked, status, text, response.headers.location, request.auth !== undefined);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    if (deadline.aborted) return unanswered(asked, `did not answer within ${timeoutMs / 1000} s`, BUSY);
    return broken(asked, error);
  }
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

const BUSY = 'is it overloaded, or does a firewall swallow the connection?';
const WRONG_PLACE = "is this the address of the backend's API, and not of a login page, a user interface or a proxy?";

function methodOf(request: HttpRequest): string {
  return request.method ?? (request.body === undefined ? 'GET' : 'POST');
}

/** Without user, password, query and fragment, because each may contain a credential. */
export function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}

function send(url: URL, request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { auth, tls = {}, body } = request;
  const headers: Record<string, string> = { 'accept-encoding': 'identity', ...request.headers };
  if (auth !== undefined) headers['authorization'] = authorization(auth);
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  const certificates = {
    ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
    ...(tls.certPem === undefined ? {} : { cert: tls.certPem }),
    ...(tls.keyPem === undefined ? {} : { key: tls.keyPem }),
    ...(tls.unchecked ? { rejectUnauthorized: false } : {}),
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = open(url, { method: methodOf(request), headers, signal, agent: false, ...certificates });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function authorization(auth: HttpAuth): string {
  if (auth.kind === 'bearer') return `Bearer ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
}

const gunzipAsync = promisify(gunzip);

/** Compressed answers were not asked for, but some proxies compress everything. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const body = await readBody(response, maxBytes);
  const packing = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (packing === 'identity' || packing === '' || body.length === 0) return body.toString('utf8');
  if (packing !== 'gzip') throw new Error(`its answer is packed as ${packing}, which was not asked for`);
  const text = await gunzipAsync(body, { maxOutputLength: maxBytes }).catch((error: Error) => {
    throw new Error(`its answer can't be unpacked: ${error.message}`);
  });
  return text.toString('utf8');
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`its answer is larger than ${Math.round(maxBytes / 2 ** 20)} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isHtml(contentType: string, text: string): boolean {
  return contentType.includes('text/html') || /^\s*<(!doctype|html)/i.test(text);
}

function quoted(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line === '' ? 'an empty body' : JSON.stringify(line.slice(0, SHOWN_CHARS));
}

/** The words in the JSON of a refusal: Prometheus uses `error`, Jaeger `errors`, Elasticsearch `error.root_cause`; null for other text. */
function complaintOf(text: string): string | null {
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
const COMPLAINT_FIELDS = ['error', 'errors', 'root_cause', 'reason', 'message', 'msg', '0'] as const;

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function refused(
  asked: string,
  status: number,
  text: string,
  location: string | undefined,
  hadAuth: boolean,
): HttpFailure {
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
      `answers ${status}: it wants credentials`,
      'give it a token, or a user and password: see "Credentials" in --help',
    );
  }
  if (location !== undefined) {
    const to = URL.canParse(location) ? shownUrl(new URL(location)) : (location.split('?')[0] ?? '');
    return failure(`answers ${status}: it redirects to ${to}`, WRONG_PLACE);
  }
  const said = text.trim() === '' || isHtml('', text) ? '' : `: ${quoted(complaintOf(text) ?? text)}`;
  return failure(
    `answers ${status}${said}`,
    status >= 500 ? 'is it healthy, and has it finished starting?' : WRONG_PLACE,
  );
}

function unanswered(asked: string, problem: string, hint: string): HttpFailure {
  return { ok: false, status: null, reason: `${asked} ${problem}`, hint };
}

function broken(asked: string, error: Error): HttpFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNREFUSED')
    return unanswered(asked, 'is refused: nothing listens there', 'is it running, and is this its port?');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unanswered(asked, 'has an unknown host name', 'check the address');
  if (code === 'ECONNRESET' || code === 'EPIPE') return unanswered(asked, 'is cut off: the connection was reset', BUSY);
  // TLS 1.3 has an alert for exactly this; earlier versions only say that the handshake failed.
  if (/^ERR_SSL_.*CERTIFICATE_REQUIRED$/.test(code)) {
    const hint = 'show it one that it knows: --backend-cert FILE and --backend-key FILE';
    return unanswered(asked, 'fails in TLS: it asks for a client certificate', hint);
  }
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return unanswered(
      asked,
      `fails in TLS: ${error.message.trim()}`,
      'name the authority that signed its certificate (--backend-ca FILE), and check http against https',
    );
  }
  return unanswered(asked, `fails: ${error.message}`, 'check the address, and whether the backend is running');
}
