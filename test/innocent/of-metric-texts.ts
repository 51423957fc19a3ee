/** Innocents that write their metrics in other ways: the same numbers in another text. */
import { sampleText, scrapeByScrape, withLines, withMore, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';

const isComment = (line: string) => line.startsWith('#');
const isDocumented = (name: string) => name.startsWith('aragora_');

/** Each line of a sample of the server. */
function eachText(change: (line: string) => string) {
  return always((right) =>
    withLines(right, (lines) => lines.map((line) => (isDocumented(line) && !isComment(line) ? change(line) : line))),
  );
}

/** The bounds of buckets as another program writes them. */
function bounds(written: (bound: number) => string) {
  return eachText((line) => line.replace(/le="([^"+]+)"/, (_, bound: string) => `le="${written(Number(bound))}"`));
}

/** Many series of something else, as a server with plugins has them. */
const OF_PLUGINS = Array.from(
  { length: 3000 },
  (_, at) => `plugin_calls_total{plugin="p${at % 60}",hook="h${at}"} ${at}`,
);

export const OF_METRIC_TEXTS: readonly TapeInnocent[] = [
  {
    name: 'labels in another order',
    because: 'labels are a set',
    tape: eachText((line) =>
      line.replace(
        /\{(.*)\}/,
        (_, labels: string) =>
          `{${labels
            .match(/\w+="(?:[^"\\]|\\.)*"/g)
            ?.reverse()
            .join(',')}}`,
      ),
    ),
  },
  {
    name: 'a comma after the last label, and spaces between them',
    because: 'the text format allows both',
    tape: eachText((line) => line.replace(/,(?=\w+=")/g, ' , ').replace(/"\} /, '" , } \t')),
  },
  {
    name: 'bounds as 1e+00',
    because: 'a number has many texts',
    tape: bounds((bound) => bound.toExponential()),
  },
  {
    name: 'bounds with three digits after the point',
    because: 'a number has many texts',
    tape: bounds((bound) => bound.toFixed(3)),
  },
  {
    name: 'types without help, and help after types',
    because: 'help is for people, and the format asks for none',
    tape: always((right) =>
      withLines(right, (lines) => lines.filter((line, at) => !line.startsWith('# HELP') || at % 3 === 0)),
    ),
  },
  {
    name: 'no empty lines, and two spaces in comments',
    because: 'the text format ignores both',
    tape: always((right) =>
      withLines(right, (lines) =>
        lines.filter((line) => line !== '').map((line) => line.replace(/^# (\w+) (\w+) /, '#  $1  $2  ')),
      ),
    ),
  },
  {
    name: 'three thousand series of plugins',
    because: 'nobody says how long an exposition may be',
    tape: always((right) => withMore(right, ['# TYPE plugin_calls_total counter', ...OF_PLUGINS])),
  },
  {
    name: 'text that must be escaped in labels',
    because: 'a label may hold any text',
    tape: always((right) =>
      withMore(right, [
        '# TYPE aragora_last_error_info gauge',
        'aragora_last_error_info{text="a \\"b\\" \\\\ c\\n{le=\\"1\\"} 5 # d",ключ_="é🎈"} 1'.replace('ключ_', 'key'),
      ]),
    ),
  },
  {
    name: 'a name of UTF-8 of something else',
    because: 'Prometheus 3 allows it, in quotes',
    tape: always((right) => withMore(right, ['# TYPE "queue.länge" gauge', '{"queue.länge","teil.a"="x"} 3'])),
  },
  {
    name: 'a size of memory in bytes that changes all the time',
    because: 'no document says what a tier is measured in',
    tape: {
      exposition: () =>
        scrapeByScrape((one, scrape) =>
          one.name === 'aragora_memory_tier_size' ? { ...one, value: 5e9 + ((scrape * 7919) % 100) * 1e7 + 0.5 } : one,
        ),
    },
  },
  {
    name: 'counters as 3.0 and gauges as 3e0',
    because: 'Python writes floats',
    tape: always((right) =>
      withSamples(right, (one) => [
        sampleText(one).replace(/ (\d+)$/, one.name.endsWith('_total') ? ' $1.0' : ' $1e0'),
      ]),
    ),
  },
];
