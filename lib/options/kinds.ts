/**
 * The kinds of values that an option can take. One check and one wording each, whether the value comes from a flag, an environment
 * variable or the config file.
 */
import { legalValues } from '../core/nearest.ts';

/** Part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where a value was said. */
export interface Place {
  /** For a person: `--slo`, `ARAGORA_SLO_SLO`, `aragora-slo.config.yaml: "slo"`. */
  readonly name: string;
  /** The config file that says it; absent for a flag and a variable. */
  readonly file?: string;
  /** A path as it is said there, as seen from the current folder. */
  path(text: string): string;
}

export interface Kind<Value> {
  /** What is legal, to be read after "must be". */
  readonly expected: string;
  /** The value that the text of a flag or a variable stands for. Text without a value is returned unchanged, and then refused. */
  fromText(text: string): unknown;
  /** The value as it is used; undefined when it is not legal. */
  accept(value: unknown, place: Place): Value | undefined;
  /** The way out, for a value that is not legal. */
  hint?(value: unknown): string | undefined;
  /** Of the value in the config file. */
  readonly schema: JsonSchema;
  /** The value in the config file, as a TypeScript type of lib/config/define.ts. */
  readonly type: string;
}

const LAST_PORT = 65_535;

const asIs = (text: string): unknown => text;

/** Reads a number where the text is one. */
const number = (text: string): unknown => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

export const text: Kind<string> = {
  expected: 'a text that is not empty',
  fromText: asIs,
  accept: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  schema: { type: 'string', minLength: 1 },
  type: 'string',
};

/** A text of a shape. */
export function matching(expected: string, pattern: RegExp): Kind<string> {
  return {
    ...text,
    expected,
    accept: (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined),
    schema: { type: 'string', pattern: pattern.source },
  };
}

/** Of a file or a folder. */
export const path: Kind<string> = {
  expected: 'a path, not what the file holds',
  fromText: asIs,
  accept: (value, place) =>
    typeof value === 'string' && value !== '' && !/-----BEGIN|\0/.test(value) ? place.path(value) : undefined,
  schema: { type: 'string', minLength: 1 },
  type: 'string',
};

/** A file, or `-` for standard input. */
export const pathOrStdin: Kind<string> = {
  ...path,
  expected: 'a path, or "-" for what is piped in',
  accept: (value, place) => (value === '-' ? value : path.accept(value, place)),
};

/** Every engine that runs this has it; the compiler's settings for pure rooms list no globals but the language's own. */
declare const URL: {
  canParse(text: string): boolean;
  new (
    text: string,
  ): {
    readonly protocol: string;
    readonly username: string;
    readonly password: string;
    readonly href: string;
  };
};

function address(schemes: readonly string[]): Kind<string> {
  return {
    expected: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, without credentials, query and fragment: it is stored`,
    fromText: asIs,
    accept: (value) => (typeof value === 'string' && isPlain(value, schemes) ? value : undefined),
    hint: (value) => {
      if (mayHoldSecret(value)) return 'credentials go into the environment, see aragora-slo run --help';
      return addressHint(String(value)) ?? `for example ${schemes[0]}://127.0.0.1:8080`;
    },
    schema: { type: 'string', format: 'uri', pattern: `^(${schemes.join('|')})://[^@?#]+$` },
    type: 'string',
  };
}

/** What is known of an address that is none. */
function addressHint(said: string): string | undefined {
  if (Number(/:(\d+)(?:\/|$)/.exec(said)?.[1] ?? 0) > LAST_PORT) return `a port is at most ${LAST_PORT}`;
  if (/\/\/\[[^\]]*%/.test(said))
    return 'a URL can have no zone of IPv6 (%): use an address that is not link-local, or a name of the machine';
  return undefined;
}

function isPlain(value: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, href } = new URL(value);
  // A ? or # with nothing after it is in no part of the URL, but in every address made of it.
  return schemes.includes(protocol.slice(0, -1)) && username + password === '' && !/[?#]/.test(href);
}

export const url = address(['http', 'https']);
export const webSocketUrl = address(['ws', 'wss']);
/** With the number of a database as its path, if it is not the first. */
export const redisUrl = address(['redis', 'rediss']);

export const onOff: Kind<boolean> = {
  expected: 'true or false (in a variable 1 or 0, too)',
  fromText: (said) => ({ '1': true, true: true, '0': false, false: false })[said] ?? said,
  accept: (value) => (typeof value === 'boolean' ? value : undefined),
  schema: { type: 'boolean' },
  type: 'boolean',
};

export function wholeNumber(least: number, most: number, what = 'a whole number'): Kind<number> {
  return {
    expected: `${what}, ${least} to ${most}`,
    fromText: (said) => (/^\d+$/.test(said) ? Number(said) : said),
    accept: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined,
    schema: { type: 'integer', minimum: least, maximum: most },
    type: 'number',
  };
}

export const port = wholeNumber(0, LAST_PORT, 'a port');
export const seed = wholeNumber(0, 0xffffffff);

/** A number above 0. */
export function positiveNumber(what = 'a number', most?: number): Kind<number> {
  return {
    expected: `${what} greater than 0${most === undefined ? '' : `, at most ${most}`}`,
    fromText: number,
    accept: (value) =>
      typeof value === 'number' && Number.isFinite(value) && value > 0 && value <= (most ?? value) ? value : undefined,
    schema: { type: 'number', exclusiveMinimum: 0, ...(most === undefined ? {} : { maximum: most }) },
    type: 'number',
  };
}

/** At 1, everything would be within it. */
export const shareBelowOne: Kind<number> = {
  expected: 'a number greater than 0 and less than 1 (0.05 is 5 %)',
  fromText: number,
  accept: (value) => (typeof value === 'number' && value > 0 && value < 1 ? value : undefined),
  schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  type: 'number',
};

export const shareUpToOne: Kind<number> = {
  expected: 'a number from 0 to 1',
  fromText: number,
  accept: (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined),
  schema: { type: 'number', minimum: 0, maximum: 1 },
  type: 'number',
};

/** @param what names the things, with its article: `the name of a contract`. */
export function oneOf<const Legal extends string>(what: string, legal: readonly Legal[]): Kind<Legal> {
  return {
    expected: what,
    fromText: asIs,
    accept: (value) => legal.find((one) => one === value),
    hint: (value) => (typeof value === 'string' ? legalValues(value, legal) : undefined),
    schema: { enum: legal },
    type: legal.map((one) => `'${one}'`).join(' | '),
  };
}

/** Whether a value has a place for a credential, or is a key itself. */
function mayHoldSecret(value: unknown): boolean {
  return typeof value === 'string' && /@|:\/\/.*[?#]|-----BEGIN/.test(value);
}

/** What came, for a person. A value that may be a secret is not repeated, and an object is not shown whole. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  if (mayHoldSecret(value)) return 'a text that is not repeated here';
  // JSON has no word for numbers that are not finite.
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
}
