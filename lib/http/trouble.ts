/** Why a server gave no answer, in the same plain words for every caller. Imports nothing, so that it runs without any package. */

export type TroubleKind =
  | 'refused'
  | 'reset'
  | 'closed'
  | 'unknown-host'
  | 'no-connection'
  | 'no-answer'
  | 'no-end'
  | 'client-certificate'
  | 'tls'
  | 'not-http'
  | 'too-large'
  | 'unreadable'
  | 'other';

export interface Trouble {
  readonly kind: TroubleKind;
  /** Follows a colon: `connection refused`, `no answer within 5 s`. Never contains a credential. */
  readonly words: string;
}

/** As Node and undici read at most. */
const MOST_HEADER_KIB = 16;

/** How far the exchange had come when the time was up. */
export type Stage = 'connecting' | 'waiting' | 'reading';

/** @param error of undici, of the global `fetch`, of `ws`, of a socket. @param timeoutMs the caller's own deadline, for the words. */
export function troubleOf(error: unknown, timeoutMs: number): Trouble {
  const cause = innermost(error);
  const code = codeOf(cause);
  const { message } = cause;
  switch (code) {
    case 'ECONNREFUSED':
      return { kind: 'refused', words: 'connection refused' };
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'reset', words: 'connection reset' };
    case 'UND_ERR_SOCKET':
      return { kind: 'closed', words: 'the connection was closed' };
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'HPE_HEADER_OVERFLOW':
      return { kind: 'too-large', words: `the headers of its answer are larger than ${MOST_HEADER_KIB} KiB` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { kind: 'unknown-host', words: 'the host name does not resolve' };
    case 'TimeoutError':
      return lateTrouble('waiting', timeoutMs);
    default:
      // TLS 1.3 has an alert for exactly this; earlier versions only say that the handshake failed.
      if (/^ERR_SSL_.*CERTIFICATE_REQUIRED$/.test(code))
        return { kind: 'client-certificate', words: 'TLS fails (it asks for a client certificate)' };
      if (/^(ERR_TLS|ERR_SSL|EPROTO)|CERT|UNABLE_TO|SIGNATURE/.test(code))
        return { kind: 'tls', words: `TLS fails (${tlsText(code, message)})` };
      if (/^HPE_|HTTPParserError/.test(code)) return { kind: 'not-http', words: 'it does not speak HTTP' };
      return { kind: 'other', words: `${message} (${code})` };
  }
}

/** What became of the exchange, to follow an address: `does not answer: connection refused`. @param status of an answer that began. */
export function exchangeText({ kind, words }: Trouble, status: number | null): string {
  const isUseless = kind === 'too-large' || kind === 'unreadable';
  return `${isUseless ? "can't be read" : status === null ? 'does not answer' : 'does not finish its answer'}: ${words}`;
}

/** The caller's deadline came first. */
export function lateTrouble(stage: Stage, timeoutMs: number): Trouble {
  const within = `within ${timeoutMs / 1000} s`;
  switch (stage) {
    case 'connecting':
      return { kind: 'no-connection', words: `no connection ${within}` };
    case 'waiting':
      return { kind: 'no-answer', words: `no answer ${within}` };
    case 'reading':
      return { kind: 'no-end', words: `no end ${within}` };
  }
}

/** What is wrong with a certificate is said in words. A failure within OpenSSL is only its code, because its message is half a page. */
function tlsText(code: string, message: string): string {
  return /^(ERR_SSL|EPROTO)/.test(code) || message === '' ? code : `${code}: ${message}`;
}

/** The global `fetch` says "fetch failed", and why as its cause. */
function innermost(error: unknown): Error {
  let at = error instanceof Error ? error : new Error(String(error));
  while (!hasCode(at) && at.cause instanceof Error) at = at.cause;
  return at;
}

function hasCode(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string';
}

/** A name with several addresses fails with one error for each. A DOMException's code is a number of no use. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error && first !== error ? codeOf(first) : error.name;
}
