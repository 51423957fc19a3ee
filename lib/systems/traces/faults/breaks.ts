/** The breaks of traces: spans, their attributes, shape, times and status, and which traces are continued and recorded. Data only. */
import { lies, type TracesBreak } from './faults.ts';

function renamed(span: string, to: string): TracesBreak {
  const finding = `traces.spans.${span}.present`;
  return lies(`traces.${span}.renamed`, finding, `${span} is called ${to}`, { kind: 'span-renamed', span, to });
}

function missing(span: string): TracesBreak {
  const finding = `traces.spans.${span}.present`;
  return lies(`traces.${span}.missing`, finding, `nobody records ${span}`, { kind: 'span-missing', span });
}

/** Every documented attribute. */
const ATTRIBUTES: readonly (readonly [span: string, attributes: readonly string[]])[] = [
  ['http.request', ['method', 'path', 'status']],
  ['debate.run', ['debate.task', 'debate.agent_count']],
  ['debate.round', ['round_number', 'agent_count']],
  ['agent.call', ['provider', 'model', 'tokens']],
  ['db.query', ['operation', 'table']],
  ['memory.access', ['tier', 'operation']],
];

const attributes: readonly TracesBreak[] = ATTRIBUTES.flatMap(([span, names]) =>
  names.map((attribute) =>
    lies(
      `traces.${span}.${attribute}-missing`,
      `traces.spans.${span}.attributes`,
      `${span} does not say its ${attribute}`,
      {
        kind: 'span-attribute-missing',
        span,
        attribute,
      },
    ),
  ),
);

function mistyped(span: string, attribute: string, description: string): TracesBreak {
  const fault = { kind: 'span-attribute-mistyped', span, attribute } as const;
  return lies(`traces.${span}.${attribute}-mistyped`, `traces.spans.${span}.attributes`, description, fault);
}

function wrong(attribute: string, value: string | number, description: string): TracesBreak {
  const [name, finding] = [`traces.http.request.${attribute}-wrong`, 'traces.spans.http.request.attributes'];
  return lies(name, finding, description, { kind: 'span-attribute-instead', span: 'http.request', attribute, value });
}

const spans: readonly TracesBreak[] = [
  renamed('http.request', 'HTTP GET'),
  renamed('debate.run', 'debate'),
  renamed('agent.call', 'llm.call'),
  renamed('db.query', 'sql'),
  missing('debate.run'),
  missing('debate.round'),
  missing('agent.call'),
  missing('db.query'),
  missing('memory.access'),
  ...attributes,
  mistyped('http.request', 'status', 'the status is a string'),
  mistyped('debate.round', 'round_number', 'the number of the round is a string'),
  mistyped('agent.call', 'tokens', 'the number of tokens is a string'),
  mistyped('db.query', 'table', 'the table is a number'),
  wrong('path', '/', 'the path is / whatever was asked for'),
  wrong('method', 'POST', 'the method is POST whatever was asked'),
  wrong('status', 204, 'the status is 204 whatever was answered'),
  lies('traces.debate.run.task-of-another', 'traces.spans.debate.run.attributes', 'each debate has the same question', {
    kind: 'span-attribute-instead',
    span: 'debate.run',
    attribute: 'debate.task',
    value: 'Is this server ready for its load?',
  }),
  lies(
    'traces.agent.call.tokens-negative',
    'traces.spans.agent.call.attributes',
    'calls have a negative number of tokens',
    {
      kind: 'span-attribute-instead',
      span: 'agent.call',
      attribute: 'tokens',
      value: -128,
    },
  ),
  lies(
    'traces.debate.round.number-wrong',
    'traces.spans.debate.round.attributes',
    'every round is said to be the seventh',
    {
      kind: 'span-attribute-instead',
      span: 'debate.round',
      attribute: 'round.number',
      value: 7,
    },
  ),
  lies(
    'traces.agent.call.provider-unknown',
    'traces.spans.agent.call.attributes',
    'calls are of a provider that no metric knows',
    {
      kind: 'span-attribute-instead',
      span: 'agent.call',
      attribute: 'provider',
      value: 'somebody',
    },
  ),
  lies(
    'traces.memory.access.tier-unknown',
    'traces.spans.memory.access.attributes',
    'accesses are to a tier that no metric knows',
    {
      kind: 'span-attribute-instead',
      span: 'memory.access',
      attribute: 'tier',
      value: 'attic',
    },
  ),
  lies('traces.db.query.half-lost', 'traces.spans.db.query.present', 'every second database query is not exported', {
    kind: 'spans-lost',
    span: 'db.query',
    every: 2,
  }),
  lies('traces.service-name', 'traces.service-name', 'the service is called unknown_service', {
    kind: 'service-name',
    name: 'unknown_service:python',
  }),
];

const SHAPE = 'traces.debate.shape';

const shapes: readonly TracesBreak[] = [
  lies('traces.parent-lost', SHAPE, 'rounds hang under the request, not under their debate', {
    kind: 'span-under-request',
    span: 'debate.round',
  }),
  lies('traces.agent-calls-flat', SHAPE, 'agent calls hang under the request, not under their round', {
    kind: 'span-under-request',
    span: 'agent.call',
  }),
  lies('traces.debate-apart', SHAPE, 'a debate is a trace of its own, apart from its request', {
    kind: 'span-apart',
    span: 'debate.run',
  }),
  lies('traces.agent-calls-few', SHAPE, 'a round tells three agents, and records the calls of two', {
    kind: 'span-attribute-instead',
    span: 'debate.round',
    attribute: 'agent_count',
    value: 3,
  }),
  lies('traces.orphans', 'traces.orphans', 'agent calls name a parent that nobody exports', {
    kind: 'span-orphaned',
    span: 'agent.call',
  }),
];

const trees: readonly TracesBreak[] = [
  lies('traces.own-parent', 'traces.tree', 'database queries are their own parents', {
    kind: 'span-own-parent',
    span: 'db.query',
  }),
  lies('traces.twice-in-an-export', 'traces.tree', 'each export has its database queries twice', {
    kind: 'span-twice',
    span: 'db.query',
  }),
  lies('traces.under-two-ids', 'traces.tree', 'database queries are exported under a second id, too', {
    kind: 'span-under-two-ids',
    span: 'db.query',
  }),
  lies('traces.sent-twice', 'traces.tree', 'database queries are exported again, and then last longer', {
    kind: 'span-again',
    span: 'db.query',
  }),
];

const times: readonly TracesBreak[] = [
  lies('traces.query-late', 'traces.times', 'database queries are 400 ms later than the request that waits for them', {
    kind: 'span-times',
    span: 'db.query',
    startMs: 400,
    endMs: 400,
  }),
  lies('traces.agent-calls-short', 'traces.debate.duration', 'agent calls last a thousandth of their time', {
    kind: 'span-shortened',
    span: 'agent.call',
    share: 0.001,
  }),
  lies('traces.duration.too-long', 'traces.duration', 'request spans end 300 ms after the answer', {
    kind: 'span-times',
    span: 'http.request',
    startMs: 0,
    endMs: 300,
  }),
  lies('traces.duration.negative', 'traces.duration', 'request spans end before they start', {
    kind: 'span-ends-first',
    span: 'http.request',
  }),
  lies('traces.duration.zero', 'traces.duration', 'every request span ends when it begins', {
    kind: 'span-timeless',
    span: 'http.request',
  }),
  lies('traces.clock.one-of-three', 'traces.clock', 'one server of three has a clock that is half a minute slow', {
    kind: 'span-times',
    span: 'all',
    startMs: -30_000,
    endMs: -30_000,
    every: 3,
  }),
  lies('traces.clock.ahead', 'traces.clock', 'the clock of the spans is half a minute fast', {
    kind: 'span-times',
    span: 'all',
    startMs: 30_000,
    endMs: 30_000,
  }),
  lies('traces.clock.behind', 'traces.clock', 'the clock of the spans is half a minute slow', {
    kind: 'span-times',
    span: 'all',
    startMs: -30_000,
    endMs: -30_000,
  }),
  {
    ...lies('traces.status.unset', 'traces.status', 'spans of requests that got 503 have no error status', {
      kind: 'span-status',
      span: 'http.request',
      status: 'unset',
    }),
    patch: { http: [{ kind: 'status', status: 503, route: 'debates-list', pick: { share: 0.5 } }] },
  },
  lies('traces.status.parts', 'traces.status', 'every database query has error status, although nothing failed', {
    kind: 'span-status',
    span: 'db.query',
    status: 'error',
  }),
  lies('traces.status.always-error', 'traces.status', 'spans of good requests have error status', {
    kind: 'span-status',
    span: 'http.request',
    status: 'error',
  }),
];

const contexts: readonly TracesBreak[] = [
  lies('traces.propagation.trace-lost', 'traces.propagation', 'an incoming traceparent is not continued', {
    kind: 'trace-lost',
  }),
  lies('traces.propagation.parent-lost', 'traces.propagation', "the trace id is continued without its caller's span", {
    kind: 'parent-lost',
  }),
  lies('traces.sampling-50', 'traces.sampling.ratio', 'half of the traces are recorded instead of a tenth', {
    kind: 'sampling-ratio',
    ratio: 0.5,
  }),
  lies('traces.sampling-100', 'traces.sampling.ratio', 'every trace is recorded instead of a tenth', {
    kind: 'sampling-ratio',
    ratio: 1,
  }),
  lies('traces.sampling-0', 'traces.sampling.ratio', 'no trace is recorded unless its caller asks for it', {
    kind: 'sampling-ratio',
    ratio: 0,
  }),
  lies(
    'traces.sampling-uneven',
    'traces.sampling.even',
    'no trace begins at the list of debates, but more at the health',
    {
      kind: 'begun-elsewhere',
      path: '/api/debates',
      instead: '/api/health',
    },
  ),
  lies('traces.flag-ignored', 'traces.sampling.flag-unset', 'traces are recorded though their flag says not to', {
    kind: 'unset-flag-ignored',
  }),
  lies(
    'traces.set-flag-ignored',
    'traces.sampling.flag-set',
    'half of the traces whose flag asks for it are not recorded',
    {
      kind: 'set-flag-ignored',
      share: 0.5,
    },
  ),
  lies('traces.lost', 'traces.sampling.flag-set', 'one continued trace in four is never exported', {
    kind: 'traces-lost',
    every: 4,
  }),
];

const exported: readonly TracesBreak[] = [
  lies(
    'traces.export.no-trace-id',
    'traces.export',
    'besides each database query a span without a trace id is exported',
    {
      kind: 'span-invalid',
      span: 'db.query',
    },
  ),
  lies('traces.token-leaked', 'traces.secrets', 'the Authorization header is an attribute', {
    kind: 'header-leaked',
    header: 'authorization',
  }),
  lies('traces.cookie-encoded', 'traces.secrets', 'an attribute has the Cookie header in base64', {
    kind: 'header-leaked',
    header: 'cookie',
    encoded: true,
  }),
  lies('traces.cookie-leaked', 'traces.secrets', 'the Cookie header is an attribute', {
    kind: 'header-leaked',
    header: 'cookie',
  }),
];

export const TRACE_BREAKS: readonly TracesBreak[] = [...spans, ...shapes, ...trees, ...times, ...contexts, ...exported];
