/** Where a report holds what it must not hold, and where it does not although it looks like it. */
import { describe, expect, test } from 'vitest';
import { secretFinder } from '../../../observe/secrets.ts';
import { search } from './search.ts';

const SECRET = 'canary-0123456789abcdef01234567';
const EMAIL = 'canary-89abcdef@aragora-slo.example';
const SOUGHT = { secrets: [secretFinder([SECRET])], email: secretFinder([EMAIL]) };
const NOTHING = { authorization: [], cookie: [], email: [], secret: [] };
const found = (report: unknown) => search(report, SOUGHT);

describe('the header Authorization', () => {
  test.each([
    ['an object', { request: { headers: { Authorization: `Bearer ${SECRET}` } } }, 'request.headers.Authorization'],
    ['a list of pairs', { request: { headers: [['authorization', 'Basic abcd']] } }, 'request.headers.authorization'],
    ['of a gateway', { request: { env: { HTTP_AUTHORIZATION: 'Bearer x1' } } }, 'request.env.HTTP_AUTHORIZATION'],
    [
      'of a span',
      { spans: [{ data: { 'http.request.header.authorization': ['Bearer x1'] } }] },
      'spans.data.http.request.header.authorization',
    ],
    ['anywhere, by its value', { extra: { authorization: 'Bearer abcdef' } }, 'extra.authorization'],
  ])('is found in %s, and counts for nothing else', (_, report, place) => {
    expect(found(report)).toEqual({ ...NOTHING, authorization: [place] });
  });

  test.each([
    { request: { headers: { Authorization: '[Filtered]' } } },
    { request: { headers: { authorization: 'Bearer ***' } } },
    { request: { headers: { authorization: '' } } },
    { request: { headers: [['Authorization', '<redacted>']] } },
    { request: { headers: { authorization: ['[REDACTED]'] } } },
    { _meta: { request: { headers: { Authorization: { '': { rem: [['!config', 's']] } } } } } },
    { extra: { authorization: 'denied' } },
    { contexts: { authorization: { allowed: true } } },
  ])('is not there: %j', (report) => expect(found(report)).toEqual(NOTHING));
});

describe('cookies', () => {
  test.each([
    [{ request: { headers: { Cookie: `a=${SECRET}` } } }, 'request.headers.Cookie'],
    [{ request: { cookies: { session: 'x1' } } }, 'request.cookies'],
    [{ request: { cookies: [['session', 'x1']] } }, 'request.cookies'],
  ])('are found: %j', (report, place) => expect(found(report)).toEqual({ ...NOTHING, cookie: [place] }));

  test.each([
    { request: { cookies: {} } },
    { request: { cookies: null } },
    { request: { cookies: { session: '[Filtered]' } } },
    { extra: { cookie: 'consent given', cookies: 'are fine' } },
  ])('are not there: %j', (report) => expect(found(report)).toEqual(NOTHING));
});

describe('an e-mail address', () => {
  test.each([
    [{ user: { email: 'ann@example.org' } }, 'user.email'],
    [{ user: { username: 'ann@example.org' } }, 'user.username'],
    [{ message: `hello ${encodeURIComponent(EMAIL)}` }, 'message'],
  ])('is found: %j', (report, place) => expect(found(report)).toEqual({ ...NOTHING, email: [place] }));

  test.each([{ user: { email: '[Filtered]' } }, { user: { id: '7' } }, { message: 'write to help@example.org' }])(
    'is not there: %j',
    (report) => expect(found(report)).toEqual(NOTHING),
  );
});

describe('a secret', () => {
  test.each([
    [{ breadcrumbs: { values: [{ message: `token ${SECRET}` }] } }, 'breadcrumbs.values.message'],
    [{ extra: { raw: Buffer.from(`session ${SECRET}`).toString('base64') } }, 'extra.raw'],
    [{ extra: { [SECRET]: 1 } }, 'extra'],
  ])('is found: %j', (report, place) => expect(found(report)).toEqual({ ...NOTHING, secret: [place] }));

  test('is not in the place that is kept', () => {
    expect(JSON.stringify(found({ [SECRET]: { [SECRET]: SECRET } }))).not.toContain(SECRET);
  });
});

test('a report that is nested without end is searched as far as any report goes', () => {
  const nested: unknown = JSON.parse(`${'['.repeat(50_000)}"${SECRET}"${']'.repeat(50_000)}`);
  expect(found(nested)).toEqual(NOTHING);
});
