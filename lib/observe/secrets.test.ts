import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { secretFinder, withoutSecrets } from './secrets.ts';

const CANARY = 'canary-5f1c/9+ab==';
const finder = secretFinder([CANARY]);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret is found', () => {
  test.each([
    ['as it is', `authorization: Bearer ${CANARY}`],
    ['escaped in JSON', JSON.stringify({ header: `x "${CANARY}"` })],
    ['with escaped slashes', CANARY.replaceAll('/', '\\/')],
    ['percent-encoded', `/callback?token=${encodeURIComponent(CANARY)}&x=1`],
    ['percent-encoded in lower case', encodeURIComponent(CANARY).toLowerCase()],
    ['in base64', base64(CANARY)],
    [
      'in base64 after a user name of each length',
      ['', 'a:', 'ab:', 'abc:'].map((user) => base64(`${user}${CANARY}tail`)).join(' '),
    ],
    ['in base64 for URLs', Buffer.from(`u:${CANARY}`).toString('base64url')],
  ])('%s', (_, text) => {
    expect(finder.found(text)).toBe(true);
    expect(finder.found(finder.hide(text))).toBe(false);
    expect(finder.hide(text)).toContain('***');
  });

  test('in base64 whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 8 }), (before, after, secret) => {
        const text = base64(before + secret + after);
        return secretFinder([secret]).found(text);
      }),
      { seed: 1 },
    );
  });
});

/** Secrets as people have them: from eight characters on. */
const SECRETS = fc.string({ unit: fc.constantFrom(...'abcdefXYZ0189-._~+/=$&%"\'\\<:'), minLength: 8, maxLength: 60 });
const AROUND = fc.string({ maxLength: 40 });
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const wrapped = (text: string, width: number) =>
  text.replace(new RegExp(`.{${width}}`, 'g'), (line) => `${line}\r\n  `);
const perCharacter = (text: string, of: (code: string) => string) =>
  [...text].map((char) => of((char.codePointAt(0) ?? 0).toString(16).padStart(2, '0'))).join('');
/** As RFC 4648 has it. */
function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five.padEnd(5, '0'), 2)),
  );
  return digits.join('').padEnd(8 * Math.ceil(digits.length / 8), '=');
}
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  "'": '&#39;',
  '/': '&#x2F;',
};

/** Every way to write a text that keeps all of it. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in upper case': (text) => text.toUpperCase(),
  'in JSON': json,
  'in JSON in JSON in JSON': (text) => json(json(json(text))),
  'with unicode escapes': (text) => perCharacter(text, (code) => `\\u00${code}`),
  'with byte escapes': (text) => perCharacter(text, (code) => `\\x${code}`),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent-encoded as a whole, in lower case': (text) => perCharacter(text, (code) => `%${code}`),
  'as HTML': (text) => text.replace(/[&<"'/]/g, (char) => ENTITIES[char] ?? char),
  'as numbers of HTML': (text) => perCharacter(text, (code) => `&#x${code};`),
  'in base64': base64,
  'in base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'in base64 of lines': (text) => wrapped(base64(text), 16),
  'in base64 of lines, in JSON': (text) => json(wrapped(base64(text), 10)),
  'in base64 of base64': (text) => base64(base64(text)),
  'in base64, percent-encoded': (text) => encodeURIComponent(base64(text)),
  'in base64 of JSON': (text) => base64(JSON.stringify({ authorization: text })),
  'in base32': base32,
  'in base32, in lower case': (text) => base32(text).toLowerCase(),
  reversed: (text) => [...text].reverse().join(''),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
  'in hexadecimal, in upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

describe('whatever the secret and whatever stands around it, it is found and hidden', () => {
  test.each(Object.entries(ENCODINGS))('%s', (_, encoded) => {
    fc.assert(
      fc.property(SECRETS, AROUND, AROUND, (secret, before, after) => {
        const own = secretFinder([secret]);
        const text = `${encodeURIComponent(before)} ${encoded(before + secret + after)} ${encodeURIComponent(after)}`;
        expect(own.found(text)).toBe(true);
        const hidden = own.hide(text);
        expect(own.found(hidden)).toBe(false);
        expect(hidden).not.toContain(secret);
      }),
      { seed: 1 },
    );
  });

  test.each(['as it is', 'in JSON', 'in base64', 'in base32', 'in hexadecimal', 'percent-encoded'])(
    'its first half %s',
    (how) => {
      fc.assert(
        fc.property(SECRETS, (secret) => {
          const half = secret.slice(0, Math.min(secret.length, Math.max(12, Math.ceil(secret.length / 2))));
          return secretFinder([secret]).found(`x ${ENCODINGS[how]?.(half)} y`);
        }),
        { seed: 1 },
      );
    },
  );
});

describe('is not found', () => {
  const random = fc.uint8Array({ minLength: 16, maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  test.each<[string, (bytes: Buffer) => string]>([
    ['in an id', (bytes) => bytes.toString('hex')],
    ['in base64 of something else', (bytes) => bytes.toString('base64')],
    ['in base64 for URLs of something else', (bytes) => bytes.toString('base64url')],
    ['in what is percent-encoded', (bytes) => encodeURIComponent(bytes.toString('latin1'))],
    ['in JSON of something else', (bytes) => JSON.stringify(bytes.toString('latin1'))],
  ])('%s', (_, textOf) => {
    fc.assert(
      fc.property(random, (bytes) => !finder.found(textOf(bytes))),
      { seed: 1 },
    );
  });

  test('in less than half of it', () => {
    const long = secretFinder(['canary-0123456789abcdef01234567']);
    expect(long.found('canary-01234567')).toBe(false);
    expect(long.found('canary-012345678')).toBe(true);
    expect(long.found(base64('the canary-01234 sings'))).toBe(false);
  });
});

test('a long text takes time in proportion to its length', () => {
  const steps = (length: number) => {
    let decoded = 0;
    const from = vi.spyOn(Buffer, 'from').mockImplementation(
      Object.assign((...args: [string]) => {
        decoded += args[0].length;
        return Buffer.alloc(0);
      }) as typeof Buffer.from,
    );
    finder.found('aB3+'.repeat(length));
    from.mockRestore();
    return decoded;
  };
  expect(steps(2000)).toBeLessThan(2.1 * steps(1000));
});

test('its absence is not a find', () => {
  expect(finder.found('{"message":"request","path":"/api/health"}')).toBe(false);
  expect(finder.hide('nothing here')).toBe('nothing here');
});

test('what may be chance because it is too short is not searched for, and the report says so', () => {
  const short = secretFinder(['dev', 'dev', '', CANARY]);
  expect(short).toMatchObject({ searched: 1, tooShort: 1 });
  expect(short.found('developer')).toBe(false);
});

test('observations lose their secrets, keys included, and tell where they stood', () => {
  const metrics = {
    kind: 'metrics',
    families: [{ series: [{ labels: { token: `a-${CANARY}`, [CANARY]: 'x' }, values: [1, null] }] }],
  };
  const traces = { kind: 'traces', spans: [{ attributes: { path: '/api/health', status: 200 } }] };
  const { observations, secrets } = withoutSecrets([metrics, traces], finder);
  expect(JSON.stringify([observations, secrets])).not.toContain(CANARY);
  expect(observations[0]).toEqual({
    kind: 'metrics',
    families: [{ series: [{ labels: { token: 'a-***', '***': 'x' }, values: [1, null] }] }],
  });
  expect(observations[1]).toEqual(traces);
  expect(secrets.places.map(({ kind, leaks }) => [kind, leaks])).toEqual([
    ['metrics', 2],
    ['traces', 0],
  ]);
  expect(secrets.places[0]?.examples[0]).toEqual({ where: 'families[0].series[0].labels.token', text: 'a-***' });
});
