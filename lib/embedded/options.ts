/** The options of the reference target. Its own process takes all of them, the command `target` takes some. */
import {
  type Kind,
  matching,
  oneOf,
  path,
  port,
  redisUrl,
  seed,
  shareUpToOne,
  text,
  url,
  wholeNumber,
} from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { WAITS } from '../target/behaviour.ts';
import { LOG_LEVELS, type LogLevel } from '../target/log-levels.ts';

const row = { group: 'Options', from: 'flag' } as const;
const LATENCY = new RegExp(`^(${WAITS.map((wait) => wait.replace('.', '\\.')).join('|')})=`);

/** The target's own process takes `-` for its stderr, which nobody else would see. */
const logFile: Kind<string> = {
  ...path,
  expected: 'the path of a file',
  accept: (value, place) => (value === '-' ? undefined : path.accept(value, place)),
};

const logLevel: Kind<LogLevel> = {
  ...oneOf('a log level', LOG_LEVELS),
  fromText: (said) => said.toLowerCase(),
};

const SHARED = [
  { ...row, name: 'port', kind: port, value: '<number>', text: 'port to listen on', usual: 'a free one' },
  { ...row, name: 'break', kind: text, value: '<name...>', text: 'break a promise by name, see docs/breaks.md' },
  {
    ...row,
    name: 'capacity',
    kind: wholeNumber(1, 1_000_000),
    value: '<number>',
    text: 'requests a second that it can serve: above that it queues, then refuses',
  },
  {
    ...row,
    name: 'delayMs',
    kind: wholeNumber(0, 60_000),
    value: '<number>',
    text: 'delay every answer by this time',
  },
  {
    ...row,
    name: 'otlp',
    kind: url,
    value: '<url>',
    text: 'export its traces there: OTLP over HTTP, at /v1/traces where the URL has no path',
  },
  {
    ...row,
    name: 'redis',
    kind: redisUrl,
    value: '<url>',
    text: 'keep its debates as tasks in Redis Streams there; the database has to be empty',
  },
  {
    ...row,
    name: 'oauthProvider',
    kind: url,
    value: '<url>',
    text: 'have people sign in at this OAuth provider, which has /authorize, /token and /userinfo',
  },
] as const satisfies readonly OptionSpec[];

const SENTRY = {
  ...row,
  name: 'sentryDsn',
  kind: matching('a DSN, http://KEY@HOST:PORT/PROJECT', /^https?:\/\/[^/@]+@[^/@]+\/\S+$/),
  value: '<dsn>',
  text: 'report errors and a tenth of its requests to this Sentry',
} as const;

const LOG = { ...row, name: 'log', kind: logFile, value: '<file>', text: 'append its log to this file' } as const;

/** Of the command `target`. */
export const PUBLIC_OPTIONS = [...SHARED, LOG, SENTRY] as const satisfies readonly OptionSpec[];

export const PROCESS_OPTIONS = [
  ...SHARED,
  { ...LOG, kind: path },
  { ...row, name: 'alsoOtlp', kind: url, value: '<url>', text: 'a second address that gets all its traces, too' },
  { ...row, name: 'alsoLog', kind: path, value: '<file>', text: 'a second file that gets all its log, too' },
  SENTRY,
  { ...row, name: 'sentryEnvironment', kind: text, value: '<name>', text: 'environment that it reports' },
  { ...row, name: 'debates', kind: path, value: '<file>', text: 'keep its finished debates in this file' },
  { ...row, name: 'host', kind: text, value: '<address>', text: 'address to listen on', usual: '127.0.0.1' },
  { ...row, name: 'wsPort', kind: port, value: '<number>', text: 'another port for WebSockets' },
  { ...row, name: 'seed', kind: seed, value: '<number>', text: 'seed of its random choices' },
  {
    ...row,
    name: 'latency',
    kind: matching(`NAME=LAW, where NAME is one of ${WAITS.join(', ')}`, LATENCY),
    value: '<name=law...>',
    text: 'how long it waits with something',
  },
  { ...row, name: 'traceRatio', kind: shareUpToOne, value: '<share>', text: 'share of traces that it samples' },
  {
    ...row,
    name: 'oauthStateTtl',
    kind: wholeNumber(1, 86_400),
    value: '<seconds>',
    text: 'how long a sign-in that was begun can be finished',
  },
  { ...row, name: 'logLevel', kind: logLevel, value: '<level>', text: 'least level of its log' },
] as const satisfies readonly OptionSpec[];
