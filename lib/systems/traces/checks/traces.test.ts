import { beforeAll, describe, expect, it, test } from 'vitest';
import { newId, send, spanWith } from '../../../../test/support/jaeger.ts';
import { judgeObserved, systemNamed } from '../../../../test/support/judge-system.ts';
import { startTarget } from '../../../target/target.ts';
import type { Span, TracesObservation, TracesObserved } from '../observation.ts';
import { collectTraces } from '../observe/collect.ts';
import { startReceiver } from '../observe/receiver.ts';
import { ARAGORA_2_11_SPANS, awaitedSpans, DOCUMENTED_SPANS } from '../promises.ts';
import type { SpanMapping, TracePromises } from '../signals.ts';

const QUICK = { waits: { 'agent-response': 'constant(2ms)', 'agent-call': 'constant(1ms)' } } as const;
/** At 10 %, this many lie within 5 % and 20 %, except in one run of millions. */
const UNFLAGGED = 1500;

/** What the reference target really exports. */
let real: TracesObserved;

beforeAll(async () => {
  const receiver = await startReceiver();
  const target = await startTarget({ patch: QUICK, tracing: { otlpUrl: receiver.httpUrl } });
  const startedAtMs = Date.now();
  const requests = [];
  // First: spans are exported in the order in which they end, so once those of the flagged ones have arrived, all of these have.
  for (let index = 0; index < UNFLAGGED; index += 1) requests.push(await send(target.httpUrl, 'health', null));
  for (const endpoint of ['health', 'debates-list', 'debates-create'] as const) {
    for (let index = 0; index < 10; index += 1) {
      requests.push(await send(target.httpUrl, endpoint, true), await send(target.httpUrl, endpoint, false));
    }
  }
  const load = { startedAtMs, endedAtMs: Date.now() };
  const awaited = (endpoint: string) => awaitedSpans(endpoint, null);
  const observed = await collectTraces({
    receiver,
    requests,
    awaited,
    load,
    serviceName: 'aragora-api',
    exportsHere: true,
    backends: [],
  });
  await target.stop();
  await receiver.stop();
  if (observed.status === 'unavailable') throw new Error(observed.reason);
  real = observed;
});

function judgeTraces(observation: TracesObservation, context: TracePromises & { readonly exclusive: boolean }) {
  const { exclusive, ...promises } = context;
  return judgeObserved(systemNamed('traces'), [observation], { promises, exclusive });
}

function statuses(observed: TracesObserved, mapping: SpanMapping | null = null): Record<string, string> {
  const findings = judgeTraces(observed, { contract: DOCUMENTED_SPANS, mapping, exclusive: false });
  return Object.fromEntries(findings.map(({ id, status }) => [id, status]));
}

function finding(observed: TracesObserved, id: string, mapping: SpanMapping | null = null) {
  return judgeTraces(observed, { contract: DOCUMENTED_SPANS, mapping, exclusive: false }).find(
    (candidate) => candidate.id === id,
  );
}

const failing = (observed: TracesObserved) =>
  Object.entries(statuses(observed)).flatMap(([id, status]) => (status === 'fail' ? [id] : []));

/** Nothing can be said about these without a Jaeger, and nobody sent a secret, so neither gates. */
const OPTIONAL = [
  'traces.debate.duration',
  'traces.sampling.even',
  'traces.secrets',
  'traces.jaeger.same',
  'traces.jaeger.service-map',
];

describe('what the reference target exports', () => {
  it('passes every check, and the rest does not gate', () => {
    const findings = judgeTraces(real, { contract: DOCUMENTED_SPANS, mapping: null, exclusive: false });
    expect(findings.filter(({ status }) => status !== 'pass').map(({ id, gating }) => [id, gating])).toEqual(
      OPTIONAL.map((id) => [id, false]),
    );
    expect(findings).toHaveLength(30);
    expect(findings.every(({ summary, source }) => summary !== '' && source.document !== '')).toBe(true);
    expect([real.complete, real.unsettled]).toEqual([true, []]);
  });

  it('is judged the same from its file', () => {
    const read = JSON.parse(JSON.stringify(real)) as TracesObserved;
    const context = { contract: DOCUMENTED_SPANS, mapping: null, exclusive: false };
    expect(judgeTraces(read, context)).toEqual(judgeTraces(real, context));
  });
});

function withSpans(change: (span: Span) => Span | null): TracesObserved {
  const spans = real.spans.map(change).filter((span) => span !== null);
  const spanNames: Record<string, number> = {};
  for (const { name } of spans) spanNames[name] = (spanNames[name] ?? 0) + 1;
  return { ...real, spans, spanNames };
}

const only = (name: string, change: (span: Span) => Span | null) =>
  withSpans((span) => (span.name === name ? change(span) : span));

function withoutAttribute(name: string, key: string): TracesObserved {
  return only(name, (span) => {
    const { [key]: _, ...attributes } = span.attributes;
    return { ...span, attributes };
  });
}

const skewed = (by: number, isHit = (_traceId: string) => true) =>
  withSpans((span) =>
    isHit(span.traceId)
      ? { ...span, startUnixNano: seconds(span.startUnixNano, by), endUnixNano: seconds(span.endUnixNano, by) }
      : span,
  );
/** What every request's span says instead. */
const said = (wrong: Span['attributes']) =>
  only('http.request', (span) => ({ ...span, attributes: { ...span.attributes, ...wrong } }));

const seconds = (nanos: string, by: number) => String(BigInt(nanos) + BigInt(by) * 1_000_000_000n);
const sampled = (
  change: (lookup: TracesObserved['sampled'][number]) => Partial<TracesObserved['sampled'][number]>,
) => ({
  ...real,
  sampled: real.sampled.map((lookup) => ({ ...lookup, ...change(lookup) })),
});
const roots = (count: number): TracesObserved => ({
  ...real,
  unflaggedRequests: 1000,
  roots: [{ name: 'http.request', kind: 'server', count }],
});

describe('each break is caught by the finding that names it, alone', () => {
  const renamed = ['http.request', 'debate.run', 'debate.round', 'agent.call', 'db.query', 'memory.access'];
  test.each(renamed)('%s under another name', (name) => {
    expect(failing(only(name, (span) => ({ ...span, name: `other.${name}` })))).toEqual([
      `traces.spans.${name}.present`,
    ]);
  });

  test.each(
    DOCUMENTED_SPANS.signals.flatMap(({ id, forms }) =>
      Object.keys(forms[0]?.attributes ?? {}).map((key) => [id, key]),
    ),
  )('%s without %s', (id, key) => {
    expect(failing(withoutAttribute(id, key))).toEqual([`traces.spans.${id}.attributes`]);
  });

  test.each<[string, () => TracesObserved, string]>([
    [
      'an attribute of the wrong type',
      () => only('agent.call', (span) => ({ ...span, attributes: { ...span.attributes, tokens: '128' } })),
      'traces.spans.agent.call.attributes',
    ],
    [
      'agent calls right under the debate',
      () => {
        const runs = new Map(
          real.spans.flatMap((span) => (span.name === 'debate.run' ? [[span.traceId, span.spanId]] : [])),
        );
        return only('agent.call', (span) => ({ ...span, parentSpanId: runs.get(span.traceId) ?? null }));
      },
      'traces.debate.shape',
    ],
    [
      'agent calls in traces of their own',
      () => only('agent.call', (span) => ({ ...span, traceId: newId(16), parentSpanId: null })),
      'traces.debate.shape',
    ],
    [
      'debates in traces of their own',
      () => {
        const inside = new Set(['debate.run', 'debate.round', 'agent.call', 'memory.access']);
        const moved = withSpans((span) =>
          inside.has(span.name) || span.attributes['operation'] === 'update'
            ? { ...span, traceId: span.traceId.replace(/^./, (digit) => (digit === 'f' ? '0' : 'f')) }
            : span,
        );
        return {
          ...moved,
          spans: moved.spans.map((span) => (span.name === 'debate.run' ? { ...span, parentSpanId: null } : span)),
        };
      },
      'traces.debate.shape',
    ],
    [
      'a parent that never arrived',
      () => only('agent.call', (span) => ({ ...span, parentSpanId: newId(8) })),
      'traces.orphans',
    ],
    [
      'another service name',
      () => withSpans((span) => ({ ...span, serviceName: 'unknown_service' })),
      'traces.service-name',
    ],
    [
      'spans longer than their client waited',
      () => only('http.request', (span) => ({ ...span, startUnixNano: seconds(span.startUnixNano, -1) })),
      'traces.duration',
    ],
    [
      'spans that end before they start',
      () => only('http.request', (span) => ({ ...span, startUnixNano: seconds(span.startUnixNano, 1) })),
      'traces.duration',
    ],
    [
      'error status on good requests',
      () => only('http.request', (span) => ({ ...span, status: 'error' })),
      'traces.status',
    ],
    ['a clock three seconds off', () => skewed(3), 'traces.clock'],
    [
      'a clock that is slow in one server of three',
      () => skewed(-30, (traceId) => /[0-5]$/.test(traceId)),
      'traces.clock',
    ],
    [
      'spans that take no time',
      () => only('http.request', (span) => ({ ...span, endUnixNano: span.startUnixNano })),
      'traces.duration',
    ],
    [
      'a round that tells more agents than were called',
      () => only('debate.round', (span) => ({ ...span, attributes: { ...span.attributes, agent_count: 7 } })),
      'traces.debate.shape',
    ],
    ['the path of another request', () => said({ path: '/' }), 'traces.spans.http.request.attributes'],
    ['the method of another request', () => said({ method: 'PUT' }), 'traces.spans.http.request.attributes'],
    ['a status that no client was answered', () => said({ status: 204 }), 'traces.spans.http.request.attributes'],
    [
      'failed requests without error status',
      () => ({
        ...only('http.request', (span) => ({ ...span, attributes: { ...span.attributes, status: 503 } })),
        requests: real.requests.map((request) => ({ ...request, outcome: 'status_503' })),
      }),
      'traces.status',
    ],
    [
      'trace ids that are not continued',
      () => ({ ...sampled(() => ({ found: 0 })), requests: [] }),
      'traces.propagation',
    ],
    [
      'parent ids that are not continued',
      () => only('http.request', (span) => ({ ...span, parentSpanId: null })),
      'traces.propagation',
    ],
    [
      'parent ids that are others',
      () => only('http.request', (span) => ({ ...span, parentSpanId: newId(8) })),
      'traces.propagation',
    ],
    [
      'one endpoint that loses the context',
      () => sampled(({ endpoint }) => (endpoint === 'health' ? { sent: 40, found: 0 } : {})),
      'traces.propagation',
    ],
    ['a sampled flag that is ignored', () => sampled(({ sent }) => ({ found: sent - 9 })), 'traces.sampling.flag-set'],
    [
      'an unset flag that is ignored',
      () => ({ ...real, unsampled: { ...real.unsampled, found: 3, examples: [newId(16)] } }),
      'traces.sampling.flag-unset',
    ],
    ['half as many recorded', () => roots(50), 'traces.sampling.ratio'],
    ['none recorded', () => roots(0), 'traces.sampling.ratio'],
    [
      'a malformed export',
      () => ({ ...real, exports: { requests: 9, malformed: 1, rejectedSpans: 0, problems: ['no JSON'] } }),
      'traces.export',
    ],
    [
      'a secret in a span',
      () => ({ ...real, leaks: { searched: 1, count: 2, examples: ['attribute url'] } }),
      'traces.secrets',
    ],
    ['a trace that Jaeger has not', () => jaeger({ compared: 9, missing: [newId(16)] }), 'traces.jaeger.same'],
    [
      'a trace that Jaeger has otherwise',
      () => jaeger({ compared: 9, differing: [{ traceId: newId(16), difference: 'span x: the name' }] }),
      'traces.jaeger.same',
    ],
    [
      'a map without the service',
      () => ({ ...jaeger({ compared: 9 }), serviceMap: { services: ['jaeger'], edges: [] } }),
      'traces.jaeger.service-map',
    ],
  ])('%s', (_, broken, id) => {
    const observed = broken();
    expect(failing(observed)).toEqual([id]);
    expect(finding(observed, id)?.bad === 0).toBe(id === 'traces.sampling.ratio');
  });
});

const later = (nanos: string, byMs: number) => String(BigInt(nanos) + BigInt(byMs) * 1_000_000n);
const shifted = (span: Span, byMs: number): Span => ({
  ...span,
  startUnixNano: later(span.startUnixNano, byMs),
  endUnixNano: later(span.endUnixNano, byMs),
});
const tagged = (name: string, attributes: Span['attributes'], isHit = (_: Span) => true) =>
  only(name, (span) => (isHit(span) ? { ...span, attributes: { ...span.attributes, ...attributes } } : span));
const pathOf = (span: Span) => String(span.attributes['path']);
/** Of one trace in two. */
const isHalf = ({ traceId }: Span) => /[0-7]$/.test(traceId);
const firstOf = (name: string) => real.spans.find((span) => span.name === name) ?? spanWith();
const together = (...spans: readonly Span[]): TracesObserved => ({ ...real, spans: [...real.spans, ...spans] });

describe('a trace that is no tree of one request', () => {
  const inCircle = (): TracesObserved => {
    const { traceId, spanId } = firstOf('memory.access');
    const above = spanWith({ traceId, parentSpanId: spanId, name: 'work', kind: 'internal' });
    const under = (span: Span) => (span.spanId === spanId ? { ...span, parentSpanId: above.spanId } : span);
    return { ...real, spans: [...real.spans.map(under), above] };
  };
  test.each<[string, () => TracesObserved, RegExp]>([
    [
      'a span that is its own parent',
      () => only('db.query', (span) => ({ ...span, parentSpanId: span.spanId })),
      /^a span db\.query is its own parent/,
    ],
    ['two spans that are above each other', inCircle, /is in a circle of parents/],
    [
      'a second root',
      () => {
        const root = real.spans.find(({ parentSpanId }) => parentSpanId === null) ?? spanWith();
        return together({ ...root, spanId: newId(8) });
      },
      /^a trace has a second root: http\.request$/,
    ],
    [
      'another request of the same caller',
      () => {
        const own = firstOf('http.request');
        const entry = real.spans.find(({ traceId }) => traceId === real.requests[0]?.traceId) ?? own;
        return together({ ...entry, spanId: newId(8) });
      },
      /^a trace has 2 requests of one caller$/,
    ],
    [
      'an id that another span has',
      () => together({ ...firstOf('db.query'), traceId: newId(16), parentSpanId: null }),
      /^a span db\.query has the id of a span of another trace$/,
    ],
    [
      'a span that came again with other content',
      () => ({ ...real, differing: { count: 2, examples: [newId(16)] } }),
      /^2 spans came twice, with different content$/,
    ],
  ])('%s', (_, broken, summary) => {
    const found = finding(broken(), 'traces.tree');
    expect(found?.status).toBe('fail');
    expect(found?.summary).toMatch(summary);
  });

  it('is none where a proxy repeated a request that failed', () => {
    const entry = real.spans.find(({ traceId }) => traceId === real.requests[0]?.traceId) ?? spanWith();
    const refused = {
      ...entry,
      spanId: newId(8),
      attributes: { ...entry.attributes, status: 503 },
      status: 'error',
    } as const;
    expect(finding(together(refused), 'traces.tree')?.status).toBe('pass');
  });
});

describe("spans outside their parents' time", () => {
  test.each<[string, () => TracesObserved]>([
    ['queries that end after the request that waits for them', () => only('db.query', (span) => shifted(span, 400))],
    ['queries that start before their request', () => only('db.query', (span) => shifted(span, -400))],
    ['agent calls after their round', () => only('agent.call', (span) => shifted(span, 400))],
    ['rounds before their debate', () => only('debate.round', (span) => shifted(span, -400))],
    [
      'accesses that end before they start',
      () => only('memory.access', (span) => ({ ...span, endUnixNano: later(span.startUnixNano, -1) })),
    ],
  ])('%s', (_, broken) => {
    expect(failing(broken())).toEqual(['traces.times']);
  });

  it('are none within the tolerance, of other services, or where something is written later', () => {
    expect(failing(only('db.query', (span) => shifted(span, 90)))).toEqual([]);
    expect(
      failing(only('memory.access', (span) => (span.attributes['operation'] === 'write' ? shifted(span, 400) : span))),
    ).toEqual([]);
    const called = { ...shifted(firstOf('db.query'), -5000), spanId: newId(8), serviceName: 'postgres' };
    expect(finding(together(called), 'traces.times')?.status).toBe('pass');
  });
});

describe('the duration of a debate', () => {
  /** Each debate was watched by a client that waited so long for its first message. */
  const watched = (latencyUs: number, observed = real): TracesObserved => {
    const created = observed.requests.filter(({ endpoint }) => endpoint === 'debates-create');
    const watches = created.map((request) => ({ ...request, endpoint: 'agent-response', latencyUs }));
    return { ...observed, requests: [...observed.requests, ...watches] };
  };
  /** As if each debate had taken 400 ms, and its calls 100 ms. */
  const slow = withoutTimes({ 'debate.run': 400, 'debate.round': 350, 'agent.call': 100 });

  it('is at least half of what a client saw', () => {
    expect(failing(watched(300_000, slow()))).toEqual([]);
    expect(finding(watched(300_000, slow()), 'traces.debate.duration')).toMatchObject({ status: 'pass', samples: 10 });
    expect(failing(watched(900_000, slow()))).toEqual(['traces.debate.duration']);
  });

  it('has agent calls that take time', () => {
    const timeless = withoutTimes({ 'debate.run': 400, 'debate.round': 350, 'agent.call': 0 });
    expect(failing(watched(300_000, timeless()))).toEqual(['traces.debate.duration']);
    expect(finding(watched(300_000, timeless()), 'traces.debate.duration')?.summary).toMatch(
      /^10 of 10 debates too short, first: its agent\.call took 0 ms together, its client saw 300 ms/,
    );
  });

  it('is not judged by waits too short to tell, and not where no debate was watched', () => {
    expect(finding(watched(40_000), 'traces.debate.duration')).toMatchObject({ status: 'no-data', gating: false });
    const without = watched(
      300_000,
      only('debate.run', () => null),
    );
    expect(finding(without, 'traces.debate.duration')).toMatchObject({ status: 'no-data', gating: true });
    expect(finding(real, 'traces.debate.duration')).toMatchObject({ status: 'no-data', gating: false });
  });
});

/** Spans of these names last so many ms from their debate's start on. */
function withoutTimes(lastMs: Readonly<Record<string, number>>): () => TracesObserved {
  return () => {
    const starts = new Map(
      real.spans.flatMap((span) => (span.name === 'debate.run' ? [[span.traceId, span.startUnixNano]] : [])),
    );
    return withSpans((span) => {
      const [ms, startUnixNano] = [lastMs[span.name], starts.get(span.traceId)];
      if (ms === undefined || startUnixNano === undefined) return span;
      return { ...span, startUnixNano, endUnixNano: later(startUnixNano, ms) };
    });
  };
}

describe('what spans say', () => {
  const QUESTION = 'How would you make a cache cheap to run? (case 0123abcd)';
  const asked = (task: string): TracesObserved => ({
    ...tagged('debate.run', { 'debate.task': task }),
    requests: real.requests.map((one) => (one.endpoint === 'debates-create' ? { ...one, question: QUESTION } : one)),
  });

  it('is the question that was asked, perhaps cut or among other words', () => {
    for (const task of [QUESTION, `Task: ${QUESTION}`, `${QUESTION.slice(0, 40)}…`])
      expect(failing(asked(task))).toEqual([]);
    expect(failing(asked(QUESTION.replace('0123', '9999')))).toEqual(['traces.spans.debate.run.attributes']);
  });

  test.each<[string, () => TracesObserved, string]>([
    ['negative tokens', () => tagged('agent.call', { tokens: -128 }), 'agent.call'],
    ['tokens that are no number', () => tagged('agent.call', { tokens: 'NaN' }), 'agent.call'],
    ['half a token', () => tagged('agent.call', { tokens: 0.5 }), 'agent.call'],
    ['a debate of other agents than its rounds', () => tagged('debate.run', { 'debate.agent_count': 4 }), 'debate.run'],
    [
      'a round of fewer agents than are called in each',
      () => tagged('debate.round', { agent_count: 1 }),
      'debate.round',
    ],
    ['the thousandth round of two', () => tagged('debate.round', { round_number: 1000 }), 'debate.round'],
  ])('%s', (_, broken, signal) => {
    const failed = failing(broken());
    expect(failed).toContain(`traces.spans.${signal}.attributes`);
    expect(failed.filter((id) => !id.endsWith('.attributes'))).toEqual([]);
  });
});

describe('a span that some requests lack', () => {
  const halved = (name: string) => withSpans((span) => (span.name === name && isHalf(span) ? null : span));

  it('is missing where every request has to make it', () => {
    expect(failing(halved('db.query'))).toEqual(['traces.spans.db.query.present']);
    expect(failing(halved('memory.access'))).toEqual(['traces.spans.memory.access.present']);
    expect(finding(halved('db.query'), 'traces.spans.db.query.present')?.summary).toMatch(
      /but none in \d+ of 20 traces/,
    );
  });

  it('is not missing where a cache has answered, and says so', () => {
    const observed = halved('db.query');
    const spans = observed.spans.map((span) =>
      pathOf(span).startsWith('/api/debates')
        ? { ...span, attributes: { ...span.attributes, 'cache.hit': true } }
        : span,
    );
    expect(failing({ ...observed, spans })).toEqual([]);
  });
});

function jaeger(comparison: Partial<NonNullable<TracesObserved['comparison']>>): TracesObserved {
  const same = { source: 'jaeger', compared: 0, missing: [], differing: [], problem: null } as const;
  const serviceMap = { services: ['aragora-api'], edges: [{ parent: 'web', child: 'aragora-api', calls: 1 }] };
  return { ...real, serviceMap, comparison: { ...same, ...comparison } };
}

describe('what a span says of its request', () => {
  it('is not contradicted by a client that got no whole answer', () => {
    const unanswered = real.requests.map((request) => ({ ...request, outcome: 'timeout' }));
    expect(failing({ ...said({ status: 499 }), requests: unanswered })).toEqual([]);
  });

  it('contradicts a client that was answered 200, whatever else was wrong with the answer', () => {
    const refused = real.requests.map((request) => ({ ...request, outcome: 'success-false' }));
    expect(failing({ ...real, requests: refused })).toEqual([]);
    expect(failing({ ...said({ status: 404 }), requests: refused })).toEqual(['traces.spans.http.request.attributes']);
  });

  it('may be a path with a query, or a pattern', () => {
    expect(failing(said({}))).toEqual([]);
    const queried = only('http.request', (span) => ({
      ...span,
      attributes: { ...span.attributes, path: `${span.attributes['path']}?page=1` },
    }));
    expect(failing(queried)).toEqual([]);
  });

  it('takes no time where it is given in whole ms and clients waited for less', () => {
    const timeless = only('http.request', (span) => ({ ...span, endUnixNano: span.startUnixNano }));
    const requests = real.requests.map((request) => ({ ...request, latencyUs: 800 }));
    expect(finding({ ...timeless, requests }, 'traces.duration')?.status).toBe('pass');
    expect(finding({ ...timeless, requests: [] }, 'traces.duration')?.status).toBe('no-data');
  });

  it('has a clock that a few late clients do not put in the wrong', () => {
    const late = real.requests.map((request, at) => (at === 0 ? { ...request, second: request.second + 9 } : request));
    expect(finding({ ...real, requests: late }, 'traces.clock')?.status).toBe('pass');
  });
});

test('a server may have spans of its own between a round and its calls', () => {
  const calls = real.spans.filter(({ name }) => name === 'agent.call');
  const turns = new Map(calls.map((span) => [span.spanId, { ...span, name: 'agent.turn', spanId: newId(8) }]));
  const under = real.spans.map((span) => ({
    ...span,
    parentSpanId: turns.get(span.spanId)?.spanId ?? span.parentSpanId,
  }));
  expect(failing({ ...real, spans: [...turns.values(), ...under] })).toEqual([]);
});

describe('what stands between client and server', () => {
  const requests = () =>
    real.spans.filter(({ name, parentSpanId }) => name === 'http.request' && parentSpanId !== null);
  /** An ingress above each request's span, called by the client, or by somebody of whom nobody knows. */
  const behindIngress = (calledBy: (client: string) => string): TracesObserved => {
    const spanIds = new Map(requests().map(({ spanId }) => [spanId, newId(8)]));
    const ingress = requests().map((span) => ({
      ...span,
      spanId: spanIds.get(span.spanId) ?? '',
      parentSpanId: calledBy(span.parentSpanId ?? ''),
      name: 'GET /',
      attributes: {},
      serviceName: 'ingress-nginx',
    }));
    const under = real.spans.map((span) => ({ ...span, parentSpanId: spanIds.get(span.spanId) ?? span.parentSpanId }));
    return { ...real, spans: [...ingress, ...under] };
  };

  it('leaves the chain whole, and has its own name', () => {
    expect(failing(behindIngress((client) => client))).toEqual([]);
  });

  it('may lose the client itself', () => {
    expect(failing(behindIngress(() => newId(8)))).toEqual(['traces.propagation']);
  });

  it('is not taken for the server where spans go in a circle', () => {
    const circle = only('http.request', (span) => ({ ...span, parentSpanId: span.spanId }));
    expect(failing(circle)).toContain('traces.propagation');
  });

  it('and a service behind the server have names of their own', () => {
    const called = (kind: Span['kind']): TracesObserved => {
      const request = firstOf('http.request');
      const call = { ...request, kind, name: 'GET', spanId: newId(8), parentSpanId: request.spanId, attributes: {} };
      const behind = { ...request, spanId: newId(8), parentSpanId: call.spanId, serviceName: 'aragora-workers' };
      return { ...real, spans: [...real.spans, call, behind] };
    };
    expect(failing(called('client'))).not.toContain('traces.service-name');
    expect(failing(called('internal'))).toContain('traces.service-name');
  });

  it('may send a refused request again, and the client saw the last answer', () => {
    const refused = requests().map((span) => ({
      ...span,
      spanId: newId(8),
      endUnixNano: span.startUnixNano,
      attributes: { ...span.attributes, status: 503 },
      status: 'error' as const,
    }));
    expect(failing({ ...real, spans: [...refused, ...real.spans] })).toEqual([]);
  });
});

describe('others that export to the same place', () => {
  /** In a trace of the shop's own, and in one in which it calls the server. */
  const withShop = (): TracesObserved => {
    const called = spanWith({
      parentSpanId: newId(8),
      attributes: { method: 'GET', path: '/api/health', status: 200 },
    });
    const theirs = { serviceName: 'shop', parentSpanId: newId(8), traceId: called.traceId } as const;
    return { ...real, spans: [...real.spans, called, spanWith(theirs), spanWith({ ...theirs, name: 'cart' })] };
  };

  it('are not taken for the server', () => {
    expect(failing(withShop())).toEqual([]);
    expect(finding(withShop(), 'traces.service-name')?.summary).toMatch(/^aragora-api in all of/);
  });

  it('are looked at where none of the load came: they may be the server', () => {
    const alone = { ...withShop(), requests: [], sampled: real.sampled.map((lookup) => ({ ...lookup, found: 0 })) };
    expect(failing(alone)).toContain('traces.service-name');
  });
});

test('exports that ended in the middle say nothing of what was sent', () => {
  const counts = { requests: 9, malformed: 0, rejectedSpans: 0, problems: [] };
  expect(finding({ ...real, exports: { ...counts, cutOff: 2 } }, 'traces.export')).toMatchObject({
    status: 'pass',
    summary: '9 export requests, all well-formed; 2 more broke off in the middle',
  });
  expect(finding({ ...real, exports: { ...counts, requests: 0, cutOff: 2 } }, 'traces.export')?.status).toBe('no-data');
});

describe('with Jaeger', () => {
  it('passes what is the same there', () => {
    expect(statuses(jaeger({ compared: 9 }))).toMatchObject({
      'traces.jaeger.same': 'pass',
      'traces.jaeger.service-map': 'pass',
    });
  });

  it('says why it could not compare', () => {
    const observed = { ...jaeger({ problem: 'GET http://jaeger/ answers 503' }), serviceMap: null };
    expect(finding(observed, 'traces.jaeger.same')).toMatchObject({ status: 'unavailable', summary: /503/ });
    expect(finding(observed, 'traces.jaeger.service-map')?.status).toBe('unavailable');
  });
});

describe('without its evidence', () => {
  const nothing = (): TracesObserved => ({
    ...real,
    spanCount: 0,
    traceCount: 0,
    spanNames: {},
    roots: [],
    spans: [],
    requests: real.requests.map((request) => ({ ...request, foundTraceId: null })),
    sampled: real.sampled.map((lookup) => ({ ...lookup, found: 0 })),
    exports: { requests: 0, malformed: 0, rejectedSpans: 0, problems: [] },
  });

  it('nothing passes, and only absent spans fail', () => {
    const [present, rest] = [/\.present$/, statuses(nothing())];
    for (const [id, status] of Object.entries(rest))
      expect([id, status]).toEqual([id, present.test(id) ? 'fail' : 'no-data']);
  });

  it('nothing passes when no request was sent', () => {
    const observed = { ...nothing(), sampled: [], requests: [], unflaggedRequests: 0 };
    expect(new Set(Object.values(statuses(observed)))).toEqual(new Set(['no-data']));
    expect(
      finding({ ...observed, unsampled: { ...real.unsampled, sent: 0 } }, 'traces.sampling.flag-unset')?.status,
    ).toBe('no-data');
  });

  it('every finding is there, unavailable, with the reason', () => {
    const unavailable = {
      kind: 'traces',
      status: 'unavailable',
      source: 'jaeger',
      reason: 'refused',
      hint: 'start it',
    } as const;
    const findings = judgeTraces(unavailable, { contract: DOCUMENTED_SPANS, mapping: null, exclusive: false });
    expect(findings.map(({ id }) => id)).toEqual(Object.keys(statuses(real)));
    for (const { status, summary } of findings) expect([status, summary]).toEqual(['unavailable', 'refused; start it']);
  });

  it('does not expect spans of what the load did not do', () => {
    const observed = {
      ...withSpans((span) => (/^(http|db)/.test(span.name) ? span : null)),
      sampled: real.sampled.filter(({ endpoint }) => endpoint !== 'debates-create'),
    };
    expect(finding(observed, 'traces.spans.agent.call.present')).toMatchObject({ status: 'no-data', gating: false });
  });

  it('waits for no verdict on debates that were still running', () => {
    const creations = new Set(
      real.requests.flatMap(({ endpoint, foundTraceId }) =>
        endpoint === 'debates-create' ? [foundTraceId ?? ''] : [],
      ),
    );
    const observed = { ...only('debate.run', () => null), unsettled: [...creations] };
    expect(finding(observed, 'traces.spans.debate.run.present')?.status).toBe('inconclusive');
    expect(finding(observed, 'traces.orphans')?.status).toBe('pass');
  });

  test.each<[string, () => TracesObserved, string, string]>([
    ['few requests', () => ({ ...roots(3), unflaggedRequests: 30 }), 'inconclusive', '3 of 30'],
    ['more traces than requests', () => roots(1001), 'inconclusive', 'others call it'],
    ['too many traces to count', () => ({ ...real, roots: null }), 'unavailable', 'not all traces'],
    ['no request without traceparent', () => ({ ...real, unflaggedRequests: 0 }), 'no-data', 'no request'],
    [
      'parents that are not continued',
      () => only('http.request', (span) => ({ ...span, parentSpanId: null })),
      'no-data',
      'which request began which',
    ],
    ['a clock that is off', () => skewed(30), 'no-data', 'another time'],
    ['contexts that are not continued', () => sampled(() => ({ found: 0 })), 'no-data', 'which request began which'],
  ])('the ratio is not decided by %s', (_, observed, status, summary) => {
    expect(finding(observed(), 'traces.sampling.ratio')).toMatchObject({
      status,
      summary: expect.stringContaining(summary),
    });
  });

  it.each([200, 500, 1001])('fails with %d of 1,000 recorded where nobody else calls', (recorded) => {
    const findings = judgeTraces(roots(recorded), { contract: DOCUMENTED_SPANS, mapping: null, exclusive: true });
    const actual = Math.min(1, recorded / 1000);
    expect(findings.find(({ id }) => id === 'traces.sampling.ratio')).toMatchObject({ status: 'fail', actual });
  });

  it.each([200, 500])('does not accuse %d of 1,000 where others may have begun some', (recorded) => {
    expect(finding(roots(recorded), 'traces.sampling.ratio')).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('some may be of others'),
      furtherSamples: null,
    });
  });

  it('tells how many more requests would decide the ratio', () => {
    const found = finding({ ...roots(3), unflaggedRequests: 30 }, 'traces.sampling.ratio');
    expect(found?.furtherSamples).toBeGreaterThan(50);
  });
});

describe('the other document', () => {
  it('keeps the promise by its form of debate.round, too', () => {
    const observed = only('debate.round', (span) => ({
      ...span,
      name: `debate.round.${String(span.attributes['round.number'])}`,
      attributes: { 'round.number': Number(span.attributes['round.number']) },
    }));
    expect(failing(observed)).toEqual([]);
    const found = finding(observed, 'traces.spans.debate.round.present');
    expect(found?.evidence[0]?.value).toMatch(/monitoring-setup-guide.*observability-setup-guide/);
  });
});

describe('Aragora 2.11', () => {
  /** As measured: its own names, its own trace ids, and ours as an attribute. */
  const release = (): TracesObserved => {
    const sent = real.requests.filter(({ endpoint }) => endpoint === 'health');
    const spans = sent.map((request) =>
      spanWith({
        name: 'GET /api/health',
        attributes: {
          'http.method': 'GET',
          'http.path': '/api/health',
          'http.status_code': 200,
          'aragora.trace_id': request.traceId,
        },
        startUnixNano: String(BigInt(request.second) * 1_000_000_000n),
        endUnixNano: String(BigInt(request.second) * 1_000_000_000n + 1000n),
      }),
    );
    return {
      ...real,
      spans,
      spanNames: { 'GET /api/health': spans.length },
      spanCount: spans.length,
      requests: sent.map((request, index) => ({ ...request, foundTraceId: spans[index]?.traceId ?? null })),
      sampled: [{ endpoint: 'health', sent: sent.length, found: 0, examples: [] }],
    };
  };

  it('fails by name and still proves the behaviour', () => {
    expect(statuses(release(), ARAGORA_2_11_SPANS)).toMatchObject({
      'traces.spans.http.request.present': 'fail',
      'traces.spans.http.request.attributes': 'pass',
      'traces.duration': 'pass',
      'traces.status': 'pass',
      'traces.propagation': 'fail',
      'traces.sampling.flag-set': 'no-data',
      'traces.service-name': 'pass',
    });
    const present = finding(release(), 'traces.spans.http.request.present', ARAGORA_2_11_SPANS);
    expect(present?.evidence).toContainEqual({ label: 'kept as', value: 'GET /api/health ×10' });
    const propagation = finding(release(), 'traces.propagation', ARAGORA_2_11_SPANS);
    expect(propagation?.evidence.at(-1)).toEqual({
      label: 'kept as',
      value: 'attribute aragora.trace_id of another trace, ×10',
    });
  });
});
