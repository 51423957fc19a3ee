/** The breaks of the exposition as a whole: whether it answers, its form, its size, and the secrets that it shows. Data only. */
import { lies, type MetricsBreak } from './faults.ts';

const COUNTER = 'aragora_requests_total';
const ANSWERS = 'metrics.exposition.answers';
const PARSES = 'metrics.exposition.parses';
const UNIQUE = 'metrics.exposition.unique';
const CONTENT_TYPE = 'metrics.exposition.content-type';
const TIMESTAMPS = 'metrics.exposition.timestamps';
const HTML = '<!doctype html><title>Aragora</title>';

export const EXPOSITION_BREAKS: readonly MetricsBreak[] = [
  lies('metrics.exposition.status-500', ANSWERS, '/metrics answers 500', {
    kind: 'exposition-instead',
    status: 500,
    contentType: 'application/json',
    body: '{"error":"no registry"}',
  }),
  lies('metrics.exposition.status-404', ANSWERS, '/metrics answers 404', {
    kind: 'exposition-instead',
    status: 404,
    contentType: 'application/json',
    body: '{"error":"Not found"}',
  }),
  lies('metrics.exposition.html', ANSWERS, '/metrics answers a web page', {
    kind: 'exposition-instead',
    status: 200,
    contentType: 'text/html',
    body: HTML,
  }),
  lies('metrics.exposition.json-type', CONTENT_TYPE, 'the exposition is said to be JSON', {
    kind: 'content-type',
    contentType: 'application/json',
  }),
  lies('metrics.exposition.no-type', CONTENT_TYPE, 'the exposition does not say its format', {
    kind: 'content-type',
    contentType: '',
  }),
  lies('metrics.exposition.cut-line', PARSES, 'the last line ends within a label', {
    kind: 'line-added',
    line: 'aragora_build_info{version="2.11',
  }),
  lies('metrics.exposition.decimal-comma', PARSES, 'a value has a decimal comma', {
    kind: 'line-added',
    line: 'aragora_queue_seconds 1,5',
  }),
  lies('metrics.exposition.second-type', PARSES, 'the type of a metric is declared twice', {
    kind: 'line-added',
    line: `# TYPE ${COUNTER} counter`,
  }),
  lies('metrics.exposition.duplicate', UNIQUE, 'each series of the request counter is there twice', {
    kind: 'sample-repeated',
    metric: COUNTER,
    at: 'place',
  }),
  lies('metrics.exposition.buckets-reversed', UNIQUE, 'the buckets of requests begin with the last', {
    kind: 'buckets-reversed',
    metric: 'aragora_request_duration_seconds',
  }),
  lies('metrics.exposition.torn', UNIQUE, 'a series stands apart from the others of its metric', {
    kind: 'family-torn',
    metric: COUNTER,
  }),
  lies('metrics.exposition.timestamps-old', TIMESTAMPS, 'every sample is said to be an hour old', {
    kind: 'samples-stamped',
    laterMs: -3_600_000,
  }),
  lies('metrics.exposition.timestamps-late', TIMESTAMPS, 'every sample is said to be four minutes old', {
    kind: 'samples-stamped',
    laterMs: -240_000,
  }),
  lies('metrics.exposition.timestamps-frozen', TIMESTAMPS, 'every sample has the time of the first scrape', {
    kind: 'samples-stamped',
    laterMs: 0,
    frozen: true,
  }),
  lies(
    'metrics.cardinality',
    'metrics.cardinality',
    'a metric gets 200 more series between two scrapes, one for each debate',
    {
      kind: 'series-unbounded',
      metric: 'aragora_debate_confidence',
      label: 'debate_id',
      count: 200,
    },
  ),
  lies('metrics.token-leaked', 'metrics.secrets', 'the Authorization header is a label', {
    kind: 'header-leaked',
    header: 'authorization',
  }),
  lies('metrics.cookie-leaked', 'metrics.secrets', 'the Cookie header is a label', {
    kind: 'header-leaked',
    header: 'cookie',
  }),
];
