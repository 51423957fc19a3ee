/** The smallest pieces of an exposition: the characters of names, numbers as Go reads them, escapes. */

export const NAME_START = 1;
export const NAME_PART = 2;
export const LABEL_START = 4;
export const LABEL_PART = 8;

const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(char)) CLASSES[code] = NAME_START | NAME_PART;
  if (/[A-Za-z_]/.test(char)) CLASSES[code] = NAME_START | NAME_PART | LABEL_START | LABEL_PART;
  if (/[0-9]/.test(char)) CLASSES[code] = NAME_PART | LABEL_PART;
}

/** Whether a character code is of a kind. */
export const is = (code: number, kind: number): boolean => code < 128 && ((CLASSES[code] ?? 0) & kind) !== 0;

/** The end of the metric name that starts at `from`; `from` itself when none does. */
export function nameEnd(text: string, from: number, end: number): number {
  if (from >= end || !is(text.charCodeAt(from), NAME_START)) return from;
  let at = from + 1;
  while (at < end && is(text.charCodeAt(at), NAME_PART)) at++;
  return at;
}

/** Whether Go's ParseInt reads it into 64 bits. */
export function isInt64(token: string): boolean {
  return (
    /^[+-]?\d{1,19}$/.test(token) &&
    BigInt.asIntN(64, BigInt(token.replace('+', ''))) === BigInt(token.replace('+', ''))
  );
}

/** As Go's strconv.ParseFloat reads it, without hexadecimal and "_"; null for text that is not a number or too large for a double. */
export function numberOf(token: string): number | null {
  const length = token.length;
  let whole = 0;
  let at = 0;
  for (; at < length && at < 15; at++) {
    const digit = token.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
  }
  if (at === length && length > 0) return whole;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token)) {
    const value = Number(token);
    return Number.isFinite(value) ? value : null;
  }
  if (/^[+-]?inf(inity)?$/i.test(token)) return token.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(token) ? Number.NaN : null;
}

/** `\\`, `\"` and `\n` resolved. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

/** A piece of a scrape keeps the whole scrape in memory; a copy does not. */
export function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
