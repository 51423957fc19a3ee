/**
 * Whether an answer looks like one of the server's own. Something in front of it may answer by itself: a page of its own, or an error of a
 * gateway. Pure, so that it is tested without k6.
 */
import { isJsonType } from './form.ts';

/** What tells who wrote an answer; '' where the header is absent. */
export interface Author {
  readonly contentType: string;
  readonly server: string;
  readonly via: string;
}

/** Names as Go writes them. */
export function authorOf(headers: Readonly<Record<string, string | undefined>>): Author {
  return { contentType: headers['Content-Type'] ?? '', server: headers['Server'] ?? '', via: headers['Via'] ?? '' };
}

/**
 * The API answers in JSON, and a gateway names itself otherwise in an answer of its own than in one that it passes on. A header that is absent
 * from the first says nothing.
 *
 * @param own of a good answer; undefined where none has come yet.
 */
export function isForeign(answer: Author, own: Author | undefined): boolean {
  return (answer.contentType !== '' && !isJsonType(answer.contentType)) || isNamedOtherwise(answer, own);
}

/** The same of an endpoint of which no guide says what it answers: only its good answers show that. */
export function isForeignToOwn(answer: Author, own: Author | undefined): boolean {
  const isOtherType = own !== undefined && typeOf(answer) !== typeOf(own);
  return isOtherType || isNamedOtherwise(answer, own);
}

function isNamedOtherwise({ server, via }: Author, own: Author | undefined): boolean {
  return own !== undefined && (server !== own.server || via !== own.via);
}

/** Without its parameters. */
function typeOf({ contentType }: Author): string {
  const [type = ''] = contentType.split(';', 1);
  return type.trim().toLowerCase();
}
