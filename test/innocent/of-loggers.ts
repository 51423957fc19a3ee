/** Innocents that log as libraries of other languages do, or whose lines come through shippers and sidecars. */
import type { TapeInnocent } from './innocent.ts';
import { eachLine, iso, type Line, libraryLine, timeOfLine } from './lines.ts';
import { newTraceId } from './spans.ts';

const isRequest = ({ message }: Line) => message === 'request';

/** Each line with its level in the word of another library. */
function levelWord(word: (level: string, at: number) => string) {
  return eachLine((line, at) => [{ ...line, level: word(String(line['level']), at) }]);
}

/** One line in twenty has one more of its request, of this level. */
function withTrouble(level: string, rest: (own: string) => string) {
  return eachLine((line, at) => {
    const own = { ...line, level: rest(String(line['level'])) };
    return at % 20 === 0 ? [{ ...own, level, message: 'slow request' }, own] : [own];
  });
}

export const OF_LOGGERS: readonly TapeInnocent[] = [
  {
    name: 'levels in lower case',
    because: 'structlog, which one guide shows, and zap write them so; no document gives the case',
    tape: levelWord((level) => level.toLowerCase()),
  },
  {
    name: 'levels with a capital letter',
    because: 'some libraries write them so, and no document gives the case',
    tape: levelWord((level) => level.charAt(0) + level.slice(1).toLowerCase()),
  },
  {
    name: 'WARN for WARNING',
    because: 'slog, Log4j and pino name it so',
    tape: withTrouble('WARN', (own) => own),
  },
  {
    name: 'warn in lower case, and the level under a collector name, too',
    because: 'zap writes warn, and a collector adds the word of its own for it',
    tape: eachLine((line, at) =>
      at % 20 === 0
        ? [
            { ...line, level: 'warn', severity: 'WARNING', message: 'slow request' },
            { ...line, level: 'info' },
          ]
        : [{ ...line, level: 'info', severity: 'INFO' }],
    ),
  },
  {
    name: 'lines of two libraries, each with its case',
    because: 'a server has lines of its own and of its framework',
    tape: levelWord((level, at) => (at % 3 === 0 ? level.toLowerCase() : level)),
  },
  {
    name: 'functions of other languages',
    because: 'Go names methods with their receiver, and Python what has no name',
    tape: eachLine((line) => [
      {
        ...line,
        module: 'aragora/server/http.go',
        function: isRequest(line) ? '(*Server).ServeHTTP.func1' : '<lambda>',
      },
    ]),
  },
  {
    name: 'fields of a container runtime and of Kubernetes',
    because: 'a shipper adds where a line comes from',
    tape: eachLine((line) => [
      {
        ...line,
        stream: 'stderr',
        _p: 'F',
        kubernetes: { pod_name: 'aragora-5d9', labels: { app: 'aragora' } },
        '@timestamp': line['timestamp'],
        observed_timestamp: iso(timeOfLine(line) + 900),
      },
    ]),
  },
  {
    name: 'lines in batches of five seconds, by component',
    because: 'a shipper reads one stream after the other',
    tape: {
      lines: (lines) => {
        const all = lines.map((text, at) => ({ text, at, line: JSON.parse(text) as Line }));
        const batch = ({ line }: { readonly line: Line }) => Math.floor(timeOfLine(line) / 5000);
        const of = ({ line }: { readonly line: Line }) => (isRequest(line) ? 0 : 1);
        return all.sort((a, b) => batch(a) - batch(b) || of(a) - of(b) || a.at - b.at).map(({ text }) => text);
      },
    },
  },
  {
    name: 'an access line of a sidecar beside that of the server, with the same trace id',
    because: 'a mesh writes into the log of its pod',
    tape: eachLine((line) =>
      isRequest(line)
        ? [
            {
              ...libraryLine(iso(timeOfLine(line) + 1), {
                logger: 'envoy.access',
                message: 'HTTP/1.1 200 via_upstream',
              }),
              trace_id: line['trace_id'],
              method: line['method'],
              path: line['path'],
              status: line['status'],
              duration_ms: Number(line['duration_ms']) + 1,
            },
            line,
          ]
        : [line],
    ),
  },
  {
    name: 'a line for each scrape, with a trace id of its own',
    because: 'a scrape is a request',
    tape: eachLine((line, at) =>
      at % 100 === 0
        ? [
            line,
            {
              ...line,
              trace_id: newTraceId(),
              request_id: `scrape-${at}`,
              method: 'GET',
              path: '/metrics',
              status: 200,
            },
          ]
        : [line],
    ),
  },
  {
    name: 'durations in whole milliseconds',
    because: 'a library rounds them',
    tape: eachLine((line) => [
      isRequest(line) ? { ...line, duration_ms: Math.round(Number(line['duration_ms'])) } : line,
    ]),
  },
  {
    name: 'ids of debates in upper case',
    because: 'a database writes them so',
    tape: eachLine((line) => [
      line['debate_id'] === undefined ? line : { ...line, debate_id: String(line['debate_id']).toUpperCase() },
    ]),
  },
  {
    name: 'levels in two fields of different libraries, of which one has a word for all below WARNING',
    because: 'Google Cloud calls it DEFAULT',
    tape: eachLine((line) => [{ ...line, severity: 'DEFAULT' }]),
  },
];
