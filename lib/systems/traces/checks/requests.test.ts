/** What spans say of the requests that clients sent, and what stands between the two. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { newId, spanWith } from '../../../../test/support/jaeger.ts';
import {
  failing,
  finding,
  findingWithStalls,
  ofEvery,
  only,
  pathOf,
  real,
  recordTraces,
  said,
  tagged,
  withSpans,
} from '../../../../test/support/traces-run.ts';
import type { Span, TracesObserved } from '../observation.ts';

beforeAll(recordTraces);

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
  const halved = (name: string) => {
    const isHalf = ofEvery(2);
    return withSpans((span) => (span.name === name && isHalf(span.traceId) ? null : span));
  };

  it('is missing where every request has to make it', () => {
    expect(failing(halved('db.query'))).toEqual(['traces.spans.db.query.present']);
    expect(failing(halved('memory.access'))).toEqual(['traces.spans.memory.access.present']);
    expect(finding(halved('db.query'), 'traces.spans.db.query.present')?.summary).toMatch(/but none in 5 of 10 traces/);
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

  it('is not in the wrong where answers were long on their way, or clients stood still', () => {
    const late = real.requests.map((request) => ({ ...request, second: request.second + 3 }));
    const slow = late.map((request) => ({ ...request, latencyUs: 3_000_000 }));
    expect(finding({ ...real, requests: late }, 'traces.clock')?.status).toBe('fail');
    expect(finding({ ...real, requests: slow }, 'traces.clock')?.status).toBe('inconclusive');
    expect(findingWithStalls({ ...real, requests: late }, 'traces.clock', 3_000_000)?.status).toBe('inconclusive');
  });
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
      const request = real.spans.find(({ name }) => name === 'http.request') ?? spanWith();
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
