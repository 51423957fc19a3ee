/** Innocents that record more spans, or others, than the reference target: libraries, services, threads, what was tried again. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import type { SpanExports, TapeInnocent } from './innocent.ts';
import { childOf, continues, eachSpan, every, isRequest, laterMs, like, newSpanId, newTraceId } from './spans.ts';

const CLIENT = { kind: SpanKind.CLIENT } as const;

/** With an attribute in another form. */
function attribute(name: string, spanName: string, change: (value: unknown) => string | number | undefined) {
  return every((span) => {
    const value = span.attributes[name];
    return span.name === spanName && value !== undefined
      ? [like(span, { attributes: { ...span.attributes, [name]: change(value) } })]
      : [span];
  });
}

/** The same again for one in `nth` spans, in an export of its own: what an exporter sends when it got no answer. */
function againLater(nth: number, order: 'later' | 'before') {
  return {
    exports: (exports: SpanExports) =>
      exports.flatMap((spans) => {
        const some = spans.filter((_, at) => at % nth === 0);
        return order === 'later' ? [spans, some] : [some, spans];
      }),
  };
}

const isFirstHalf = (span: ReadableSpan) => /^[0-7]/.test(span.spanContext().traceId.slice(-1));

/** The same once more, a little later. */
function again(span: ReadableSpan, ms: number): ReadableSpan {
  const [startTime, endTime] = [laterMs(span.startTime, ms), laterMs(span.endTime, ms)];
  return like(span, { spanId: newSpanId(), startTime, endTime });
}

export const OF_SPAN_TREES: readonly TapeInnocent[] = [
  {
    name: 'spans of name look-ups, connections and TLS below each agent call',
    because: 'libraries are instrumented as well',
    tape: every((span) =>
      span.name === 'agent.call'
        ? [
            childOf(span, 'dns.lookup', { attributes: { 'net.peer.name': 'api.provider.example' } }),
            childOf(span, 'tcp.connect'),
            childOf(span, 'tls.connect', { attributes: { 'tls.protocol.version': '1.3' } }),
            span,
          ]
        : [span],
    ),
  },
  {
    name: 'a service of its own that runs the debates',
    because: "its HTTP handler's span hangs under the API's call to it, in the same trace",
    tape: every((span) => {
      if (!isRequest(span) || span.attributes['method'] !== 'POST') return [span];
      const call = childOf(span, 'POST debates', CLIENT);
      const answered = childOf(call, 'http.request', {
        kind: SpanKind.SERVER,
        service: 'aragora-workers',
        attributes: { method: 'POST', path: '/internal/debates', status: 202 },
      });
      return [answered, call, span];
    }),
  },
  {
    name: 'an API that asks itself',
    because: 'a handler may use another one over HTTP, and both record their span',
    tape: every((span) => {
      if (!isRequest(span) || !String(span.attributes['path']).endsWith('/convergence')) return [span];
      const call = childOf(span, 'GET', CLIENT);
      const own = { method: 'GET', path: '/api/debates/adhoc_1', status: 200 };
      return [childOf(call, 'http.request', { kind: SpanKind.SERVER, attributes: own }), call, span];
    }),
  },
  {
    name: 'more queries than one, some of them twice in a row',
    because: 'what is not in the cache is asked again',
    tape: every((span) => (span.name === 'db.query' ? [span, again(span, 0.2)] : [span])),
  },
  {
    name: 'more accesses of memory',
    because: 'a round may read every tier',
    tape: every((span) => {
      if (span.name !== 'memory.access') return [span];
      const tiers = ['medium', 'slow', 'glacial'].map((tier, at) =>
        again(like(span, { attributes: { ...span.attributes, tier } }), 0.1 * (at + 1)),
      );
      return [...tiers, span];
    }),
  },
  {
    name: 'calls of agents and queries as spans of a client',
    because: 'the semantic conventions say so',
    tape: every((span) => [/^(agent\.call|db\.query)$/.test(span.name) ? like(span, CLIENT) : span]),
  },
  {
    name: 'OK as the status of all that succeeded',
    because: 'OpenTelemetry allows it',
    tape: every((span) => [Object.assign(like(span, {}), { status: { code: SpanStatusCode.OK } })]),
  },
  {
    name: 'a few hundred thousand tokens',
    because: 'long contexts are long',
    tape: attribute('tokens', 'agent.call', () => 812_345),
  },
  {
    name: 'the status as text',
    because: 'no document says how a span writes it, and the label of the metric is text',
    tape: attribute('status', 'http.request', String),
  },
  {
    name: 'the number of a round as text',
    because: 'no document says how a span writes it',
    tape: attribute('round_number', 'debate.round', String),
  },
  {
    name: 'half of the spans sent again a little later',
    because: 'an exporter that got no answer in time cuts its batch in two',
    tape: againLater(2, 'later'),
  },
  {
    name: 'some spans sent before their batch, and again with it',
    because: 'two exporters share a collector',
    tape: againLater(3, 'before'),
  },
  {
    name: 'children that begin 1 ms before their parent',
    because: 'two threads read a clock of whole ms',
    tape: every((span) =>
      span.parentSpanContext === undefined || isRequest(span)
        ? [span]
        : [like(span, { startTime: laterMs(span.startTime, -1) })],
    ),
  },
  {
    name: 'a clock that is set 80 ms back in the middle of the run',
    because: 'a time server corrects it',
    tape: {
      exports: (exports, { facts: { load } }) => {
        const middleMs = (load.startedAtMs + load.endedAtMs) / 2;
        return eachSpan(exports, (span) =>
          span.startTime[0] * 1000 < middleMs
            ? [span]
            : [like(span, { startTime: laterMs(span.startTime, -80), endTime: laterMs(span.endTime, -80) })],
        );
      },
    },
  },
  {
    name: 'two replicas, one of them 60 ms ahead and one 60 ms behind',
    because: 'two machines rarely agree to the ms',
    tape: every((span) => {
      const ms = isFirstHalf(span) ? 60 : -60;
      return [like(span, { startTime: laterMs(span.startTime, ms), endTime: laterMs(span.endTime, ms) })];
    }),
  },
  {
    name: 'spans that name their replica and their release',
    because: 'during a deployment two releases answer',
    tape: every((span) => [
      like(span, { attributes: { ...span.attributes, 'deployment.color': isFirstHalf(span) ? 'blue' : 'green' } }),
    ]),
  },
  {
    name: 'spans of scrapes, of which one in ten is recorded',
    because: '/metrics is an endpoint of the API as others are',
    tape: {
      exports: (exports) => {
        const request = exports.flat().find(isRequest);
        const attributes = { method: 'GET', path: '/metrics', status: 200 };
        const scrape = () =>
          like(request as ReadableSpan, { traceId: newTraceId(), spanId: newSpanId(), parentSpanId: null, attributes });
        return request === undefined ? exports : [...exports, [scrape(), scrape()]];
      },
    },
  },
  {
    name: 'spans of tasks in the background, each in its own trace',
    because: 'a server tidies up whatever the load does',
    tape: {
      exports: (exports) => {
        const query = exports.flat().find(({ name }) => name === 'db.query');
        if (query === undefined) return exports;
        const task = () => {
          const traceId = newTraceId();
          const root = like(query, {
            traceId,
            spanId: newSpanId(),
            parentSpanId: null,
            name: 'memory.consolidate',
            attributes: {},
          });
          return [childOf(root, 'db.query', { attributes: { operation: 'delete', table: 'memories' } }), root];
        };
        return [...exports, ...Array.from({ length: 30 }, task)];
      },
    },
  },
  {
    name: 'events for each token of an answer',
    because: 'whoever streams may say so',
    tape: every((span) =>
      span.name === 'agent.call'
        ? [
            like(span, {
              events: Array.from({ length: 60 }, () => ({ name: 'token', time: span.startTime, attributes: { n: 1 } })),
            }),
          ]
        : [span],
    ),
  },
  {
    name: 'a span for the work of each agent after its call',
    because: 'an answer is read, counted and kept',
    tape: every((span) =>
      span.name === 'agent.call'
        ? [
            like(span, {
              name: 'answer.store',
              spanId: newSpanId(),
              attributes: {},
              startTime: span.endTime,
              endTime: laterMs(span.endTime, 1),
            }),
            span,
          ]
        : [span],
    ),
  },
  {
    name: 'a debate that begins a little after the answer to its request',
    because: 'a queue stands between the handler and whoever runs it',
    tape: every((span) =>
      span.name === 'debate.run' ? [like(span, { startTime: laterMs(span.startTime, 4) })] : [span],
    ),
  },
  {
    name: 'sockets with a span that lasts as long as they are open',
    because: 'ASGI has one request for a whole socket',
    tape: every((span) => {
      if (!isRequest(span) || !continues(span) || span.attributes['method'] !== 'POST') return [span];
      const attributes = { method: 'GET', path: '/ws', status: 101 };
      const kind = SpanKind.SERVER;
      return [
        span,
        like(span, {
          traceId: newTraceId(),
          spanId: newSpanId(),
          parentSpanId: null,
          name: 'websocket',
          kind,
          attributes,
          endTime: laterMs(span.endTime, 9000),
        }),
      ];
    }),
  },
];
