/** A provoked error is read back from a Sentry, by a fake of its API: of a healthy server, of broken ones, and where the Sentry does not do its part. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeBackend } from '../../../test/support/fake-backend.ts';
import {
  type FakeSentryOptions,
  SENTRY_PROJECT,
  SENTRY_TOKEN,
  startFakeSentry,
} from '../../../test/support/fake-sentry.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { CANARY, seenBy } from '../../../test/support/sentry-run.ts';
import type { ObserveContext } from '../../observe/observer.ts';
import { secretFinder } from '../../observe/secrets.ts';
import { startTarget } from '../../target/target.ts';
import { breakNamed } from '../breaks.ts';
import type { SentryObservation } from './observation.ts';
import { observeSentryApi } from './observe/api.ts';
import { SENTRY } from './system.ts';

/** Of an error that is never listed. */
const SHORT_MS = 2500;

function observer(url: string, more: Readonly<Record<string, string>> = {}, token = SENTRY_TOKEN, deadlineMs?: number) {
  const context = {
    options: { sentry: url, sentryProject: SENTRY_PROJECT, sentryErrorPath: '/_reference/error', ...more },
    access: { sentry: { auth: { kind: 'bearer', token } } },
    token: CANARY,
    embedded: false,
    secrets: secretFinder([CANARY]),
    sent: { count: () => 0 },
    signal: new AbortController().signal,
  };
  return observeSentryApi(context as unknown as ObserveContext, deadlineMs);
}

interface Reporting extends FakeSentryOptions {
  readonly broken?: string;
  readonly deadlineMs?: number;
}

async function readBack({ broken, deadlineMs, ...how }: Reporting = {}): Promise<SentryObservation> {
  const sentry = await startFakeSentry(how);
  onTestFinished(() => sentry.stop());
  const reports = { dsn: sentry.dsn, environment: 'production', release: 'a@1' };
  const target = await startTarget({ reports, breaks: broken === undefined ? [] : [breakNamed(broken)] });
  onTestFinished(() => target.stop());
  const watching = observer(sentry.url, { sentryEnvironment: 'production' }, SENTRY_TOKEN, deadlineMs);
  const seen = await seenBy(watching, target.httpUrl);
  expect(sentry.unexpected).toEqual([]);
  return seen;
}

const wordsOf = (seen: SentryObservation): Readonly<Record<string, string>> =>
  Object.fromEntries(judgeObserved(SENTRY, [seen]).map(({ id, status }) => [id.replace('sentry.', ''), status]));

const GOOD = {
  ...{ arrives: 'pass', environment: 'pass', release: 'pass', authorization: 'pass', cookie: 'pass' },
  ...{ email: 'pass', secrets: 'pass', sampling: 'no-data', 'alert-rules': 'no-data' },
};

test('the error of a healthy server is listed, with environment and release, and without who asked', async () => {
  const seen = await readBack();
  expect(wordsOf(seen)).toEqual(GOOD);
  expect(seen).toMatchObject({ source: 'api', errors: 1, environment: { seen: [{ name: 'production', count: 1 }] } });
  expect(JSON.stringify(seen)).not.toMatch(/canary-[0-9a-f]{24}/);
});

test('errors of others are not looked at', async () => {
  const seen = await readBack({ others: 3 });
  expect(wordsOf(seen)).toEqual(GOOD);
  expect(seen).toMatchObject({ errors: 1 });
});

test.each([
  ['sentry.environment-wrong', 'environment'],
  ['sentry.environment-missing', 'environment'],
  ['sentry.release-missing', 'release'],
  ['sentry.authorization-kept', 'authorization'],
  ['sentry.cookie-kept', 'cookie'],
  ['sentry.breadcrumb-secret', 'secrets'],
  ['sentry.user-email', 'email'],
])('%s makes sentry.%s fail, and nothing else', async (broken, finding) => {
  expect(wordsOf(await readBack({ broken }))).toEqual({ ...GOOD, [finding]: 'fail' });
});

describe('a Sentry that accepts and never lists', () => {
  const LATE = 'GET /_reference/error answers 500, and Sentry did not list its error within 2.5 s';

  test.each([
    ['fails after the deadline, where it listed an error before', true, 'fail', LATE],
    [
      'is no proof against the server, where it never listed any',
      false,
      'inconclusive',
      `${LATE}, nor any other event of this project: does it list events at all?`,
    ],
  ])('%s, and nothing passes', async (_, older, status, words) => {
    const seen = await readBack({ lists: false, older, deadlineMs: SHORT_MS });
    const { arrives, ...others } = wordsOf(seen);
    expect(arrives).toBe(status);
    expect(new Set(Object.values(others))).toEqual(new Set(['no-data']));
    expect(judgeObserved(SENTRY, [seen])[0]?.summary).toBe(words);
  });

  test('is no proof where errors of others came: one of them may be it', async () => {
    expect(wordsOf(await readBack({ lists: false, others: 2, deadlineMs: SHORT_MS })).arrives).toBe('inconclusive');
  });
});

describe('a Sentry that can not be read is unavailable, and nothing is provoked', () => {
  test.each([
    [
      'refuses the token',
      { status: 401, json: { detail: 'Invalid token' } },
      /answers 401: it refuses the credentials/,
    ],
    ['is a login page', { text: '<!doctype html><title>Sign in</title>' }, /answers HTML, not JSON/],
    ['has no such project', { status: 404, json: { detail: 'not here' } }, /answers 404/],
    ['answers something else', { json: { detail: 'x' } }, /answers no list of events/],
  ])('because it %s', async (_, answer, reason) => {
    const fake = await FakeBackend.start({ [`GET /api/0/projects/${SENTRY_PROJECT}/events/`]: [answer] });
    onTestFinished(() => fake.stop());
    // The server would be asked at an address where nobody is.
    const seen = await seenBy(observer(fake.url), 'http://127.0.0.1:1');
    expect(seen).toMatchObject({ status: 'unavailable', source: 'api', reason: expect.stringMatching(reason) });
    expect(new Set(Object.values(wordsOf(seen)))).toEqual(new Set(['unavailable']));
  });
});

test.each([
  [{ sentryListen: '127.0.0.1:0' }, /--sentry-listen exclude each other/],
  [{ sentryProject: undefined }, /needs --sentry-project/],
  [{ sentryErrorPath: undefined }, /needs --sentry-error-path/],
])('options that do not fit: %j', (more, message) => {
  expect(() => observer('http://a', more as unknown as Record<string, string>)).toThrow(message);
});
