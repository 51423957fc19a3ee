/** Reads texts as they were before somebody encoded them: escaped, percent-encoded, as HTML, in base64. Linear in the length of the text. */

/** How many readings of one text are tried: escapes may be inside escapes, of the same kind (JSON in JSON) or of another. */
const MOST_READINGS = 24;

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", sol: '/', colon: ':', equals: '=', plus: '+' },
  ...{ lowbar: '_', hyphen: '-', dash: '-', period: '.', num: '#', percnt: '%', commat: '@' },
};

/** Ways to escape, each as it is undone once. */
const UNDONE: readonly ((text: string) => string)[] = [
  (text) =>
    text.replace(
      /\\u\{?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})|\\(["'\\/bfnrt])/gi,
      (whole, unicode?: string, byte?: string, control?: string) =>
        control === undefined
          ? characterOf(Number.parseInt(unicode ?? byte ?? '', 16), whole)
          : (CONTROLS[control] ?? control),
    ),
  (text) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (whole) => Buffer.from(whole.replaceAll('%', ''), 'hex').toString('utf8')),
  (text) =>
    text.replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,7}));/gi,
      (whole, decimal?: string, hex?: string, entity?: string) =>
        entity === undefined
          ? characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal), whole)
          : (ENTITIES[entity.toLowerCase()] ?? whole),
    ),
];

function characterOf(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

/** The text as it may have been before it was escaped; nothing for one without escapes. */
export function* unescaped(text: string): Iterable<string> {
  if (!/[\\%&]/.test(text)) return;
  const readings = new Set([text]);
  // What is added meanwhile is read in its turn.
  for (const reading of readings) {
    for (const undo of UNDONE) {
      const before = undo(reading);
      if (readings.size >= MOST_READINGS) return;
      if (readings.has(before)) continue;
      readings.add(before);
      yield before;
    }
  }
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Five bytes make eight digits, so whatever stands before a text shifts it by at most four bytes. */
const BASE32_SHIFTS = [0, 1, 2, 3, 4] as const;

/** The digits that a text alone decides, by how many bytes stand before it; in lower case. */
export function inBase32(text: string): string[] {
  const bytes = Buffer.from(text);
  return BASE32_SHIFTS.map((before) => {
    const bits = [...Buffer.concat([Buffer.alloc(before), bytes])]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const whole = bits.slice(5 * Math.ceil((8 * before) / 5)).match(/.{5}/g) ?? [];
    return whole.map((five) => BASE32.charAt(Number.parseInt(five, 2))).join('');
  });
}

/** Base64 digits, plain or for URLs, also on several lines. */
const DIGITS = /[A-Za-z0-9+/_-]+(?:\r?\n[ \t]*[A-Za-z0-9+/_-]+)*/g;
/** Four digits make three bytes, so whatever stands before a text shifts it by at most three digits. */
const SHIFTS = [0, 1, 2, 3] as const;

/** What the runs of at least `leastBytes` base64 digits in the text stand for, one character for each byte. */
export function* fromBase64(text: string, leastBytes: number): Iterable<string> {
  const leastDigits = Math.floor((leastBytes * 8) / 6);
  if (text.length < leastDigits) return;
  for (const [run] of text.matchAll(DIGITS)) {
    // Ids in hexadecimal and names in lower case are no base64 of a text, which has digits of every kind.
    if (run.length < leastDigits || !/[A-Z]/.test(run) || !/[a-z]/.test(run)) continue;
    const digits = run.replace(/\s+/g, '');
    for (const shift of SHIFTS) yield Buffer.from(digits.slice(shift), 'base64').toString('latin1');
  }
}
