import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

test('its absence is not a find', () => {
  expect(finder.found('{"message":"request","path":"/api/health"}')).toBe(false);
  expect(finder.hide('nothing here')).toBe('nothing here');
});

test('what is too short to be told from chance is not searched for, and said', () => {
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
