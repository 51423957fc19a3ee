/** What is received of a healthy server is judged, then what broken ones report, then copies of it that were changed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { FakeBackend } from '../../../test/support/fake-backend.ts';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import { CANARY, REQUESTS, reported, seenBy, sentryObserver } from '../../../test/support/sentry-run.ts';
import type { Finding } from '../../core/finding.ts';
import { SENTRY_BREAKS } from './faults/index.ts';
import type { SentryObservation, SentryObserved } from './observation.ts';
import { SENTRY } from './system.ts';

/** Of errors that never come. */
const SHORT_MS = 3000;

let healthy: SentryObserved;
beforeAll(async () => {
  healthy = await reported([]);
});

const findingsOn = (seen: SentryObservation, exclusive = true) => judgeObserved(SENTRY, [seen], { exclusive });

function findingOn(id: string, change: Partial<SentryObserved>, exclusive = true): Finding {
  const found = findingsOn({ ...healthy, ...change }, exclusive).find((finding) => finding.id === `sentry.${id}`);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

const NOTHING: Partial<SentryObserved> = {
  errors: 0,
  transactions: { http: 0, ofLoad: null, names: [], saidRates: [], lost: 0 },
  envelopes: { requests: 0, malformed: 0, problems: [], unread: 0 },
};

describe('a healthy server', () => {
  test('passes all that can be seen', () => {
    const seen = findingsOn(healthy).map(({ id, status, summary }) => [id, status, summary]);
    const expected = seen.map(([id, , summary]) => [id, id === 'sentry.alert-rules' ? 'no-data' : 'pass', summary]);
    expect(seen).toEqual(expected);
  });

  test('is judged on a small observation without any secret', () => {
    const text = JSON.stringify(healthy);
    expect(text.length).toBeLessThan(4000);
    expect(text).not.toMatch(new RegExp(`${CANARY}|canary-[0-9a-f]{24}`));
  });

  test('was asked as often as its transactions say', () => {
    expect(healthy.requests).toBe(REQUESTS);
    expect(healthy.transactions.ofLoad).toBe(healthy.transactions.http);
  });
});

describe('a broken server', () => {
  const observed = new Map<string, Promise<SentryObserved>>();
  beforeAll(async () => {
    for (const { name } of SENTRY_BREAKS) {
      const how = name === 'sentry.error-lost' ? { deadlineMs: SHORT_MS } : {};
      observed.set(name, reported(['--break', name], how));
    }
    await Promise.allSettled(observed.values());
  });

  test.for(SENTRY_BREAKS)('$name fails $finding alone', async ({ name, finding }, { task }) => {
    task.meta.proves = name;
    const seen = await observed.get(name);
    if (seen === undefined) throw new Error('it was not observed');
    const failing = findingsOn(seen).filter(({ status }) => status !== 'pass' && status !== 'no-data');
    expect(failing.map(({ id, status }) => [id, status])).toEqual([[finding, 'fail']]);
    expect(JSON.stringify(seen)).not.toMatch(/canary-[0-9a-f]{24}/);
  });
});

describe('without evidence', () => {
  test('nothing passes when nothing arrived, and it says what to set', () => {
    const seen = { ...healthy, ...NOTHING, provoked: { unasked: 'no error was provoked' } };
    for (const { id, status, summary } of findingsOn(seen)) {
      expect([id, status]).toEqual([id, 'no-data']);
      if (!/arrives|alert-rules/.test(id)) expect(summary).toContain(`SENTRY_DSN to ${healthy.url}`);
    }
  });

  test('nothing passes when it could not be had', () => {
    const gone = { kind: 'sentry', status: 'unavailable', source: 'direct', reason: 'gone', hint: 'look' } as const;
    for (const { status } of findingsOn(gone)) expect(status).toBe('unavailable');
  });
});

describe('the error that was provoked', () => {
  const provoked = { path: '/e', status: 500, arrivedMs: null, deadlineMs: 30_000, others: 0 };
  const statusOf = (change: object, more: Partial<SentryObserved> = {}) =>
    findingOn('arrives', { provoked: { ...provoked, ...change }, ...more }).status;

  test('fails where it did not arrive', () => expect(statusOf({})).toBe('fail'));
  test('fails where a Sentry did not list it, if it has listed another event before, and decides nothing if it has not', () => {
    const listed = (requests: number) => statusOf({}, { source: 'api', envelopes: { ...healthy.envelopes, requests } });
    expect([listed(3), listed(0)]).toEqual(['fail', 'inconclusive']);
  });
  test('passes where it did', () => expect(statusOf({ arrivedMs: 20 })).toBe('pass'));
  test.each([null, 200, 401, 404, 429, 502, 503, 504])('decides nothing with the status %s', (status) => {
    expect(statusOf({ status })).toBe('no-data');
  });
  test('decides nothing where other errors arrived', () => expect(statusOf({ others: 1 })).toBe('inconclusive'));
  test.each([{ malformed: 1 }, { unread: 1 }])('decides nothing where not all was read: %j', (change) => {
    expect(statusOf({}, { envelopes: { ...healthy.envelopes, ...change } })).toBe('inconclusive');
  });
  test('is provoked without its mark in the query where the server refuses that', async () => {
    const refuses = ({ query }: { readonly query: URLSearchParams }) => ({
      status: query.size > 0 ? 400 : 500,
      json: {},
    });
    const server = await FakeBackend.start({ 'GET /e': [refuses] });
    const observer = await sentryObserver({ embedded: false, options: { sentryErrorPath: '/e' }, deadlineMs: 100 });
    const seen = await seenBy(observer, server.url);
    expect(seen).toMatchObject({ provoked: { path: '/e', status: 500, arrivedMs: null } });
    expect(server.calls).toHaveLength(2);
    await Promise.all([observer.close?.(), server.stop()]);
  });
  test('has its deadline however often memory is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await FakeBackend.start({ 'GET /e': [{ status: 500, json: {} }] });
    const observer = await sentryObserver({ embedded: false, options: { sentryErrorPath: '/e' }, deadlineMs: 500 });
    const collecting = setInterval(collect, 20);
    expect(await seenBy(observer, server.url)).toMatchObject({ provoked: { status: 500, arrivedMs: null } });
    clearInterval(collecting);
    await Promise.all([observer.close?.(), server.stop()]);
  });
  test('says so where none was provoked', () => {
    const found = findingOn('arrives', { provoked: { unasked: 'nobody named a path' } });
    expect(found).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('the environment', () => {
  const environment = (expected: string | null, ...names: string[]) =>
    findingOn('environment', {
      environment: { expected, seen: names.map((name) => ({ name, count: 3 })), without: 0 },
    }).status;

  test('has to be there where nobody said which', () => {
    expect(environment(null, 'production')).toBe('pass');
    expect(environment(null, 'production', 'development')).toBe('inconclusive');
  });
  test('has to be the one that was said', () => {
    expect(environment('production', 'production')).toBe('pass');
    expect(environment('production', 'production', 'development')).toBe('fail');
  });
});

describe('the sample rate', () => {
  const transactions = (change: Partial<SentryObserved['transactions']>) => ({
    transactions: { ...healthy.transactions, ...change },
    requests: 1000,
  });
  test.each([
    ['the documented share', { http: 100, ofLoad: 100 }, true, 'pass'],
    ['of unknown clients alone on the server', { http: 100, ofLoad: null }, true, 'pass'],
    ['more of unknown clients, where others call', { http: 300, ofLoad: null }, false, 'inconclusive'],
    ['more of the load, where others call', { http: 900, ofLoad: 300 }, false, 'fail'],
    ['few, where others call', { http: 10, ofLoad: null }, false, 'fail'],
    ['few, and the sender lost some', { http: 10, ofLoad: 10, lost: 90 }, true, 'inconclusive'],
    ['none', { http: 0, ofLoad: null }, true, 'fail'],
  ] as const)('%s', (_, change, exclusive, status) => {
    expect(findingOn('sampling', transactions(change), exclusive).status).toBe(status);
  });
  test('decides nothing where not all was read, or too little was sent', () => {
    const envelopes = { ...healthy.envelopes, unread: 1 };
    expect(findingOn('sampling', { ...transactions({}), envelopes }).status).toBe('inconclusive');
    const few = { ...transactions({ http: 2, ofLoad: 2 }), requests: 20 };
    expect(findingOn('sampling', few).status).toBe('inconclusive');
    expect(findingOn('sampling', { requests: 0 }).status).toBe('no-data');
  });
});

test('the header Authorization decides nothing where none was sent', () => {
  expect(findingOn('authorization', { sentAuthorization: false })).toMatchObject({ status: 'no-data', gating: false });
});

test('secrets decide nothing where there is none to search for', () => {
  expect(findingOn('secrets', { secrets: { ...healthy.secrets, searched: 0 } }).status).toBe('no-data');
});

test('the alert rules are listed as not seen, and gate nothing', () => {
  const found = findingOn('alert-rules', {});
  expect(found).toMatchObject({ status: 'no-data', gating: false });
  expect(found.evidence).toHaveLength(4);
});
