/** Whether a text holds a secret, in any case and any usual encoding, whole or its beginning. Linear in the length of the text. */
import { leastOf } from '../core/extent.ts';
import { fromBase64, inBase32, unescaped } from './encodings.ts';

/** A beginning of a secret is searched for from so many characters on, and if it is at least half of it. */
const LEAST_BEGINNING = 12;
/** Base64 of base64 of base64. */
const MOST_DEPTH = 3;

/** For one byte. */
const BASE32_DIGITS = 8 / 5;

/** How one secret is looked for. */
interface Sought {
  /** In lower case: what is enough to be found. */
  readonly beginning: string;
  /** In lower case: all of it. */
  readonly whole: string;
}

/** What is looked for, for all secrets. */
export interface Forms {
  readonly sought: readonly Sought[];
  /** The shortest beginning. */
  readonly leastBytes: number;
}

export function formsOf(secrets: readonly string[]): Forms {
  const sought = secrets.flatMap((secret) => {
    // What base64 stands for is bytes, which are looked at as one character each.
    const bytes = Buffer.from(secret).toString('latin1');
    const cases = [secret, secret.toLowerCase(), secret.toUpperCase()];
    return [
      ...[secret, bytes].map((text) => soughtOf(text, 1)),
      ...cases.map((text) => soughtOf(Buffer.from(text).toString('hex'), 2)),
      ...inBase32(secret).map((text) => soughtOf(text, BASE32_DIGITS)),
      soughtOf([...secret].reverse().join(''), 1),
    ];
  });
  const distinct = new Map(sought.map((one) => [one.whole, one]));
  return {
    sought: [...distinct.values()],
    leastBytes: leastOf(secrets.map((secret) => beginningOf(secret.length))),
  };
}

function beginningOf(chars: number): number {
  return Math.min(chars, Math.max(LEAST_BEGINNING, Math.ceil(chars / 2)));
}

/** @param digits how many characters of the text stand for one of the secret. */
function soughtOf(text: string, digits: number): Sought {
  const whole = lower(text);
  return { whole, beginning: whole.slice(0, digits * beginningOf(whole.length / digits)) };
}

/** Of the same length, so that a place in one is the same place in the other. */
function lower(text: string): string {
  const all = text.toLowerCase();
  return all.length === text.length ? all : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether it stands there as it is, in any case. */
function isPlain(text: string, { sought }: Forms): boolean {
  const folded = lower(text);
  return sought.some(({ beginning }) => folded.includes(beginning));
}

export function holds(text: string, forms: Forms, depth = 0): boolean {
  if (isPlain(text, forms)) return true;
  if (depth === MOST_DEPTH) return false;
  if (isEncoded(text, forms, depth)) return true;
  for (const plain of unescaped(text)) {
    if (isPlain(plain, forms) || isEncoded(plain, forms, depth)) return true;
  }
  return false;
}

function isEncoded(text: string, forms: Forms, depth: number): boolean {
  for (const decoded of fromBase64(text, forms.leastBytes)) {
    if (holds(decoded, forms, depth + 1)) return true;
  }
  return false;
}

/** The text without what stands there as it is, in any case: each as far as it is the secret. */
export function withoutPlain(text: string, { sought }: Forms, instead: string): string {
  return sought.reduce((shown, one) => withoutOne(shown, one, instead), text);
}

function withoutOne(text: string, { beginning, whole }: Sought, instead: string): string {
  const folded = lower(text);
  let [shown, from] = ['', 0];
  for (let at = folded.indexOf(beginning); at !== -1; at = folded.indexOf(beginning, from)) {
    let end = at + beginning.length;
    while (end - at < whole.length && folded[end] === whole[end - at]) end += 1;
    shown += text.slice(from, at) + instead;
    from = end;
  }
  return shown + text.slice(from);
}
