/** Innocents that log more than the reference target, or about other things: libraries, retries, sockets, the time of a line. */
import type { TapeInnocent } from './innocent.ts';
import { eachLine, iso, type Line, libraryLine, timeOfLine } from './lines.ts';
import { newTraceId } from './spans.ts';

const isRequest = ({ message }: Line) => message === 'request';
const isDebate = ({ debate_id }: Line) => debate_id !== undefined;

/** One line in so many has another one before it, of the same request. */
function withLineOfIt(every: number, isOf: (line: Line) => boolean, own: Line) {
  let at = 0;
  return eachLine((line) => (isOf(line) && at++ % every === 0 ? [{ ...line, ...own }, line] : [line]));
}

/** The line of a component of its own, without a trace. */
function componentLine({ timestamp }: Line, logger: string, message: string): Line {
  return libraryLine(timestamp, { logger, message });
}

export const OF_LOG_LINES: readonly TapeInnocent[] = [
  {
    name: 'a warning for a call that was tried again',
    because: 'the guide names retries as an example of WARNING, and the debate went well',
    tape: withLineOfIt(10, isDebate, { level: 'WARNING', message: 'provider answered 529, trying again' }),
  },
  {
    name: 'a warning for each slow request',
    because: 'slow is unexpected, but handled',
    tape: withLineOfIt(40, isRequest, { level: 'WARNING', message: 'slow request' }),
  },
  {
    name: 'a warning beside the line of each request',
    because: 'each client uses an old version of the API, and each request has its usual line as well',
    tape: withLineOfIt(1, isRequest, { level: 'WARNING', message: 'deprecated API version' }),
  },
  {
    name: "a server's own line beside that of the framework, with the same message",
    because: 'each comes from a place of its own',
    tape: withLineOfIt(1, isRequest, {
      logger: 'uvicorn.access',
      module: 'httptools_impl',
      function: 'send',
      line: 476,
    }),
  },
  {
    name: 'the level under other names, too',
    because: 'each collector has a name of its own for it',
    tape: eachLine(({ level, ...line }) => [
      { ...line, level, levelname: level, 'log.level': String(level).toLowerCase(), severity: 9 },
    ]),
  },
  {
    name: 'a line for each call to a provider, under a trace id of its own',
    because: 'a library that asks elsewhere begins a trace, and says method, path and status as well',
    tape: eachLine((line) => {
      const call = { method: 'POST', path: '/v1/messages', status: 200, trace_id: newTraceId() };
      return isDebate(line) ? [line, { ...componentLine(line, 'httpx', 'HTTP request'), ...call }] : [line];
    }),
  },
  {
    name: 'an error for a call that failed and was tried again',
    because: 'the guide names API errors as an example of ERROR, and the second call went well',
    tape: withLineOfIt(20, isDebate, { level: 'ERROR', message: 'provider failed (1 of 3): connection reset' }),
  },
  {
    name: 'the same line of two health checks in the same ms',
    because: 'two balancers ask, and their requests have no trace',
    tape: eachLine((line, at) => {
      const check = componentLine(line, 'uvicorn.access', '10.0.3.7:0 - "GET /api/health HTTP/1.1" 200');
      return at % 30 === 0 ? [line, check, check] : [line];
    }),
  },
  {
    name: 'lines of sockets that open and close',
    because: 'a socket is more than a request',
    tape: eachLine((line, at) =>
      at % 12 === 0
        ? [
            line,
            componentLine(line, 'aragora.ws', 'socket opened'),
            componentLine(line, 'aragora.ws', 'socket closed: 1000'),
          ]
        : [line],
    ),
  },
  {
    name: 'lines of workers and schedulers',
    because: 'all of it is one application, and shares its log',
    tape: eachLine((line, at) =>
      at % 50 === 0
        ? [
            line,
            componentLine(line, 'aragora.worker', 'tick'),
            { ...componentLine(line, 'apscheduler', 'job done'), request_id: `job-${at}` },
          ]
        : [line],
    ),
  },
  {
    name: 'times of the beginning of a request',
    because: 'no document says which moment of a request its line has',
    tape: eachLine((line) => {
      const { duration_ms: lastedMs } = line;
      return [typeof lastedMs === 'number' ? { ...line, timestamp: iso(timeOfLine(line) - lastedMs) } : line];
    }),
  },
  {
    name: 'lines written by a thread, up to 60 ms later',
    because: 'a queue stands between whoever logs and the file, and the time of a line is that of its writing',
    tape: eachLine((line, at) => [{ ...line, timestamp: iso(timeOfLine(line) + ((at * 7919) % 60)) }]),
  },
  {
    name: 'nanoseconds, and a comma before them',
    because: 'ISO 8601 allows both',
    tape: eachLine((line) => [{ ...line, timestamp: String(line['timestamp']).replace(/\.(\d+)Z/, ',$1123456Z') }]),
  },
  {
    name: 'numbers as text in fields that no document names',
    because: 'structlog writes what it is given',
    tape: eachLine((line) => [
      {
        ...line,
        ...('status' in line ? { status: String(line['status']), duration_ms: String(line['duration_ms']) } : {}),
      },
    ]),
  },
  {
    name: 'numbers that no float holds',
    because: 'JSON has no limit for integers, and thread ids are long',
    tape: eachLine((line) => [JSON.stringify(line).replace('{', '{"thread_id":140213453434343454321,"nonce":1e400,')]),
  },
  {
    name: 'stack traces and long texts in one line',
    because: 'a line may be long',
    tape: eachLine((line, at) =>
      at % 200 === 0
        ? [
            line,
            {
              ...componentLine(line, 'asyncio', `slow callback\n${'  File "x.py", line 7\n'.repeat(2000)}`),
              level: 'WARNING',
            },
          ]
        : [line],
    ),
  },
  {
    name: 'user ids and null fields',
    because: 'the guide adds a user id where there is one',
    tape: eachLine((line) => [
      { ...line, user_id: `u-${String(line['debate_id'] ?? 7)}`, exc_info: null, stack_info: null, taskName: null },
    ]),
  },
  {
    name: 'request ids of a balancer, long and of any form',
    because: 'no document says what a request id looks like',
    tape: eachLine((line, at) => [
      'request_id' in line
        ? { ...line, request_id: `Root=1-${at.toString(16).padStart(8, '0')}-63441566:lb/eu` }
        : line,
    ]),
  },
  {
    name: 'request ids that several lines of a trace share, also those of its debate',
    because: 'a debate belongs to the request that created it',
    tape: eachLine((line) => [{ ...line, request_id: String(line['trace_id']).slice(16) }]),
  },
  {
    name: 'paths without their ids and with their query',
    because: 'no document says how a path is written',
    tape: eachLine((line) => {
      const { path } = line;
      return [
        typeof path === 'string' ? { ...line, path: `${path.replace(/adhoc_\w+/, '{debate_id}')}?limit=20` } : line,
      ];
    }),
  },
  {
    name: 'durations in seconds under a name of their own',
    because: 'no document names a field for them',
    tape: eachLine(({ duration_ms: ms, ...line }) => [
      typeof ms === 'number' ? { ...line, duration: ms / 1000 } : line,
    ]),
  },
  {
    name: 'ids of spans',
    because: 'the OpenTelemetry library for logs adds them',
    tape: eachLine((line) => [
      { ...line, span_id: String(line['trace_id']).slice(0, 16), trace_flags: '01', 'service.name': 'aragora-api' },
    ]),
  },
  {
    name: 'escapes for every letter that is not ASCII, and slashes',
    because: 'JSON allows both',
    tape: eachLine((line) => [
      JSON.stringify({ ...line, message: `${String(line['message'])} – ✓ 𝛑` })
        .replaceAll('/', '\\/')
        .replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ]),
  },
  {
    name: 'lines of a debate twice in one millisecond',
    because: 'two agents of one name are asked at once, and the time of a line is in milliseconds',
    tape: eachLine((line) => (line['logger'] === 'aragora.debate' ? [line, line] : [line])),
  },
];
