import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACCEPTED,
  APART,
  OPENMETRICS,
  OPENMETRICS_ACCEPTED,
  OPENMETRICS_REFUSED,
  QUOTED_NAME,
  REFUSED,
  TWICE,
} from '../../../../test/support/expositions.ts';
import { largeExposition } from '../../../../test/support/large-exposition.ts';
import { parseExposition } from '../../../../test/support/parse-exposition.ts';
import { type Dialect, ExpositionReader } from './exposition.ts';
import { escaped } from './series-set.ts';

const problemsOf = (text: string, dialect: Dialect = 'prometheus') =>
  parseExposition(text, dialect).problems.map(({ kind, line, problem }) => [kind, line, problem]);

describe('the text format 0.0.4', () => {
  test('is read with types, help, escapes, special values and timestamps', () => {
    const { families, samplesOf, problems } = parseExposition(
      [
        '# HELP http_requests_total The total, with a \\\\ and a \\n.',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total{method="post",code="400",}    3 1395066363000',
        '# a remark',
        '',
        'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9',
        'metric_without_timestamp_and_labels 12.47',
        'something_weird{problem="division by zero"} +Inf -3982045',
        'minus -Inf',
        'none NaN',
        '# TYPE latency histogram',
        'latency_bucket{le="0.05"} 24054',
        'latency_bucket{le="+Inf"} 144320',
        'latency_sum 53423',
        'latency_count 144320',
        '',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(families[0]).toEqual({
      name: 'http_requests_total',
      type: 'counter',
      help: 'The total, with a \\ and a \n.',
      unit: null,
    });
    expect(samplesOf.get('http_requests_total')?.[0]).toEqual({
      name: 'http_requests_total',
      labels: { method: 'post', code: '200' },
      value: 1027,
      timestampMs: 1_395_066_363_000,
      exemplar: null,
    });
    expect(samplesOf.get('msdos_file_access_time_seconds')?.[0]?.labels).toEqual({
      path: 'C:\\DIR\\FILE.TXT',
      error: 'Cannot find file:\n"FILE.TXT"',
    });
    expect(samplesOf.get('something_weird')?.[0]).toMatchObject({ value: Infinity, timestampMs: -3_982_045 });
    expect(samplesOf.get('minus')?.[0]?.value).toBe(-Infinity);
    expect(samplesOf.get('none')?.[0]?.value).toBeNaN();
    expect(samplesOf.get('latency')?.map(({ name }) => name)).toEqual([
      'latency_bucket',
      'latency_bucket',
      'latency_sum',
      'latency_count',
    ]);
  });

  test.each(Object.entries(ACCEPTED))('accepts %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test('accepts a quoted name among the labels', () => {
    const { samplesOf, problems } = parseExposition(QUOTED_NAME);
    expect(problems).toEqual([]);
    expect(samplesOf.get('a.b')).toMatchObject([{ labels: { c: 'd' }, value: 1 }]);
  });

  test.each(Object.entries(REFUSED))('refuses %s', (_, [text, line, problem]) => {
    expect(problemsOf(text)).toEqual([['malformed', line, problem]]);
  });

  test('quotes the line it refuses, cut to a readable length', () => {
    const { problems } = parseExposition(`a 1\nb${'x'.repeat(1000)} one\n`);
    expect(problems[0]).toMatchObject({ line: 2, text: `b${'x'.repeat(199)}…` });
  });

  test('goes on after a broken line', () => {
    expect(parseExposition('a 1\nb one\nc 3\n').samples).toBe(2);
  });
});

describe('a series that is there twice', () => {
  test.each(Object.entries(TWICE))('is reported: %s', (_, text) => {
    expect(problemsOf(text)).toEqual([['duplicate', text.split('\n').length - 1, 'the same series was there before']]);
  });

  test('is none when it differs, or has timestamps', () => {
    expect(problemsOf('a{b="1"} 1\na{b="2"} 1\na 1\nab{b="1"} 1\n')).toEqual([]);
    expect(problemsOf('a{b="1"} 1 1000\na{b="1"} 1 2000\n')).toEqual([]);
  });
});

test('buckets that follow a higher one of their own series are reported', () => {
  const text = (...bounds: readonly string[]) =>
    ['# TYPE a histogram', ...bounds, 'a_sum{b="1"} 1', 'a_count{b="1"} 2', ''].join('\n');
  const [low, high] = ['a_bucket{b="1",le="5e-1"} 1', 'a_bucket{b="1",le="10"} 2'];
  const infinite = 'a_bucket{b="1",le="+Inf"} 2';
  expect(problemsOf(text(low, high, infinite))).toEqual([]);
  expect(problemsOf(text(high, low, infinite))).toEqual([['disordered', 3, 'this bucket follows a higher one']]);
  expect(problemsOf(text(infinite, low))).toEqual([['disordered', 3, 'this bucket follows a higher one']]);
  // Of another series, and of another metric.
  expect(problemsOf('# TYPE a histogram\na_bucket{le="+Inf"} 1\n# TYPE b histogram\nb_bucket{le="1"} 1\n')).toEqual([]);
  expect(problemsOf(text(infinite, low.replace('"1"', '"2"')))).toEqual([]);
});

test('families whose lines are apart are reported', () => {
  expect(problemsOf(APART)).toEqual([['interleaved', 3, '"a" was there before, and others in between']]);
});

describe('OpenMetrics 1.0', () => {
  test('is read with units, exemplars and timestamps in seconds', () => {
    const { problems, families, samplesOf } = parseExposition(OPENMETRICS, 'openmetrics');
    expect(problems).toEqual([]);
    expect(families[0]).toMatchObject({ type: 'summary', unit: 'seconds' });
    expect(samplesOf.get('foo')?.[0]).toEqual({
      name: 'foo_total',
      labels: {},
      value: 17,
      timestampMs: 1_520_879_607_789,
      exemplar: { labels: { trace_id: 'KOO5S4vxi0o' }, value: 0.67, timestampSec: 1_520_879_606.1 },
    });
    expect(samplesOf.get('lat')?.map(({ exemplar }) => exemplar?.value ?? null)).toEqual([0.054, 9.8, null, null]);
  });

  test.each(Object.entries(OPENMETRICS_ACCEPTED))('accepts %s', (_, text) => {
    expect(problemsOf(text, 'openmetrics')).toEqual([]);
  });

  test('a family is declared by a quoted name', () => {
    const { families, samplesOf } = parseExposition(OPENMETRICS_ACCEPTED['a name in quotes'] ?? '', 'openmetrics');
    expect(families).toEqual([{ name: 'aragora.requests', type: 'counter', help: 'Seen.', unit: null }]);
    expect(samplesOf.get('aragora.requests')).toMatchObject([{ labels: { path: '/api' }, value: 3 }]);
  });

  test.each(Object.entries(OPENMETRICS_REFUSED))('refuses %s', (_, [text, line, problem]) => {
    expect(problemsOf(text, 'openmetrics')).toEqual([['malformed', line, problem]]);
  });

  test('families whose lines are apart are reported', () => {
    expect(
      problemsOf('# TYPE a gauge\na{x="1"} 1\n# TYPE b gauge\nb 1\na{x="2"} 1\n# EOF\n', 'openmetrics')[0]?.[0],
    ).toBe('interleaved');
  });
});

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/).filter((word) => !word.startsWith('__'));
const labels = fc.dictionary(
  name,
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\r', '')),
  { maxKeys: 4 },
);
const series = fc.uniqueArray(labels, {
  minLength: 1,
  maxLength: 8,
  selector: (set) => JSON.stringify(Object.entries(set).sort()),
});

test('what is rendered is read back, in one piece and in any chunks', () => {
  const value = fc.double();
  const written = (number: number) => (Object.is(number, -0) ? '-0' : number === Infinity ? '+Inf' : String(number));
  fc.assert(
    fc.property(
      name,
      series,
      fc.infiniteStream(value),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (metric, sets, values, cuts) => {
        const rows = sets.map((set) => ({ set, value: values.next().value ?? 0 }));
        const lines = rows.map(({ set, value }) => {
          const inner = Object.entries(set).map(([key, text]) => `${key}="${escaped(text)}"`);
          return `${metric}{${inner.join(',')}} ${written(value)}\n`;
        });
        const text = `# TYPE ${metric} gauge\n${lines.join('')}`;
        const { problems, samplesOf } = parseExposition(text);
        expect(problems).toEqual([]);
        expect(samplesOf.get(metric)?.map((sample) => ({ set: { ...sample.labels }, value: sample.value }))).toEqual(
          rows.map(({ set, value }) => ({ set: { ...set }, value })),
        );
        const seen: unknown[] = [];
        const reader = new ExpositionReader('prometheus', {
          sample: (_, line) => {
            seen.push([line.labels(), line.value]);
            return undefined;
          },
        });
        for (let at = 0; at < text.length; ) {
          const length = cuts.next().value ?? 1;
          reader.push(text.slice(at, at + length));
          at += length;
        }
        expect(reader.end().problems).toEqual([]);
        expect(seen).toEqual(samplesOf.get(metric)?.map((sample) => [sample.labels, sample.value]));
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

test('any text at all is read without an error, and every line is accounted for', () => {
  const piece = fc.constantFrom(
    'a',
    '{',
    '}',
    '"',
    '=',
    ',',
    '\\',
    ' ',
    '\n',
    '#',
    '1',
    '+Inf',
    'TYPE',
    'le',
    '# TYPE a histogram\n',
    'é',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom('prometheus' as const, 'openmetrics' as const),
      (pieces, dialect) => {
        const text = pieces.join('');
        const { lines } = parseExposition(text, dialect);
        expect(lines).toBe(text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0));
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

test('a large exposition is read whole, histogram families and all', () => {
  const text = largeExposition(300_000);
  const { samples, problems, samplesOf } = parseExposition(text);
  expect(problems).toEqual([]);
  expect(samples).toBe(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length);
  expect(samplesOf.get('aragora_made_up_0_seconds')).toHaveLength(1200);
});
