/** Innocents that others call, too, during the load: what they do is in the server's evidence, and not in the clients'. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Exposition } from '../../lib/target/metrics.ts';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import { isLast } from '../proofs/replay.ts';
import type { Tape } from '../proofs/tape.ts';
import { type Added, adding, type Sample, withRequestRow, withSamples } from './exposition.ts';
import type { SpanExports, TapeInnocent } from './innocent.ts';
import { continues, eachSpan, isRequest, laterMs, like, newSpanId, newTraceId } from './spans.ts';

/** Others' work so far, of so much a second from the start of the load to its end, or for ever. */
function doneBy({ facts: { load } }: Tape, perSec: number, until: 'the end' | 'ever' = 'the end'): number {
  const nowMs = until === 'ever' ? Date.now() : Math.min(Date.now(), load.endedAtMs);
  return Math.floor((Math.max(0, nowMs - load.startedAtMs) * perSec) / 1000);
}

/** What others do by now, added to the counters. */
function counted(addedBy: (tape: Tape) => readonly Added[]) {
  return (tape: Tape) => (right: Exposition) => adding(right, addedBy(tape));
}

const HEALTH = { method: 'GET', endpoint: '/api/health' };

function requests(count: number): readonly Added[] {
  return [
    { name: 'aragora_requests_total', labels: { ...HEALTH, status: '200' }, count },
    { name: 'aragora_request_duration_seconds', labels: HEALTH, count, eachSec: 0.001 },
  ];
}

function debates(count: number): readonly Added[] {
  const created = { method: 'POST', endpoint: '/api/debates' };
  return [
    { name: 'aragora_requests_total', labels: { ...created, status: '200' }, count },
    { name: 'aragora_request_duration_seconds', labels: created, count, eachSec: 0.004 },
    { name: 'aragora_agent_calls_total', count: 2 * count },
    { name: 'aragora_agent_latency_seconds', count: 2 * count, eachSec: 0.4 },
    { name: 'aragora_debate_duration_seconds', count, eachSec: 1.5 },
    { name: 'aragora_consensus_reached_total', count },
    { name: 'aragora_debates_completed_total', count },
    { name: 'aragora_elo_updates_total', count: 2 * count },
  ];
}

/** Of each request of the load one more, of somebody else: recorded in a trace of its own. */
function withOthersSpans(isCopied: (span: ReadableSpan) => boolean) {
  return (exports: SpanExports) =>
    eachSpan(exports, (span) => [
      span,
      ...(isRequest(span) && isCopied(span)
        ? [like(span, { traceId: newTraceId(), spanId: newSpanId(), parentSpanId: null })]
        : []),
    ]);
}

/** A few whole traces of debates of the load again, as those of somebody else: one in ten is recorded. */
function withOthersDebates(exports: SpanExports): SpanExports {
  const own = exports.flat().filter((span) => !isLast(span));
  const debates = new Set(own.filter(({ name }) => name === 'debate.run').map((span) => span.spanContext().traceId));
  const traceIds = new Map([...debates].slice(0, 5).map((traceId) => [traceId, newTraceId()]));
  const spanIds = new Map(own.map((span) => [span.spanContext().spanId, newSpanId()]));
  const copies = own.flatMap((span) => {
    const { traceId, spanId } = span.spanContext();
    const changed = traceIds.get(traceId);
    if (changed === undefined) return [];
    const parent = spanIds.get(span.parentSpanContext?.spanId ?? '') ?? null;
    return [like(span, { traceId: changed, spanId: spanIds.get(spanId) ?? spanId, parentSpanId: parent })];
  });
  return [...exports, copies];
}

type Line = Readonly<Record<string, unknown>>;

/** Lines of the load again, under trace ids that it did not send. */
function withOthersLines(isCopied: (line: Line, at: number) => boolean, own: Line = {}) {
  return (lines: readonly string[]) =>
    lines.flatMap((text, at) => {
      const line = JSON.parse(text) as Line;
      const copy = { ...line, ...own, trace_id: newTraceId(), request_id: newTraceId() };
      return isCopied(line, at) ? [text, JSON.stringify(copy)] : [text];
    });
}

/** More in a gauge than the load holds, by the share of the load that is over. */
function gauge(names: readonly string[], more: (share: number) => number) {
  return ({ facts: { load } }: Tape) =>
    (right: Exposition) => {
      const share = (Date.now() - load.startedAtMs) / (load.endedAtMs - load.startedAtMs);
      const added = Math.round(more(Math.min(1, Math.max(0, share))));
      return withSamples(right, (one: Sample) => [
        names.includes(one.name) ? { ...one, value: one.value + added } : one,
      ]);
    };
}

const RUNNING = ['aragora_active_debates', 'aragora_debates_active'];
const SOCKETS = ['aragora_websocket_connections'];

/** A request that was refused, and sent again by the balancer in front: the client saw only the second answer. */
function refusedFirst(span: ReadableSpan, at: number): readonly ReadableSpan[] {
  if (!isRequest(span) || !continues(span) || at % 5 !== 0) return [span];
  const attributes = { ...span.attributes, status: 503 };
  const refused = like(span, { spanId: newSpanId(), attributes, endTime: laterMs(span.startTime, 0.05) });
  return [Object.assign(refused, { status: { code: SpanStatusCode.ERROR } }), span];
}

function numbered<T, R>(change: (one: T, at: number) => R): (one: T) => R {
  let at = 0;
  return (one) => change(one, at++);
}

const OTHERS = /others/;

export const OF_OTHERS: readonly TapeInnocent[] = [
  {
    name: "others' requests during the load",
    because: 'a server in use has other callers, and they end with the load by chance',
    others: true,
    undecided: {
      'metrics.requests_total.reconciles': OTHERS,
      'traces.sampling.ratio': OTHERS,
    },
    tape: {
      exposition: counted((tape) => requests(doneBy(tape, 40))),
      exports: withOthersSpans(({ attributes }) => attributes['path'] === '/api/health'),
      // Fewer than the server counts, however many lines a tape has.
      lines: withOthersLines((_, at) => at % 6 === 0),
    },
  },
  {
    name: "others' requests that never end",
    because: 'other callers do not wait for the load to be over',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': OTHERS },
    tape: { exposition: counted((tape) => requests(doneBy(tape, 40, 'ever'))) },
  },
  {
    name: "others' debates during the load",
    because: 'somebody else works with the server',
    others: true,
    undecided: {
      metrics: /others|not those that clients started/,
    },
    tape: {
      exposition: counted((tape) => debates(doneBy(tape, 3))),
      exports: withOthersDebates,
      lines: withOthersLines(({ debate_id }) => debate_id !== undefined),
    },
  },
  {
    name: "others' debates that end while the load runs",
    because: 'they began before it',
    others: true,
    undecided: { 'metrics.debates_active.moves': OTHERS, 'metrics.active_debates.moves': OTHERS },
    byChance: true,
    tape: { exposition: gauge(RUNNING, (share) => 40 * (1 - share)) },
  },
  {
    name: "others' debates that still run after the load",
    because: 'they began during it',
    others: true,
    undecided: { 'metrics.debates_active.returns': OTHERS, 'metrics.active_debates.returns': OTHERS },
    tape: { exposition: gauge(RUNNING, (share) => 5 * share) },
  },
  {
    name: "others' sockets that close while the load runs",
    because: 'browsers come and go',
    others: true,
    undecided: { 'metrics.websocket_connections.moves': OTHERS },
    byChance: true,
    tape: { exposition: gauge(SOCKETS, (share) => (share < 0.1 ? 100 : 0)) },
  },
  {
    name: "others' sockets that stay open",
    because: 'browsers come and go',
    others: true,
    undecided: { 'metrics.websocket_connections.returns': OTHERS },
    tape: { exposition: gauge(SOCKETS, (share) => 9 * share) },
  },
  {
    name: "others' requests that fail",
    because: 'a scanner asks for what is not there, and a client sends nonsense',
    others: true,
    undecided: { 'logs.requests': OTHERS },
    tape: {
      exports: withOthersSpans(() => false),
      lines: withOthersLines((_, at) => at % 20 === 0, { level: 'WARNING', message: 'request refused', status: 422 }),
    },
  },
  {
    name: "others' requests that go wrong",
    because: 'an upstream of theirs failed: the server says so in its count, its span and its log',
    others: true,
    undecided: { 'traces.sampling.ratio': OTHERS, 'logs.requests': OTHERS },
    tape: {
      exports: (exports) =>
        eachSpan(exports, (span) => {
          if (!isRequest(span) || continues(span)) return [span];
          const attributes = { method: 'POST', path: '/api/debates', status: 500 };
          const failed = like(span, { traceId: newTraceId(), spanId: newSpanId(), attributes, kind: SpanKind.SERVER });
          return [span, Object.assign(failed, { status: { code: SpanStatusCode.ERROR } })];
        }),
      lines: withOthersLines((_, at) => at % 20 === 0, { level: 'ERROR', message: 'provider failed', status: 500 }),
    },
  },
  {
    name: 'a balancer that sends refused requests again',
    because: 'clients saw good answers, and the server counts, traces and logs what it refused as well',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': OTHERS },
    tape: {
      exposition: (tape) => (right) => {
        const refused = doneBy(tape, 2);
        const counted = withRequestRow(right, { ...HEALTH, status: '503' }, refused);
        const labels = HEALTH;
        return adding(counted, [{ name: 'aragora_request_duration_seconds', labels, count: refused, eachSec: 0.0001 }]);
      },
      exports: (exports) => eachSpan(exports, numbered(refusedFirst)),
      lines: (lines) =>
        lines.flatMap((text, at) => {
          const line = { ...(JSON.parse(text) as Line), level: 'WARNING', status: 503 };
          return at % 5 === 0 ? [JSON.stringify(line), text] : [text];
        }),
    },
  },
  {
    name: 'a whole server whose clock is 100 ms ahead',
    because: 'spans and log lines of one machine have one clock, and clients have another',
    tape: {
      exports: (exports) =>
        eachSpan(exports, (span) => [
          like(span, { startTime: laterMs(span.startTime, 100), endTime: laterMs(span.endTime, 100) }),
        ]),
      lines: (lines) =>
        lines.map((text) => {
          const line = JSON.parse(text) as Line;
          const timestamp = new Date(Date.parse(String(line['timestamp'])) + 100).toISOString();
          return JSON.stringify({ ...line, timestamp });
        }),
    },
  },
];
