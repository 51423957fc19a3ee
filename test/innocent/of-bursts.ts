/** Innocents that others use in other ways than the load does: in bursts, for long, with failures, with sockets of their own. */
import type { Exposition } from '../../lib/target/metrics.ts';
import type { Tape } from '../proofs/tape.ts';
import { type Added, adding, type Sample, sampleText, withLines, withRequestRow, withSamples } from './exposition.ts';
import type { TapeInnocent } from './innocent.ts';
import { eachLine, iso, libraryLine, timeOfLine } from './lines.ts';

const OTHERS = /others|not those that clients started/;
const RUNNING = ['aragora_active_debates', 'aragora_debates_active'];
const SOCKETS = ['aragora_websocket_connections'];
const CREATED = { method: 'POST', endpoint: '/api/debates' };
const HEALTH = { method: 'GET', endpoint: '/api/health' };

/** So much in each of three bursts of the load. */
function inBursts({ facts: { load } }: Tape, each: number): number {
  const share = (Date.now() - load.startedAtMs) / (load.endedAtMs - load.startedAtMs);
  return [0.2, 0.5, 0.7].filter((at) => share >= at).length * each;
}

/** One each second. */
function eachSecond({ facts: { load } }: Tape): number {
  return Math.max(0, Math.floor((Date.now() - load.startedAtMs) / 1000));
}

function counted(addedBy: (tape: Tape) => readonly Added[]) {
  return (tape: Tape) => (right: Exposition) => adding(right, addedBy(tape));
}

/** A gauge with more in it than the load has, all the time. */
function held(names: readonly string[], more: number) {
  return () => (right: Exposition) =>
    withSamples(right, (one: Sample) => [names.includes(one.name) ? { ...one, value: one.value + more } : one]);
}

function ended(count: number, eachSec: number): readonly Added[] {
  return [
    { name: 'aragora_debate_duration_seconds', count, eachSec },
    { name: 'aragora_debates_completed_total', count },
  ];
}

export const OF_BURSTS: readonly TapeInnocent[] = [
  {
    name: "others' requests in bursts",
    because: 'a page of a browser asks for much at once',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': OTHERS },
    tape: {
      exposition: counted((tape) => {
        const count = inBursts(tape, 150);
        return [
          { name: 'aragora_requests_total', labels: { ...HEALTH, status: '200' }, count },
          { name: 'aragora_request_duration_seconds', labels: HEALTH, count, eachSec: 0.003 },
        ];
      }),
    },
  },
  {
    name: "others' debates in bursts, without consensus",
    because: 'a batch of hard questions',
    others: true,
    undecided: { metrics: OTHERS },
    tape: {
      exposition: counted((tape) => {
        const count = inBursts(tape, 20);
        return [
          { name: 'aragora_requests_total', labels: { ...CREATED, status: '200' }, count },
          { name: 'aragora_request_duration_seconds', labels: CREATED, count, eachSec: 0.004 },
          { name: 'aragora_agent_calls_total', count: 6 * count },
          { name: 'aragora_agent_latency_seconds', count: 6 * count, eachSec: 0.9 },
          ...ended(count, 3),
        ];
      }),
    },
  },
  {
    name: "others' debates of ten minutes that end during the load",
    because: 'they began long before it',
    others: true,
    undecided: { metrics: OTHERS },
    tape: { exposition: counted((tape) => ended(inBursts(tape, 2), 600)) },
  },
  {
    name: "others' debates that time out",
    because: "others' questions may take too long",
    others: true,
    undecided: { metrics: OTHERS },
    tape: { exposition: counted((tape) => [{ name: 'aragora_debate_timeouts_total', count: inBursts(tape, 3) }]) },
  },
  {
    name: "others' calls of agents that fail, of another provider",
    because: 'a provider of theirs is down',
    others: true,
    undecided: { metrics: OTHERS },
    tape: {
      exposition: (tape) => (right) =>
        withSamples(right, (one) => {
          if (one.name !== 'aragora_agent_calls_total') return [one];
          const labels = { agent: 'critic', provider: 'other', status: 'error' };
          return [one, { ...one, labels, value: inBursts(tape, 30) }];
        }),
    },
  },
  {
    name: "others' requests that take half a minute",
    because: 'somebody uploads a document',
    others: true,
    tape: {
      exposition: (tape) => (right) => {
        const count = inBursts(tape, 1);
        const labels = { method: 'POST', endpoint: '/api/documents' };
        const counted = withRequestRow(right, { ...labels, status: '201' }, count);
        return withTimes(counted, labels, { count, eachSec: 30 });
      },
    },
  },
  {
    name: 'a balancer that asks for health each second',
    because: 'it has to know which replica is there',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': OTHERS },
    tape: {
      exposition: counted((tape) => {
        const count = eachSecond(tape);
        return [
          { name: 'aragora_requests_total', labels: { ...HEALTH, status: '200' }, count },
          { name: 'aragora_request_duration_seconds', labels: HEALTH, count, eachSec: 0.0003 },
        ];
      }),
      lines: eachLine((line, at) =>
        at % 100 === 0
          ? [line, { ...line, trace_id: `${'0'.repeat(24)}${String(at).padStart(8, '1')}`, method: 'HEAD', path: '/' }]
          : [line],
      ).lines,
    },
  },
  {
    name: "another Prometheus' scrapes",
    because: 'a team has one of its own, and /metrics counts itself',
    others: true,
    tape: {
      exposition: (tape) => (right) => {
        const labels = { method: 'GET', endpoint: '/metrics' };
        const count = Math.floor(eachSecond(tape) / 5);
        return withTimes(withRequestRow(right, { ...labels, status: '200' }, count), labels, { count, eachSec: 0.002 });
      },
    },
  },
  {
    name: "others' sockets that have been open for hours",
    because: 'a dashboard on a wall',
    others: true,
    tape: { exposition: held(SOCKETS, 180) },
  },
  {
    name: "others' debates that run from before the load until after it",
    because: 'debates may take minutes',
    others: true,
    tape: { exposition: held(RUNNING, 7) },
  },
  {
    name: "others' sockets that come and go in bursts",
    because: 'a deployment of a web page makes all browsers connect anew',
    others: true,
    undecided: { 'metrics.websocket_connections': OTHERS },
    byChance: true,
    tape: {
      exposition: (tape) => (right) =>
        withSamples(right, (one) => [
          SOCKETS.includes(one.name) ? { ...one, value: one.value + ((inBursts(tape, 1) * 37) % 60) } : one,
        ]),
    },
  },
  {
    name: "others' refused and unknown requests, in counts and lines",
    because: 'a scanner passes by',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': OTHERS },
    tape: {
      exposition: (tape) => (right) =>
        [
          ['/wp-login.php', '404'],
          ['/api/debates', '429'],
          ['/api/auth/login', '401'],
        ].reduce((before, [endpoint = '', status = '']) => {
          const labels = { method: 'GET', endpoint };
          const count = inBursts(tape, 9);
          const counted = withRequestRow(before, { ...labels, status }, count);
          return endpoint === '/api/debates'
            ? adding(counted, [{ name: 'aragora_request_duration_seconds', labels, count, eachSec: 0.0002 }])
            : withTimes(counted, labels, { count, eachSec: 0.0002 });
        }, right),
      lines: eachLine((line, at) =>
        at % 70 === 0
          ? [
              line,
              {
                ...libraryLine(line['timestamp'], { logger: 'aragora.auth', message: 'token refused' }),
                level: 'WARNING',
              },
            ]
          : [line],
      ).lines,
    },
  },
  {
    name: "others' failures in the server, in counts and lines",
    because: 'a database of theirs is gone',
    others: true,
    tape: {
      exposition: (tape) => (right) => {
        const labels = { method: 'GET', endpoint: '/api/reports' };
        const count = inBursts(tape, 5);
        return withTimes(withRequestRow(right, { ...labels, status: '500' }, count), labels, { count, eachSec: 2 });
      },
      lines: eachLine((line, at) =>
        at % 90 === 0
          ? [
              line,
              {
                ...libraryLine(line['timestamp'], { logger: 'aragora.reports', message: 'query failed' }),
                level: 'ERROR',
                trace_id: `${'a'.repeat(24)}${String(at).padStart(8, '1')}`,
              },
            ]
          : [line],
      ).lines,
    },
  },
  {
    name: 'ratings that a nightly task changes',
    because: 'a season ends',
    others: true,
    tape: { exposition: counted((tape) => [{ name: 'aragora_elo_updates_total', count: inBursts(tape, 500) }]) },
  },
  {
    name: "lines of others' requests from long before, written late",
    because: 'a buffer of another process is written when it is full',
    others: true,
    tape: {
      lines: eachLine((line, at) =>
        at % 300 === 0
          ? [line, { ...libraryLine(iso(timeOfLine(line) - 1500), { logger: 'aragora.worker', message: 'job done' }) }]
          : [line],
      ).lines,
    },
  },
];

const BOUNDS = ['0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

/** So many more that took so long, in a label set that is new. */
function withTimes(
  right: Exposition,
  labels: Sample['labels'],
  { count, eachSec }: { count: number; eachSec: number },
): Exposition {
  const name = 'aragora_request_duration_seconds';
  const isIn = (le: string) => eachSec <= Number(le.replace('+Inf', 'Infinity'));
  const rows = [
    ...BOUNDS.map((le) => ({ name: `${name}_bucket`, labels: { le, ...labels }, value: isIn(le) ? count : 0 })),
    { name: `${name}_sum`, labels, value: count * eachSec },
    { name: `${name}_count`, labels, value: count },
  ];
  const head = `# TYPE ${name} histogram`;
  return withLines(right, (lines) =>
    lines.flatMap((line) => (line === head ? [line, ...rows.map(sampleText)] : [line])),
  );
}
