/** Searches a report for what it must not hold: two headers, an e-mail address, secrets. Only places are kept, never what stands there. */
import type { SecretFinder } from '../../../observe/secrets.ts';
import { fieldsOf } from './envelope.ts';

export interface Sought {
  /** What was sent, besides the e-mail address. */
  readonly secrets: readonly SecretFinder[];
  /** The address that the harness sent. */
  readonly email: SecretFinder;
}

export const KINDS = ['authorization', 'cookie', 'email', 'secret'] as const;
export type Kind = (typeof KINDS)[number];
export type Found = Readonly<Record<Kind, readonly string[]>>;

/** Deeper than any report; what is below is not looked at. */
const MOST_DEPTH = 200;
const MOST_PLACES = 5;

interface Place {
  readonly value: unknown;
  readonly path: string;
  /** Names of what it is in, the innermost last. */
  readonly parent: string;
  readonly depth: number;
}

/** A value of the headers Authorization and Cookie is found as that header alone, so that one mistake is one finding. */
export function search(report: unknown, sought: Sought): Found {
  const found: Record<Kind, string[]> = { authorization: [], cookie: [], email: [], secret: [] };
  const note = (kind: Kind, path: string): void => {
    const shown = hidden(path, sought);
    if (found[kind].length < MOST_PLACES && !found[kind].includes(shown)) found[kind].push(shown);
  };
  const waiting: Place[] = [{ value: report, path: '', parent: '', depth: 0 }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { value, path, parent, depth } = place;
    if (typeof value === 'string') {
      if (sought.email.found(value) || isAddress(path, value)) note('email', path);
      if (sought.secrets.some((finder) => finder.found(value))) note('secret', path);
      continue;
    }
    if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) continue;
    for (const [name, inner, at] of entriesOf(value, path)) {
      const header = isAboutRemoval(at) ? null : headerOf(name, inner, parent);
      if (header !== null) {
        if (!isScrubbed(inner)) note(header, at);
        continue;
      }
      if (sought.secrets.some((finder) => finder.found(name))) note('secret', path);
      const isList = Array.isArray(value);
      waiting.push({ value: inner, path: at, parent: isList ? parent : name, depth: depth + 1 });
    }
  }
  return found;
}

/** Name, value and place of each part. Headers may be a list of pairs. */
function entriesOf(value: object, path: string): (readonly [string, unknown, string])[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (!Array.isArray(value)) return Object.entries(value).map(([name, inner]) => [name, inner, at(name)]);
  return value.map((inner: unknown) =>
    Array.isArray(inner) && inner.length === 2 && typeof inner[0] === 'string'
      ? [inner[0], inner[1], at(inner[0])]
      : ['', inner, path],
  );
}

/** There SDKs say what they removed, under the names of what it was. */
function isAboutRemoval(path: string): boolean {
  return path.startsWith('_meta.');
}

const IN_HEADERS = /headers?$|environ$|^env$|^cookies$/i;
/** How gateways and traces call a header of a request. */
const PREFIX = /^(http_|http\.request\.headers?\.)/;
const CREDENTIALS = /^\s*(bearer|basic|token|digest|negotiate)\s+\S{4,}/i;

/** The header that a part holds; null for any other part. A word alone does not make it one: a report may speak of an authorization. */
function headerOf(name: string, value: unknown, parent: string): 'authorization' | 'cookie' | null {
  const lower = name.toLowerCase();
  const plain = lower.replace(PREFIX, '').replaceAll('_', '-');
  const isHeader = plain !== lower.replaceAll('_', '-') || IN_HEADERS.test(parent);
  if (plain === 'authorization')
    return isHeader || (typeof value === 'string' && CREDENTIALS.test(value)) ? plain : null;
  if (plain === 'cookie') return isHeader ? plain : null;
  return lower === 'cookies' && parent === 'request' ? 'cookie' : null;
}

const WORDS =
  /filtered|redacted|removed|scrubbed|masked|hidden|omitted|secret|sensitive|data|value|bearer|basic|token/gi;

/** Whether a value was there and is no longer: `[Filtered]`, `***`, nothing at all, or only such values. */
function isScrubbed(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'object') return Object.values(fieldsOf(value)).every(isScrubbed);
  return !/[a-z0-9]/i.test(String(value).replace(WORDS, ''));
}

const ADDRESS = /[^\s@<>"]+@[^\s@<>"]+\.[a-z]{2,}/i;

/** The user of a report is not named by an address. Elsewhere an address may be anybody's: that of a package's author, for example. */
function isAddress(path: string, value: string): boolean {
  return /^user\.(email|username|name|id)$/.test(path) && ADDRESS.test(value);
}

const SHOWN_CHARS = 120;

function hidden(path: string, { secrets, email }: Sought): string {
  return [...secrets, email].reduce((shown, finder) => finder.hide(shown), path).slice(0, SHOWN_CHARS);
}
