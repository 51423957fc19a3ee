/** The breaks of the log: lines, fields, levels, times, trace ids, secrets. Data only. */
import { type LogsBreak, lies } from './faults.ts';

const TRACEBACK = 'Exception ignored in: <function Worker.__del__>';

const lines: readonly LogsBreak[] = [
  lies('logs.not-json', 'logs.json', 'one line in two hundred is no JSON', {
    kind: 'line-added-to-log',
    text: TRACEBACK,
    every: 200,
    first: 200,
  }),
  lies('logs.not-json.one-in-10000', 'logs.json', 'one line in 10,000 is no JSON, the hundredth first', {
    kind: 'line-added-to-log',
    text: TRACEBACK,
    every: 10_000,
    first: 100,
  }),
  lies('logs.list', 'logs.json', 'one line in a hundred is a list', { kind: 'lines-wrapped', every: 100, as: 'list' }),
  lies('logs.half', 'logs.json', 'one line in a hundred ends halfway', {
    kind: 'lines-wrapped',
    every: 100,
    as: 'half',
  }),
  lies('logs.named-twice', 'logs.json', 'one line in a hundred has two levels', {
    kind: 'lines-wrapped',
    every: 100,
    as: 'named-twice',
  }),
  lies('logs.line-twice', 'logs.once', 'one line in a hundred is written twice', {
    kind: 'lines-repeated',
    every: 100,
  }),
  lies('logs.request-twice', 'logs.once', 'one request in three has a second line, 2 ms later', {
    kind: 'lines-repeated',
    every: 3,
    laterMs: 2,
  }),
  lies('logs.requests-invented', 'logs.requests', 'for ten true lines there is one of a request that never was', {
    kind: 'lines-invented',
    every: 10,
  }),
  lies('logs.two-in-one', 'logs.json', 'one line in a hundred is two objects', {
    kind: 'lines-wrapped',
    every: 100,
    as: 'two-in-one',
  }),
];

function missing(field: string): LogsBreak {
  const fault = { kind: 'field-missing', field, every: 20 } as const;
  return lies(`logs.${field}.missing`, `logs.fields.${field}`, `one line in twenty has no ${field}`, fault);
}

function mistyped(field: string, value: unknown, description: string): LogsBreak {
  const fault = { kind: 'field-instead', field, value, every: 20 } as const;
  return lies(`logs.${field}.mistyped`, `logs.fields.${field}`, `${description} in one line of twenty`, fault);
}

function empty(field: string): LogsBreak {
  const fault = { kind: 'field-instead', field, value: '', every: 20 } as const;
  return lies(`logs.${field}.empty`, `logs.fields.${field}`, `the ${field} is empty in one line of twenty`, fault);
}

const fields: readonly LogsBreak[] = [
  ...['timestamp', 'level', 'logger', 'message', 'module', 'function', 'line'].map(missing),
  mistyped('timestamp', 'yesterday', 'the time is a word'),
  mistyped('level', 30, 'the level is a number'),
  mistyped('logger', null, 'the logger is null'),
  mistyped('message', { event: 'request' }, 'the message is an object'),
  mistyped('module', 7, 'the module is a number'),
  mistyped('function', ['handle'], 'the function is a list'),
  mistyped('line', '42', 'the line number is a string'),
  empty('logger'),
  empty('module'),
  mistyped('request_id', 17, 'the request id is a number'),
  lies('logs.request_id.same', 'logs.fields.request_id', 'every request has the same request id', {
    kind: 'field-instead',
    field: 'request_id',
    value: 'request-1',
    every: 1,
  }),
  lies('logs.line.zero', 'logs.fields.line', 'the line number is 0 in one line of twenty', {
    kind: 'field-instead',
    field: 'line',
    value: 0,
    every: 20,
  }),
  lies('logs.line.counting', 'logs.fields.line', 'every line has another line number', {
    kind: 'field-counting',
    field: 'line',
  }),
  lies('logs.function.in-turn', 'logs.fields.function', 'one line of a module is in three functions in turn', {
    kind: 'field-in-turn',
    field: 'function',
    values: ['ended', 'answered', 'finish'],
  }),
  lies('logs.timestamp.local', 'logs.fields.timestamp', 'times are local, without a zone', {
    kind: 'timestamps',
    as: 'local',
  }),
  lies('logs.timestamp.offset-and-z', 'logs.fields.timestamp', 'times have an offset and a Z (`+00:00Z`)', {
    kind: 'timestamps',
    as: 'offset-and-z',
  }),
  lies('logs.timestamp.epoch', 'logs.fields.timestamp', 'times are seconds since 1970', {
    kind: 'timestamps',
    as: 'epoch',
  }),
];

const levels: readonly LogsBreak[] = [
  lies('logs.levels.digits', 'logs.levels', 'the level is written 20', {
    kind: 'field-instead',
    field: 'level',
    value: '20',
    every: 1,
  }),
  lies('logs.levels.always-error', 'logs.levels.outcomes', 'every line has the level ERROR', {
    kind: 'field-instead',
    field: 'level',
    value: 'ERROR',
    every: 1,
  }),
  lies('logs.levels.always-warning', 'logs.levels.outcomes', 'every line has the level WARNING', {
    kind: 'field-instead',
    field: 'level',
    value: 'WARNING',
    every: 1,
  }),
  lies(
    'logs.levels.errors-beside',
    'logs.levels.errors',
    'beside one line in a hundred stands an ERROR about no request',
    {
      kind: 'errors-added',
      every: 100,
    },
  ),
  lies('logs.debates-of-others', 'logs.content', 'every third line about a debate names another one in its path', {
    kind: 'other-debates',
    every: 3,
  }),
  lies('logs.status-wrong', 'logs.content', 'every line says the status 201', {
    kind: 'field-instead',
    field: 'status',
    value: 201,
    every: 1,
  }),
  lies('logs.second-level', 'logs.content', 'every line has the severity CRITICAL beside its level', {
    kind: 'field-instead',
    field: 'severity',
    value: 'CRITICAL',
    every: 1,
  }),
  lies('logs.agents-wrong', 'logs.content', 'every line says that 7 agents debate', {
    kind: 'field-instead',
    field: 'agent_count',
    value: 7,
    every: 1,
  }),
  lies('logs.durations-long', 'logs.durations', 'every line says that its request took a minute', {
    kind: 'field-instead',
    field: 'duration_ms',
    value: 60_000,
    every: 1,
  }),
  lies('logs.levels.unknown', 'logs.levels', 'one line in fifty has the level NOTICE', {
    kind: 'field-instead',
    field: 'level',
    value: 'NOTICE',
    every: 50,
  }),
];

const times: readonly LogsBreak[] = [
  lies('logs.timestamps.ahead', 'logs.timestamps', 'local times, two hours ahead, are said to be UTC', {
    kind: 'timestamps-shifted',
    byMs: 7_200_000,
    every: 1,
  }),
  lies('logs.timestamps.other-clock', 'logs.clock', "the log's clock is 700 ms ahead of the spans'", {
    kind: 'timestamps-shifted',
    byMs: 700,
    every: 1,
  }),
  lies('logs.timestamps.frozen', 'logs.timestamps', 'every line has the time of the first', {
    kind: 'timestamps',
    as: 'frozen',
  }),
  lies('logs.timestamps.old', 'logs.timestamps', 'one line in a hundred is said to be an hour old', {
    kind: 'timestamps-shifted',
    byMs: -3_600_000,
    every: 100,
  }),
  lies('logs.timestamps.backwards', 'logs.timestamps', 'time runs 4 s backwards at one line in fifty', {
    kind: 'timestamps-shifted',
    byMs: -4000,
    every: 50,
  }),
];

const traceIds: readonly LogsBreak[] = [
  lies('logs.trace-ids-random', 'logs.trace-ids', 'lines have trace ids that nobody sent', {
    kind: 'trace-ids-random',
  }),
  lies('logs.trace-ids-of-others', 'logs.trace-ids', 'each line has the trace id of the line before', {
    kind: 'trace-ids-late',
  }),
  lies('logs.trace-ids-missing', 'logs.trace-ids', 'no line has a trace id', {
    kind: 'field-missing',
    field: 'trace_id',
    every: 1,
  }),
  lies('logs.trace-ids-some-missing', 'logs.trace-ids', 'one line in ten has no trace id', {
    kind: 'field-missing',
    field: 'trace_id',
    every: 10,
  }),
  lies('logs.lines-lost', 'logs.trace-ids', 'one line in ten is never written', { kind: 'lines-lost', every: 10 }),
  lies('logs.trace-ids-upper-case', 'logs.fields.trace_id', 'trace ids are in upper case', {
    kind: 'field-upper-case',
    field: 'trace_id',
  }),
];

const secrets: readonly LogsBreak[] = [
  lies('logs.token-leaked', 'logs.secrets', 'the Authorization header is logged', {
    kind: 'header-leaked',
    header: 'authorization',
  }),
  lies('logs.cookie-leaked', 'logs.secrets', 'the Cookie header is logged', {
    kind: 'header-leaked',
    header: 'cookie',
  }),
];

export const LOG_BREAKS: readonly LogsBreak[] = [...lines, ...fields, ...levels, ...times, ...traceIds, ...secrets];
