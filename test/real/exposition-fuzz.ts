/** Made-up expositions: good ones, broken ones, and ones broken in a single place. */
import fc from 'fast-check';

const word = fc.constantFrom(
  'a',
  'b',
  'a_total',
  'a_bucket',
  'a_count',
  'a_sum',
  'le',
  'quantile',
  'x:y',
  '_',
  'é',
  '1a',
);
const blank = fc.constantFrom('', '', '', ' ', '  ', '\t');
const number = fc.constantFrom(
  '0',
  '1',
  '1',
  '-1.5e3',
  '+Inf',
  'NaN',
  'inf',
  '.5',
  '5.',
  '0x1p4',
  '1_0',
  '1e999',
  'one',
  '',
);
const text = fc.constantFrom(
  'b',
  '0.5',
  '+Inf',
  'x',
  '',
  'é',
  '\\n',
  '\\\\',
  '\\"',
  '\\t',
  'a b',
  '{',
  '}',
  ',',
  '#',
  ' ',
);

const label = fc
  .tuple(blank, word, blank, blank, text, blank)
  .map(([before, name, after, inside, value, end]) => `${before}${name}${after}=${inside}"${value}"${end}`);
const labels = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 5, arbitrary: fc.array(label, { maxLength: 3 }).map((all) => `{${all.join(',')}}`) },
  { weight: 1, arbitrary: label.map((one) => `{${one},}`) },
  { weight: 1, arbitrary: fc.tuple(text, label).map(([name, one]) => `{"${name}",${one}}`) },
);
const timestamp = fc.constantFrom('', '', '', ' 1395066363000', ' -1', ' 1.5', ' 99999999999999999999', ' x', ' ');
const sample = fc
  .tuple(blank, word, blank, labels, fc.constantFrom(' ', ' ', '', '\t'), number, timestamp)
  .map((parts) => parts.join(''));
const type = fc.constantFrom(
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'Counter',
  'gauge_histogram',
  'info',
  '',
);
const comment = fc.oneof(
  fc.tuple(word, blank, type).map(([name, gap, kind]) => `# TYPE ${name} ${gap}${kind}`),
  fc.tuple(word, text).map(([name, help]) => `# HELP ${name} ${help}`),
  fc.constantFrom(
    '',
    '#',
    '# remark',
    '#TYPE a counter',
    ' # TYPE a gauge',
    '# TYPE',
    '# HELP a',
    '# EOF',
    '# UNIT a s',
  ),
);
const line = fc.oneof({ weight: 3, arbitrary: sample }, { weight: 1, arbitrary: comment });

const whole = fc
  .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\n', '\n', '\n', '', '\r\n'))
  .map(([lines, end]) => (lines.length === 0 ? '' : lines.join('\n') + end));

const GOOD = [
  '# HELP http_requests_total The total number of HTTP requests.',
  '# TYPE http_requests_total counter',
  'http_requests_total{method="post",code="200"} 1027 1395066363000',
  'path{dir="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9',
  '# TYPE took_seconds histogram',
  'took_seconds_bucket{le="0.05"} 24054',
  'took_seconds_bucket{le="+Inf"} 144320',
  'took_seconds_sum 53423',
  'took_seconds_count 144320',
  '# TYPE size summary',
  'size{quantile="0.5"} 4773',
  'size_sum 1.7560473e+07',
  'size_count 2693',
  '',
].join('\n');

/** A good exposition with one place changed. */
const brokenOnce = fc
  .tuple(
    fc.integer({ min: 0, max: GOOD.length }),
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom(
      '',
      '',
      '"',
      '{',
      '}',
      ',',
      '=',
      '\\',
      ' ',
      '\n',
      '\t',
      '#',
      '1',
      'a',
      '_',
      '-',
      '.',
      'é',
      '\r',
      '\0',
    ),
  )
  .map(([at, cut, put]) => GOOD.slice(0, at) + put + GOOD.slice(at + cut));

export const expositions = fc.oneof(whole, brokenOnce);
