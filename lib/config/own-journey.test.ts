/** Journeys that a profile describes: what is taken, and how each mistake is named. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { ownData, readRows, rowsText } from './own-data.ts';
import { loadProfile, profileOf } from './profile.ts';
import { loadObjectives } from './slo.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-own-'));
afterAll(() => rmSync(dir, { recursive: true }));
const LOAD = { ratePerSec: 20, durationSec: 60 };

function written(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

beforeAll(() => {
  written('words.csv', 'term,lang\ntea,en\n"Kaffee, Kuchen",de\n');
  written('words.json', JSON.stringify([{ term: 'tea', most: 5, hot: true }]));
  written('ragged.csv', 'term,lang\ntea\n');
  written('empty.csv', '');
  written('head.csv', 'term,lang\n');
  written('twice.csv', 'term,term\na,b\n');
  written('dots.csv', 'term\ntea\n..\n');
  written('lines.csv', 'term\n"two\nlines"\n');
  written('debate.csv', 'debate\nx\n');
  written('object.json', '{"term": "tea"}');
  written('mixed.json', '[{"term": "tea"}, "coffee"]');
  written('lacking.json', '[{"term": "tea"}, {"word": "tea"}]');
  written('nested.json', '[{"term": {"a": 1}}]');
});

function profileWith(journey: object, name = 'search'): Profile {
  return profileOf(join(dir, 'mine.yaml'), { name: 'mine', journeys: { [name]: { ...LOAD, ...journey } } });
}

function ownOf(journey: object) {
  const [own] = profileWith(journey).own ?? [];
  if (own === undefined) throw new Error('the profile describes no journey');
  return own;
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SloError) return `${error.message.replaceAll(`${dir}/`, '')} | ${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is taken', () => {
  test('a path alone is a GET that has to answer 200', () => {
    const { descriptor, objectives } = ownOf({ path: '/api/search' });
    expect(descriptor).toMatchObject({
      name: 'search',
      title: 'asks GET /api/search',
      endpoints: [{ name: 'search', http: { method: 'GET', path: '/api/search' }, owed: { by: 'arrival' }, own: true }],
      needsDebate: false,
      preflightPaths: ['/api/search'],
      request: { method: 'GET', path: '/api/search', checks: [] },
    });
    expect(objectives).toEqual([]);
  });

  test('names in braces stand for one segment of the route, and for the first row before the load', () => {
    const { descriptor } = ownOf({ path: '/api/of/{lang}?q={term}', data: 'words.csv' });
    expect(descriptor.endpoints[0]?.http?.path).toBe('/api/of/{id}');
    expect(descriptor.preflightPaths).toEqual(['/api/of/en?q=tea']);
    expect(descriptor.request?.data).toMatchObject({
      file: join(dir, 'words.csv'),
      columns: ['term', 'lang'],
      rows: 2,
      order: 'random',
    });
  });

  test('{debate} is the prepared debate', () => {
    const { descriptor } = ownOf({ path: '/api/debates/{debate}/texts?in={lang}', data: 'words.csv' });
    expect(descriptor.needsDebate).toBe(true);
    expect(descriptor.preflightPaths).toEqual(['/api/debates/{id}/texts?in=en']);
  });

  test.each([
    ['another method', { method: 'POST', body: { q: '{term}' }, data: 'words.csv' }],
    ['another status', { status: 404 }],
    ['headers', { headers: { Accept: 'text/plain' } }],
  ])('what has %s is not asked before the load', (_, more) => {
    expect(ownOf({ path: '/api/search', ...more }).descriptor.preflightPaths).toEqual([]);
  });

  test('a status other than 200 is the good one of its endpoint', () => {
    expect(ownOf({ path: '/a', status: 204 }).descriptor.endpoints[0]?.goodStatus).toBe(204);
  });

  test('a POST of its own is no debate', () => {
    const { descriptor } = ownOf({ method: 'POST', path: '/api/search', body: { question: 'why is the sky blue?' } });
    expect(descriptor.endpoints[0]).not.toHaveProperty('role');
    expect(descriptor.needsDebate).toBe(false);
  });

  test('objectives have names by the journey, and their source is the profile', () => {
    const own = ownOf({ path: '/a', objectives: [{ percentile: 95, limitMs: 300 }, { availability: 0.999 }] });
    const source = { document: join(dir, 'mine.yaml'), section: 'journeys.search' };
    expect(own.objectives).toEqual([
      expect.objectContaining({ kind: 'latency', id: 'search.p95', endpoint: 'search', limitMs: 300, source }),
      expect.objectContaining({ kind: 'availability', id: 'search.availability', endpoints: ['search'], source }),
    ]);
    // They come beside the documented ones, which promise nothing of it.
    const all = loadObjectives(undefined, { own: [own] });
    expect(all.slice(-2)).toEqual(own.objectives);
    const api = all.find(({ id }) => id === 'availability.api');
    expect(api).toMatchObject({ endpoints: expect.not.arrayContaining(['search']) });
    expect(loadObjectives(all, { own: [own] })).toEqual(all);
  });

  test('users are there as long as an answer may take', () => {
    const holdSec = (objectives: object[]) => ownOf({ path: '/a', objectives }).descriptor.holdSec;
    expect(holdSec([{ percentile: 95, limitMs: 300 }])).toBe(1.5);
    expect(holdSec([{ percentile: 95, limitMs: 4000 }])).toBe(6);
    expect(holdSec([{ availability: 0.9 }])).toBe(10);
  });

  test('phases load it like any other', () => {
    const profile = profileOf(join(dir, 'mine.yaml'), {
      name: 'mine',
      journeys: { search: { path: '/a', ...LOAD } },
      phases: [
        { name: 'calm', durationSec: 10 },
        { name: 'busy', journeys: { search: { ratePerSec: 40, durationSec: 10 } }, expects: [{ availability: 0.9 }] },
      ],
    });
    expect(profile.phases?.[1]?.objectives).toMatchObject([{ id: 'busy.availability', endpoints: ['search'] }]);
  });

  test('it is known to its profile alone, and a profile may be read again', () => {
    const path = written('again.json', JSON.stringify({ name: 'a', journeys: { search: { path: '/a', ...LOAD } } }));
    expect(loadProfile(path)).toEqual(loadProfile(path));
    expect(JOURNEYS.map(({ name }) => name)).not.toContain('search');
  });
});

describe('what is refused', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown key', { pth: '/a' }, /"journeys.search" has no key "pth" \| did you mean "path"\? legal keys: method/],
    ['a path without its slash', { path: 'a' }, /"journeys.search.path" must be a path .*, got "a"/],
    ['an address', { path: '//example.com/a' }, /"journeys.search.path" must be a path/],
    [
      'a column that is missing',
      { path: '/a?q={word}', data: 'words.csv' },
      /^mine.yaml: "journeys.search" names \{word\}; words.csv has the columns term, lang/,
    ],
    [
      'the nearest column',
      { path: '/a?q={terms}', data: 'words.csv' },
      /did you mean "term"\? legal columns: term, lang/,
    ],
    [
      'a name without data',
      { path: '/a?q={word}' },
      /names \{word\}, and has no data \| .*\{debate\} alone needs none/,
    ],
    [
      'data that nothing asks for',
      { path: '/a', data: 'words.csv' },
      /has data, and names none of its columns \| write \{term\}/,
    ],
    ['a file that is not there', { path: '/a?q={x}', data: 'no.csv' }, /cannot read no.csv: it does not exist/],
    [
      'a row that is too short',
      { path: '/a?q={term}', data: 'ragged.csv' },
      /ragged.csv: it is not valid CSV: .* line 2/,
    ],
    [
      'an empty file',
      { path: '/a?q={term}', data: 'empty.csv' },
      /empty.csv is empty \| the first line names the columns/,
    ],
    ['a head line alone', { path: '/a?q={term}', data: 'head.csv' }, /head.csv has no row/],
    [
      'a column that comes twice',
      { path: '/a?q={term}', data: 'twice.csv' },
      /twice.csv names the column "term" twice/,
    ],
    [
      'a value that makes another path',
      { path: '/a/{term}', data: 'dots.csv' },
      /dots.csv: row 2 has a "term" with which the path would be another one/,
    ],
    [
      'a value that no header has',
      { path: '/a', headers: { A: '{term}' }, data: 'lines.csv' },
      /lines.csv: row 1 has a "term" that no header can have/,
    ],
    [
      'a column with the name of the debate',
      { path: '/a?q={debate}', data: 'debate.csv' },
      /debate.csv has a column "debate", and \{debate\} is the prepared debate/,
    ],
    ['JSON that is no list', { path: '/a?q={term}', data: 'object.json' }, /object.json is no list/],
    [
      'an entry that is no object',
      { path: '/a?q={term}', data: 'mixed.json' },
      /mixed.json has an entry 2 that is no object/,
    ],
    [
      'an entry without a column',
      { path: '/a?q={term}', data: 'lacking.json' },
      /lacking.json has an entry 2 that lacks "term"/,
    ],
    [
      'a value that is an object',
      { path: '/a?q={term}', data: 'nested.json' },
      /has an entry 1 that has neither a text, a number nor a truth value as "term"/,
    ],
    [
      'what a built-in journey asks',
      { path: '/api/debates' },
      /asks GET \/api\/debates, as the journey "debates-list" does \| counts of both/,
    ],
    [
      'what may be the same',
      { path: '/api/{term}', data: 'words.csv' },
      /asks GET \/api\/\{id\}, as the journey "health" does/,
    ],
    [
      'the last request of the harness',
      { path: '/api/auth/oauth/providers' },
      /where the harness sends its own last request/,
    ],
    [
      'a check without its path',
      { path: '/a', check: { jsn: 'a' } },
      /"journeys.search.check" has no key "jsn" \| did you mean "json"\?/,
    ],
    [
      'a check that says nothing',
      { path: '/a', check: { json: 'a' } },
      /must be a check that says what must hold: equals, atLeast/,
    ],
    [
      'a check in a list',
      { path: '/a', check: [{ json: 'a', atLeast: 'x' }] },
      /"journeys.search.check.0.atLeast" must be a number, got "x"/,
    ],
    [
      'what is no expression',
      { path: '/a', check: { json: 'a', matches: '(' } },
      /check.matches" must be a regular expression, got "\("/,
    ],
    [
      'a header of the harness',
      { path: '/a', headers: { cookie: 'x' } },
      /headers.cookie" must be the name of a header that the harness does not send itself/,
    ],
    ['a body of a GET', { path: '/a', body: {} }, /"journeys.search.body" must be absent for GET and HEAD/],
    [
      'half an objective',
      { path: '/a', objectives: [{ percentile: 95 }] },
      /objectives.0" must be an object with percentile and limitMs, or with availability/,
    ],
    [
      'an objective twice',
      { path: '/a', objectives: [{ availability: 0.9 }, { availability: 0.8 }] },
      /must be objectives of different measures/,
    ],
    [
      'a load that is none',
      { path: '/a', ratePerSec: undefined },
      /"journeys.search" must be either ratePerSec and durationSec, or steps/,
    ],
  ])('%s', (_, journey, words) => {
    expect(refusal(() => profileWith(journey))).toMatch(words);
  });

  test.each([
    ['Search', /the journey "Search" needs a name of lower-case letters/],
    ['metrics', /"journeys.metrics" can't be called so: other findings are \| choose another name than metrics, /],
    ['latency', /"journeys.latency" can't be called so/],
  ])('the name %s', (name, words) => {
    expect(refusal(() => profileWith({ path: '/a' }, name))).toMatch(words);
  });

  test('two that ask the same', () => {
    const journeys = { one: { path: '/a/{debate}', ...LOAD }, other: { path: '/a/b', ...LOAD } };
    expect(refusal(() => profileOf('mine.yaml', { name: 'mine', journeys }))).toMatch(
      /"journeys.other" asks GET \/a\/b, as the journey "one" does/,
    );
  });

  test('a load under a name that nobody knows', () => {
    expect(refusal(() => profileOf('mine.yaml', { name: 'mine', journeys: { serch: LOAD } }))).toMatch(
      /"journeys" has no key "serch"/,
    );
  });

  test('a file that was changed since it was planned', () => {
    const path = written('changing.csv', 'term\ntea\n');
    const { descriptor } = ownOf({ path: '/a?q={term}', data: 'changing.csv' });
    expect(ownData([descriptor])).toEqual({ 'data-search.json': '[\n["tea"]\n]\n' });
    written('changing.csv', 'term\ncoffee\n');
    expect(refusal(() => ownData([descriptor]))).toMatch(/changing.csv was changed after the load was planned/);
    expect(path).toContain('changing.csv');
  });
});

test('rows of CSV are texts, and rows of JSON keep their kinds', () => {
  expect(rowsText(readRows(join(dir, 'words.csv')))).toBe('[\n["tea","en"],\n["Kaffee, Kuchen","de"]\n]\n');
  expect(readRows(join(dir, 'words.json'))).toEqual({ columns: ['term', 'most', 'hot'], rows: [['tea', 5, true]] });
});

test('100,000 rows are the most', () => {
  const path = written('many.csv', `n\n${Array.from({ length: 100_001 }, (_, at) => at).join('\n')}\n`);
  expect(() => readRows(path)).toThrow('has 100001 rows, and 100000 is the most');
});

test('8 MiB are the most', () => {
  const path = written('large.csv', `n\n${'x'.repeat(8 * 1024 * 1024)}\n`);
  expect(() => readRows(path)).toThrow('has 8388611 bytes, and 8388608 (8 MiB) is the most');
});

describe('a script', () => {
  const SHOP = {
    script: './checkout.ts',
    endpoints: {
      cart: { method: 'POST', path: '/api/cart', status: 201 },
      pay: { method: 'POST', path: '/api/orders/{id}/pay?now={now}' },
      coupon: { path: '/api/coupons/{code}', optional: true },
    },
  };
  beforeAll(() => {
    written('checkout.ts', 'export default function checkout() {}\n');
  });

  test('measures the endpoints that the profile names', () => {
    const { descriptor, objectives } = ownOf({
      ...SHOP,
      objectives: [
        { endpoint: 'pay', percentile: 95, limitMs: 1000 },
        { endpoint: 'cart', availability: 0.99 },
      ],
    });
    expect(descriptor).toMatchObject({
      script: { path: join(dir, 'checkout.ts'), function: 'default' },
      endpoints: [
        { name: 'cart', http: { method: 'POST', path: '/api/cart' }, goodStatus: 201, owed: { by: 'arrival' } },
        { name: 'pay', http: { method: 'POST', path: '/api/orders/{id}/pay' }, owed: { by: 'arrival' } },
        { name: 'coupon', http: { method: 'GET', path: '/api/coupons/{id}' }, owed: { by: 'nobody' } },
      ],
      templates: { pay: '/api/orders/{id}/pay?now={now}' },
      isOneRequest: false,
      needsDebate: false,
      holdSec: 4.5,
    });
    expect(objectives.map(({ id }) => id)).toEqual(['pay.p95', 'cart.availability']);
  });

  test.each<[string, object, RegExp]>([
    [
      'a script that is not there',
      { script: './nothing.ts' },
      /script" names .\/nothing.ts, which is not there \| a path counts from/,
    ],
    ['no endpoint', { endpoints: {} }, /endpoints" must be an object of at least one endpoint/],
    ['a name that is none', { endpoints: { Cart: { path: '/a' } } }, /must be a name of lower-case letters/],
    ['the name of other findings', { endpoints: { metrics: { path: '/a' } } }, /can't be called so/],
    ['a path that is missing', { endpoints: { cart: {} } }, /endpoints.cart.path" must be a path/],
    [
      'two that ask the same',
      { endpoints: { a: { path: '/a/{x}' }, b: { path: '/a/b' } } },
      /asks GET \/a\/b, as its endpoint "a" does/,
    ],
    [
      'what a built-in journey asks',
      { endpoints: { a: { path: '/api/debates' } } },
      /as the journey "debates-list" does/,
    ],
    [
      'an objective of another endpoint',
      { objectives: [{ endpoint: 'crat', availability: 0.9 }] },
      /names the endpoint "crat", which the journey does not measure \| did you mean "cart"\?/,
    ],
    [
      'an objective without its endpoint',
      { objectives: [{ availability: 0.9 }] },
      /must be an object with endpoint, and percentile/,
    ],
    ['a check beside it', { check: { json: 'a', exists: true } }, /has no key "check"/],
  ])('is refused with %s', (_, more, words) => {
    expect(refusal(() => profileWith({ ...SHOP, ...more }))).toMatch(words);
  });
});
