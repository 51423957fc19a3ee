/** Innocents whose spans look odd. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import type { TapeInnocent } from './innocent.ts';
import {
  childOf,
  continues,
  every,
  isRequest,
  laterMs,
  like,
  newSpanId,
  newTraceId,
  type SpanChanges,
} from './spans.ts';

/** What stands between the client and the server, each under the one before: the client's call, or what hands it on. */
function between(span: ReadableSpan, hops: readonly SpanChanges[]): readonly ReadableSpan[] {
  if (!isRequest(span)) return [span];
  let parent = span.parentSpanContext?.spanId ?? null;
  const spans = hops.map((changes) => {
    const spanId = newSpanId();
    const hop = like(span, { attributes: { 'http.request.method': 'GET' }, ...changes, spanId, parentSpanId: parent });
    parent = spanId;
    return hop;
  });
  return [...spans, like(span, { parentSpanId: parent })];
}

const wholeMs = ([seconds, nanos]: ReadableSpan['startTime']): ReadableSpan['startTime'] => [
  seconds,
  Math.floor(nanos / 1e6) * 1e6,
];

const SDK = resourceFromAttributes({
  'service.name': 'aragora-api',
  'service.version': '2.12.0',
  'service.instance.id': 'aragora-7f:17',
  'telemetry.sdk.language': 'python',
  'telemetry.sdk.name': 'opentelemetry',
  'k8s.pod.name': 'aragora-7f',
  'process.command_args': ['python', '-m', 'aragora'],
});

export const OF_TRACES: readonly TapeInnocent[] = [
  {
    name: 'a span of an ingress between client and server',
    because: "the server's span hangs under the ingress', which hangs under the client's: the chain is whole",
    tape: every((span) => between(span, [{ name: 'GET /', kind: SpanKind.SERVER, service: 'ingress-nginx' }])),
  },
  {
    name: 'two spans of a mesh between client and server, under the name of the server',
    because: 'a sidecar takes the name of what it stands beside',
    tape: every((span) =>
      between(span, [
        { name: 'ingress.aragora', kind: SpanKind.SERVER, service: 'istio-ingress' },
        { name: 'aragora.default.svc:8080/*', kind: SpanKind.CLIENT, service: 'istio-ingress' },
      ]),
    ),
  },
  {
    name: 'spans of its middleware and its database driver',
    because: 'the guide instruments its libraries as well',
    tape: every((span) => {
      if (isRequest(span)) return [childOf(span, 'asgi http send'), childOf(span, 'auth.check'), span];
      if (span.name !== 'db.query') return [span];
      const attributes = { 'db.system': 'postgresql', 'db.statement': 'SELECT * FROM debates LIMIT 20' };
      return [childOf(span, 'SELECT aragora', { kind: SpanKind.CLIENT, attributes }), span];
    }),
  },
  {
    name: 'a span for the HTTP call to a provider below each agent call',
    because: 'the guide instruments the HTTP client',
    tape: every((span) =>
      span.name === 'agent.call' ? [childOf(span, 'HTTP POST', { kind: SpanKind.CLIENT }), span] : [span],
    ),
  },
  {
    name: 'a span of its own between a round and each agent call',
    because: 'the documents name spans, and forbid none between them',
    tape: every((span) => {
      if (span.name !== 'agent.call') return [span];
      const spanId = newSpanId();
      const attributes = { attempt: 1 };
      return [like(span, { name: 'agent.turn', spanId, attributes }), like(span, { parentSpanId: spanId })];
    }),
  },
  {
    name: 'an agent call that is tried again',
    because: "the guide's levels name retries: a round may have one call more than agents",
    tape: every((span) => {
      if (span.name !== 'agent.call' || !/^[0-3]/.test(span.spanContext().traceId)) return [span];
      const lastsMs = span.duration[0] * 1000 + span.duration[1] / 1e6;
      const failed = like(span, { spanId: newSpanId(), endTime: laterMs(span.startTime, lastsMs / 3) });
      return [Object.assign(failed, { status: { code: SpanStatusCode.ERROR } }), span];
    }),
  },
  {
    name: 'operations in the words of another database',
    because: 'no document gives these words',
    tape: every((span) => {
      const words: Readonly<Record<string, string>> = { select: 'aggregate', insert: 'call', update: 'findAndModify' };
      if (span.name !== 'db.query') return [span];
      const operation = words[String(span.attributes['operation'])] ?? 'command';
      return [like(span, { attributes: { ...span.attributes, operation } })];
    }),
  },
  {
    name: 'links and events on spans',
    because: 'a span may point to another trace, and say what happened within it',
    tape: every((span) => [
      like(span, {
        links: [{ context: { traceId: newTraceId(), spanId: newSpanId(), traceFlags: 1 } }],
        events: [{ name: 'cache.miss', time: span.startTime, attributes: { key: 'debates' } }],
      }),
    ]),
  },
  {
    name: 'resource attributes of an SDK',
    because: 'an SDK names itself, its host and its process',
    tape: every((span) => [like(span, { resource: SDK })]),
  },
  {
    name: 'further attributes',
    because: 'the semantic conventions name the same facts in other words',
    tape: every((span) => [
      like(span, {
        attributes: { 'http.route': '/api/{x}', 'thread.id': 140_213, 'net.peer.ip': '10.0.3.7', ...span.attributes },
      }),
    ]),
  },
  {
    name: 'exact copies of exports',
    because: 'an exporter that got no answer in time sends again',
    tape: { exports: (exports) => exports.flatMap((spans) => [spans, spans]) },
  },
  {
    name: 'one span in each export, children first and all at the end',
    because: 'no document says when spans are exported, or in which order',
    tape: {
      exports: (exports) =>
        exports
          .flat()
          .reverse()
          .map((span) => [span]),
    },
  },
  {
    name: 'spans whose clock is 100 ms ahead',
    because: 'two machines rarely agree to the ms',
    tape: every((span) => [shifted(span, 100)]),
  },
  {
    name: 'spans whose clock is 100 ms behind',
    because: 'two machines rarely agree to the ms',
    tape: every((span) => [shifted(span, -100)]),
  },
  {
    name: 'times in whole ms',
    because: 'a clock may be no finer',
    tape: every((span) => [like(span, { startTime: wholeMs(span.startTime), endTime: wholeMs(span.endTime) })]),
  },
  {
    name: 'rounds with their number in the name',
    because: "one of the guides' two forms",
    tape: every((span) => {
      if (span.name !== 'debate.round') return [span];
      const number = Number(span.attributes['round.number']);
      return [like(span, { name: `debate.round.${number - 1}`, attributes: { 'round.number': number - 1 } })];
    }),
  },
  {
    name: 'rounds counted from 0',
    because: 'the code in one guide counts them so',
    tape: every((span) =>
      span.name === 'debate.round'
        ? [like(span, { attributes: { ...span.attributes, 'round.number': 0, round_number: 0 } })]
        : [span],
    ),
  },
  {
    name: 'lists that come from memory',
    because: 'no document says that a list is read from a database each time',
    tape: every((span) => (span.attributes['operation'] === 'select' ? [] : [span])),
  },
  {
    name: 'providers in another case',
    because: 'two places of a server may write a name in another case than the metrics',
    tape: every((span) =>
      span.name === 'agent.call'
        ? [
            like(span, {
              attributes: { ...span.attributes, provider: String(span.attributes['provider']).toUpperCase() },
            }),
          ]
        : [span],
    ),
  },
  {
    name: 'debates whose spans end after their last event',
    because: 'a server may store what was said and change ratings before the debate is over for it',
    tape: every((span) =>
      span.name === 'debate.run' ? [like(span, { endTime: laterMs(span.endTime, 700) })] : [span],
    ),
  },
  {
    name: 'spans for the handshakes of sockets',
    because: 'a handshake is a request, too, and its socket is open long after',
    tape: every((span) => {
      if (!isRequest(span) || !continues(span) || span.attributes['method'] !== 'POST') return [span];
      const attributes = { method: 'GET', path: '/ws', status: 101 };
      return [like(span, { spanId: newSpanId(), attributes, startTime: laterMs(span.startTime, -2) }), span];
    }),
  },
  {
    name: 'work that goes on after its parent has ended',
    because: 'what is written to a cache in the background ends later',
    tape: every((span) =>
      span.name === 'memory.access' ? [like(span, { endTime: laterMs(span.endTime, 5) })] : [span],
    ),
  },
  {
    name: 'paths with their query',
    because: 'no document says whether a path has one',
    tape: every((span) =>
      isRequest(span)
        ? [like(span, { attributes: { ...span.attributes, path: `${span.attributes['path']}?limit=20` } })]
        : [span],
    ),
  },
  {
    name: "other services' traces in the same place",
    because: 'a collector gets the spans of everybody',
    tape: every((span) =>
      isRequest(span)
        ? [span, like(span, { traceId: newTraceId(), parentSpanId: null, name: 'job', service: 'aragora-workers' })]
        : [span],
    ),
  },
];

function shifted(span: ReadableSpan, ms: number): ReadableSpan {
  return like(span, { startTime: laterMs(span.startTime, ms), endTime: laterMs(span.endTime, ms) });
}
