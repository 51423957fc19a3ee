/** All checks of traces together: the reference target keeps them, each break fails its own, missing evidence. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { newId, spanWith } from '../../../../test/support/jaeger.ts';
import {
  failing,
  finding,
  jaeger,
  judgeTraces,
  ofEvery,
  only,
  real,
  recordTraces,
  roots,
  said,
  sampled,
  seconds,
  skewed,
  statuses,
  withoutAttribute,
  withSpans,
} from '../../../../test/support/traces-run.ts';
import type { TracesObserved } from '../observation.ts';
import { ARAGORA_2_11_SPANS, DOCUMENTED_SPANS } from '../promises.ts';

beforeAll(recordTraces);

const NEEDS_METRICS = ['traces.histograms', 'traces.debate.calls'];
/** Nothing can be said about these without a Jaeger, and nobody sent a secret, nor what is refused, so none gates. */
const OPTIONAL = [
  'traces.debate.duration',
  'traces.sampling.even',
  'traces.refused',
  'traces.secrets',
  'traces.jaeger.same',
  'traces.jaeger.service-map',
];

describe('what the reference target exports', () => {
  it('passes every check, and the rest does not gate', () => {
    const findings = judgeTraces(real, { contract: DOCUMENTED_SPANS, mapping: null, exclusive: false });
    const open = findings.filter(({ id, status }) => status !== 'pass' && !NEEDS_METRICS.includes(id));
    expect(open.map(({ id, gating }) => [id, gating])).toEqual(OPTIONAL.map((id) => [id, false]));
    expect(findings).toHaveLength(33);
    expect(findings.every(({ summary, source }) => summary !== '' && source.document !== '')).toBe(true);
    expect([real.complete, real.unsettled]).toEqual([true, []]);
  });

  it('is judged the same from its file', () => {
    const read = JSON.parse(JSON.stringify(real)) as TracesObserved;
    const context = { contract: DOCUMENTED_SPANS, mapping: null, exclusive: false };
    expect(judgeTraces(read, context)).toEqual(judgeTraces(real, context));
  });
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
      () => only('agent.call', (span) => ({ ...span, attributes: { ...span.attributes, tokens: 'many' } })),
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
    ['a clock that is slow in one server of three', () => skewed(-30, ofEvery(3)), 'traces.clock'],
    [
      'spans that take no time',
      () => {
        const starts = new Map(
          real.spans.flatMap((span) => (span.name === 'http.request' ? [[span.spanId, span.startUnixNano]] : [])),
        );
        // With the queries that they wait for, which would lie outside their time.
        return withSpans((span) => {
          const start = starts.get(span.name === 'db.query' ? (span.parentSpanId ?? '') : span.spanId);
          return start === undefined ? span : { ...span, startUnixNano: start, endUnixNano: start };
        });
      },
      'traces.duration',
    ],
    [
      'a round of more agents than were called',
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
    const several = {
      ...release(),
      spanNames: { 'GET /api/debates': 3, 'GET /api/health': 10, 'POST /api/debates': 2 },
    };
    expect(finding(several, 'traces.spans.http.request.present', ARAGORA_2_11_SPANS)?.evidence).toContainEqual({
      label: 'kept as',
      value: 'GET /api/health ×10, GET /api/debates ×3, POST /api/debates ×2',
    });
    const propagation = finding(release(), 'traces.propagation', ARAGORA_2_11_SPANS);
    expect(propagation?.evidence.at(-1)).toEqual({
      label: 'kept as',
      value: 'attribute aragora.trace_id of another trace, ×10',
    });
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
});
