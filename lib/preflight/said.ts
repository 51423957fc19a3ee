/** What a server says in its own words of an answer that is no good one: for a person, on one line. Pure. */
import { clip, plain } from '../core/text.ts';
import { complaintOf } from '../http/backend.ts';

const MOST_CHARS = 160;

/** ` ("Authentication required")`, to stand behind the status; '' where the body has no such text. */
export function saidIn(body: string): string {
  const words = (complaintOf(body) ?? '').trim();
  return words === '' ? '' : ` ("${clip(plain(words), MOST_CHARS)}")`;
}

/** A server may repeat the token that it refuses. */
export function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '(token)');
}
