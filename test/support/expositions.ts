/** Expositions, each with what must be said about it, for our reader and for Prometheus' own. */

/** Good in the text format 0.0.4, by what they show. */
export const ACCEPTED: Record<string, string> = {
  'nothing at all': '',
  'blanks as the last line': 'a 1\n \t',
  'both names of a gauge histogram':
    '# TYPE a gaugehistogram\na_bucket{le="1"} 1\n# TYPE b gauge_histogram\nb_count 1\n',
  'a histogram whose values are negative': '# TYPE a histogram\na_sum -1\na_count NaN\na_bucket{le="NaN"} -1\n',
  'blanks around everything': '  a { b = "c" , } 1  2\n',
  'empty braces': 'a{} 1\n',
  'no blank before the value': 'a{b="c"}1\n',
  'a type in capitals': '# TYPE a COUNTER\na 1\n',
  'a declaration without samples': '# TYPE a counter\n# HELP b nothing\n',
  'a remark that looks like one': '#TYPEa counter\n# EOF\n',
  'a TYPE line that says nothing': '# TYPE\n# TYPE a\n',
  'numbers of every kind': 'a 1e5\nb .5\nc 5.\nd -0\ne +1.5E-3\nf inf\ng -Infinity\nh nan\n',
};

/** Malformed in the text format 0.0.4: text, line, problem. */
export const REFUSED: Record<string, [string, number, string]> = {
  'a line without a value': ['a 1\nb\n', 2, 'expected a number as value, got ""'],
  'a word as value': ['a one\n', 1, 'expected a number as value, got "one"'],
  hexadecimal: ['a 0x10\n', 1, 'expected a number as value, got "0x10"'],
  'underscores in a number': ['a 1_000\n', 1, 'expected a number as value, got "1_000"'],
  'a number too large': ['a 1e400\n', 1, 'expected a number as value, got "1e400"'],
  'a name that begins with a digit': ['1a 1\n', 1, 'a metric name must begin with a letter, "_" or ":"'],
  'a name with a dash': ['a-b 1\n', 1, 'expected a number as value, got "-b"'],
  'what a client without a library writes': ['a{b="c"}_count 1\n', 1, 'expected a number as value, got "_count"'],
  'labels that are not closed': ['a{b="c" 1\n', 1, 'expected "," or "}" after a label, got "1"'],
  'labels that end with the line': ['a{b="c"\n', 1, 'the labels are not closed by "}"'],
  'a value without quotes': ['a{b=c} 1\n', 1, 'a label value must be quoted, got "c"'],
  'a quote that does not end': ['a{b="c} 1\n', 1, 'a quoted string does not end on its line'],
  'an unknown escape': ['a{b="\\t"} 1\n', 1, '"\\t" is no escape'],
  'a label without "="': ['a{b} 1\n', 1, 'expected "=" after a label name, got "}"'],
  'a label that is there twice': ['a{b="1",b="2"} 1\n', 1, 'label "b" is there twice'],
  'the reserved label': ['a{__name__="b"} 1\n', 1, 'label "__name__" is reserved'],
  'two commas': ['a{b="c",,} 1\n', 1, 'a label name must begin with a letter or "_", got ","'],
  'a timestamp in parts': ['a 1 1.5\n', 1, 'expected whole milliseconds as timestamp, got "1.5"'],
  'a blank at the end': ['a 1 \n', 1, 'expected whole milliseconds as timestamp, got ""'],
  'a word after the timestamp': ['a 1 2 3\n', 1, 'expected the end of the line after the timestamp, got " "'],
  'a carriage return': ['a 1\r\n', 1, 'expected a number as value, got "1\\r"'],
  'an exemplar': ['a 1 # {b="c"} 1\n', 1, 'expected whole milliseconds as timestamp, got "#"'],
  'an unknown type': [
    '# TYPE a timer\n',
    1,
    'unknown type "timer"; types: counter, gauge, summary, untyped, histogram, gauge_histogram, gaugehistogram',
  ],
  'a second TYPE line': ['# TYPE a counter\n# TYPE a counter\n', 2, 'a second TYPE line for "a"'],
  'TYPE after the samples': ['a 1\n# TYPE a counter\n', 2, 'TYPE of "a" comes after its samples'],
  'a second HELP line': ['# HELP a b\n# HELP a b\n', 2, 'a second HELP line for "a"'],
  'an unknown escape in HELP': ['# HELP a \\t\n', 1, 'HELP knows the escapes "\\\\", "\\n" and "\\"" only'],
  'HELP for no name': ['# HELP 1a b\n', 1, 'expected a metric name after HELP or TYPE'],
  'a bound that is no number': [
    '# TYPE a histogram\na_bucket{le="x"} 1\n',
    2,
    'expected a number in label "le", got "x"',
  ],
  'a quantile that is no number': [
    '# TYPE a summary\na{quantile=""} 1\n',
    2,
    'expected a number in label "quantile", got ""',
  ],
  'a histogram that counts a negative number': ['# TYPE a histogram\na_count -1\n', 2, "what counts can't be -1"],
  'a bucket of a negative number': ['# TYPE a histogram\na_bucket{le="1"} -1\n', 2, "what counts can't be -1"],
  HTML: ['<!doctype html>\n', 1, 'a metric name must begin with a letter, "_" or ":"'],
  'a last line without line feed': ['a 1\nb 2', 2, 'the last line does not end in a line feed'],
};

/** A series that is there twice, on the last line: `expfmt` accepts it. */
export const TWICE: Record<string, string> = {
  'as it was': 'a{b="1",c="2"} 1\na{b="1",c="2"} 2\n',
  'in another order': 'a{b="1",c="2"} 1\na{c="2",b="1"} 2\n',
  'in another order first': 'a{b="0",c="0"} 1\na{c="2",b="1"} 1\na{b="1",c="2"} 2\n',
  'with blanks': 'a{b="1",c="2"} 1\na{ b="1", c="2" } 2\n',
  'without labels': 'a 1\na{} 2\n',
  'with fewer labels, written differently': 'a{b="1",c="2"} 1\na{b="1"} 1\na{b="1",} 2\n',
};

/** Two families whose lines are not together. */
export const APART = 'a{x="1"} 1\nb 1\na{x="2"} 1\n';

/** A name that only Prometheus since 3.0 accepts; promtool's lint still refuses it. */
export const QUOTED_NAME = '{"a.b",c="d"} 1\n';

/** Good in OpenMetrics 1.0. */
export const OPENMETRICS = [
  '# TYPE acme_http_router_request_seconds summary',
  '# UNIT acme_http_router_request_seconds seconds',
  "# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.",
  'acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32',
  'acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0',
  'acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0',
  '# TYPE go_goroutines gauge',
  '# HELP go_goroutines Number of goroutines that currently exist.',
  'go_goroutines 69 1605281325.5',
  '# TYPE foo counter',
  'foo_total 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879606.1',
  '# TYPE lat histogram',
  'lat_bucket{le="0.1"} 8 # {} 0.054',
  'lat_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0"} 9.8',
  'lat_count 17',
  'lat_sum 324789.3',
  '# TYPE build info',
  'build_info{version="1"} 1',
  '# EOF',
  '',
].join('\n');

/** Malformed in OpenMetrics 1.0: text, line, problem. */
/** What Prometheus scrapes, though the specification has it elsewhere or not at all. */
export const OPENMETRICS_ACCEPTED: Record<string, string> = {
  'an exemplar on a gauge':
    '# TYPE a gauge\na{m="GET"} 804.0 # {span_id="ac",trace_id="8f"} -1.0 1636979234.824\n# EOF\n',
  'an exemplar on the count of a histogram':
    '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1 # {trace_id="20"} 0.15 1738954792.130\na_sum 0.15\n# EOF\n',
  'an exemplar on the count of a summary':
    '# TYPE a summary\n# HELP a  \na_count 3 # {trace_id="18"} 0.1 1738954792.129\na_sum 1.0E18\n# EOF\n',
  'a name in quotes':
    '# HELP "aragora.requests" Seen.\n# TYPE "aragora.requests" counter\n{"aragora.requests_total",path="/api"} 3\n# EOF\n',
  'a name in quotes that has quotes': '# TYPE "a\\"b" gauge\n{"a\\"b"} 1\n# EOF\n',
  'a last line that does not end': '# TYPE a gauge\na 1\n# EOF',
};

export const OPENMETRICS_REFUSED: Record<string, [string, number, string]> = {
  'no end': ['a 1\n', 1, 'the exposition does not end in "# EOF"'],
  'something after the end': ['# EOF\na 1\n', 2, 'nothing may follow "# EOF"'],
  'an empty line': ['\n# EOF\n', 1, 'OpenMetrics has no empty lines'],
  'a remark': [
    '# remark\n# EOF\n',
    1,
    'expected "# TYPE name type", "# HELP name text", "# UNIT name unit" or "# EOF"',
  ],
  'a counter without _total': [
    '# TYPE a counter\na 1\n# EOF\n',
    2,
    'a sample of the counter "a" must end in "_total" or "_created"',
  ],
  'a negative counter': ['# TYPE a counter\na_total -1\n# EOF\n', 2, "what counts can't be -1"],
  'two blanks': ['a  1\n# EOF\n', 1, 'expected a number as value, got ""'],
  'a comma at the end': ['a{b="c",} 1\n# EOF\n', 1, 'a comma must be followed by a label'],
  'a bucket without le': ['# TYPE a histogram\na_bucket 1\n# EOF\n', 2, 'label "le" is missing'],
  'a unit that the name lacks': ['# UNIT a seconds\n# EOF\n', 1, '"a" must end in its unit, "_seconds"'],
  'HELP after the samples': ['# TYPE a gauge\na 1\n# HELP a b\n# EOF\n', 3, 'HELP of "a" comes after its samples'],
  'a counter that is NaN': ['# TYPE a counter\na_total NaN\n# EOF\n', 2, "what counts can't be NaN"],
  'an exemplar that is too long': [
    `# TYPE a counter\na_total 1 # {b="${'c'.repeat(128)}"} 1\n# EOF\n`,
    2,
    "an exemplar's labels may have 128 characters, these have 129",
  ],
  'a broken exemplar': [
    '# TYPE a counter\na_total 1 # {b=c} 1\n# EOF\n',
    2,
    'in the exemplar: a label value must be quoted, got "c"',
  ],
  'an old type': [
    '# TYPE a untyped\n# EOF\n',
    1,
    'unknown type "untyped"; types: counter, gauge, histogram, gaugehistogram, stateset, info, summary, unknown',
  ],
};
