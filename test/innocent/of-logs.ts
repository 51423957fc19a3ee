/** Innocents whose log looks odd. */
import type { TapeInnocent } from './innocent.ts';
import { eachLine, iso, libraryLine, timeOf } from './lines.ts';

const UNICORN = { logger: 'uvicorn.access', message: '10.0.3.7:53122 - "GET /api/health HTTP/1.1" 200' };

export const OF_LOGS: readonly TapeInnocent[] = [
  {
    name: 'banners at the start',
    because: 'a server says how it was started, and its libraries do',
    tape: {
      lines: (lines) => [
        ...['Started server process [17]', 'Waiting for application startup.', '    ___  aragora ___   '].map(
          (message) =>
            JSON.stringify(libraryLine(iso(timeOf(lines[0] ?? '{}') - 3), { logger: 'uvicorn.error', message })),
        ),
        ...lines,
      ],
    },
  },
  {
    name: "lines of a balancer's health checks",
    because: 'a balancer asks every second, and sends no trace',
    tape: eachLine((line, at) => (at % 25 === 0 ? [line, libraryLine(line['timestamp'], UNICORN)] : [line])),
  },
  {
    name: "a library's own line for each request, without a trace id",
    because: 'the guide adds a trace id to a line where the record has one',
    tape: eachLine((line) => [line, libraryLine(line['timestamp'], UNICORN)]),
  },
  {
    name: 'durations of an inner layer',
    because: 'two layers of a server measure a request, and the inner one leaves out the work of the outer one',
    tape: eachLine(({ duration_ms: lasted, ...line }) => [
      typeof lasted === 'number' ? { ...line, duration_ms: 0.6 * lasted } : line,
    ]),
  },
  {
    name: 'all lines from one place of the source',
    because: 'a server may log through one function',
    tape: eachLine((line) => [{ ...line, logger: 'aragora', module: 'log', function: 'emit', line: 1 }]),
  },
  {
    name: 'only the documented fields',
    because: 'no document asks for the method, path, status and duration of a request',
    tape: eachLine(({ method: _, path: __, status: ___, duration_ms: ____, ...line }) => [line]),
  },
  {
    name: 'lines that name another debate, which had to make room',
    because: 'a line with the trace id of a request may be about another debate than its own',
    tape: eachLine((line, at) =>
      line['message'] === 'debate_started'
        ? [
            line,
            libraryLine(line['timestamp'], {
              logger: 'aragora.store',
              message: 'debate_evicted',
              debate_id: `old-${at}`,
              trace_id: line['trace_id'],
            }),
          ]
        : [line],
    ),
  },
  {
    name: 'two lines for each request',
    because: 'one when it begins and one when it ends',
    tape: eachLine((line) => [{ ...line, message: 'request_started' }, line]),
  },
  {
    name: 'lines out of order by some ms',
    because: 'threads share a log, and buffers swap lines',
    tape: {
      lines: (lines) =>
        lines
          .map((text, at) => ({ text, atMs: timeOf(text) + ((at * 7919) % 40) }))
          .sort((a, b) => a.atMs - b.atMs)
          .map(({ text }) => text),
    },
  },
  {
    name: 'a log whose clock is 100 ms ahead',
    because: 'two machines rarely agree to the ms',
    tape: eachLine((line) => [{ ...line, timestamp: iso(Date.parse(String(line['timestamp'])) + 100) }]),
  },
  {
    name: 'a log whose clock is 100 ms behind',
    because: 'two machines rarely agree to the ms',
    tape: eachLine((line) => [{ ...line, timestamp: iso(Date.parse(String(line['timestamp'])) - 100) }]),
  },
  {
    name: 'times in microseconds',
    because: 'that is what the code in the guide writes',
    tape: eachLine((line) => [{ ...line, timestamp: String(line['timestamp']).replace('Z', '123Z') }]),
  },
  {
    name: 'times in whole seconds',
    because: 'the code in the guide writes no fraction where it is 0, and no document asks for one',
    tape: eachLine((line) => [{ ...line, timestamp: String(line['timestamp']).replace(/\.\d+Z/, 'Z') }]),
  },
  {
    name: 'further fields, in another order, with escaped text',
    because: 'the documents say which fields must be there, not which may be',
    tape: eachLine(({ message, ...line }) => [
      JSON.stringify({ service: 'aragora-api', pid: 17, extra: { ü: [null, true] }, taskName: null, message, ...line })
        .replaceAll('ü', '\\u00fc')
        .replaceAll('{"service"', '{ "service"'),
    ]),
  },
  {
    name: 'Windows line ends and empty lines',
    because: 'a shipper adds them, and each line is JSON still',
    tape: eachLine((line, at) => [`${JSON.stringify(line)}\r`, ...(at % 10 === 0 ? ['', '\r'] : [])]),
  },
  {
    name: 'warnings and errors about something else',
    because: 'the error tracker could not be reached, and a library is out of date: neither is about a request',
    tape: eachLine((line, at) => {
      const own = { level: at % 2 === 0 ? 'WARNING' : 'ERROR', logger: 'urllib3.connectionpool', module: 'pool' };
      const message = 'Retrying after connection broken by NewConnectionError: /api/4/envelope/\nTraceback (most …';
      return at % 60 === 0 ? [line, libraryLine(line['timestamp'], { ...own, message })] : [line];
    }),
  },
  {
    name: 'a line of figures every second',
    because: 'a server may report its own state, with any fields',
    tape: eachLine((line, at) =>
      at % 80 === 0
        ? [line, libraryLine(line['timestamp'], { logger: 'aragora.stats', message: 'stats', rss: 1e8, load: [1, 2] })]
        : [line],
    ),
  },
];
