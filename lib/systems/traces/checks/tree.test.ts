/** Whether the spans of a request make one tree, in which each lies within the time of its parent. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { newId, spanWith } from '../../../../test/support/jaeger.ts';
import { judgeSystem, systemNamed } from '../../../../test/support/judge-system.ts';
import { factsOf, times } from '../../../../test/support/judged.ts';
import {
  failing,
  finding,
  findingWhereStartsAre,
  findingWithStalls,
  firstOf,
  later,
  only,
  real,
  recordTraces,
  shifted,
  together,
  withSpans,
} from '../../../../test/support/traces-run.ts';
import type { Span, TracesObserved } from '../observation.ts';

beforeAll(recordTraces);

/** As OpenTelemetry for JavaScript measures: the start in whole ms, the end in ns. */
const ofWholeMs = (span: Span): Span => {
  const startUnixNano = `${span.startUnixNano.slice(0, -6)}000000`;
  return { ...span, startUnixNano, endUnixNano: `${startUnixNano.slice(0, -6)}005113` };
};

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
      'a span that stood twice in one export',
      () => ({ ...real, twice: { byName: { 'db.query': real.spanCount }, examples: [newId(16)] } }),
      /^[\d,]+ spans stood twice in one export$/,
    ],
    [
      'spans under two ids, where times begin in whole ms',
      () => {
        const again = real.spans.filter(({ name }) => name === 'db.query').map(ofWholeMs);
        const others = real.spans.filter(({ name }) => name !== 'db.query');
        return { ...real, spans: [...others, ...again, ...again.map((span) => ({ ...span, spanId: newId(8) }))] };
      },
      /^a span db\.query is there twice under two ids/,
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
      'agent calls in a round without any time',
      () =>
        withSpans((span) => {
          if (span.name === 'debate.round') return { ...span, endUnixNano: span.startUnixNano };
          return span.name === 'agent.call' ? { ...span, endUnixNano: later(span.startUnixNano, 100) } : span;
        }),
    ],
    [
      'debates that end long after they were read',
      () => ({
        ...only('debate.run', (span) => ({ ...span, endUnixNano: later(span.startUnixNano, 90_000) })),
        readAtMs: Number(BigInt(firstOf('debate.run').startUnixNano) / 1_000_000n) + 30_000,
      }),
    ],
    [
      'accesses that end before they start',
      () => only('memory.access', (span) => ({ ...span, endUnixNano: later(span.startUnixNano, -1) })),
    ],
  ])('%s', (_, broken) => {
    expect(failing(broken())).toEqual(['traces.times']);
  });

  it('are none within the tolerance, of other services, or where something is written later', () => {
    expect(failing(only('db.query', (span) => shifted(span, 15)))).toEqual([]);
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
  const slow = withoutTimes({ 'debate.run': 400, 'debate.round': 350, 'agent.call': 100, 'memory.access': 1 });

  it('is at least half of what a client saw', () => {
    expect(failing(watched(300_000, slow()))).toEqual([]);
    expect(finding(watched(300_000, slow()), 'traces.debate.duration')).toMatchObject({ status: 'pass', samples: 10 });
    expect(failing(watched(900_000, slow()))).toEqual(['traces.debate.duration']);
  });

  it('is not known where clients stood still as long', () => {
    const judged = (lateUs: number) => findingWithStalls(watched(900_000, slow()), 'traces.debate.duration', lateUs);
    expect(judged(1000)?.status).toBe('fail');
    expect(judged(400_000)).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringMatching(/clients themselves stood still for up to 400 ms$/),
    });
  });

  it('is not known where clients were late all the time, however long they waited', () => {
    const judged = (p50: number, latencyUs: number) =>
      findingWhereStartsAre(watched(latencyUs, slow()), 'traces.debate.duration', { p50, p99: 100_000, max: 100_000 });
    expect(judged(5000, 3_000_000)?.status).toBe('fail');
    expect(judged(140_000, 3_000_000)).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringMatching(/clients were late all the time, half of them by 140 ms$/),
    });
    expect(judged(140_000, 300_000)?.status).toBe('pass');
  });

  it('leaves out the few whose clients stood still, and judges the others', () => {
    const some = (count: number, latencyUs: number): TracesObserved => {
      const observed = watched(300_000, slow());
      const first = observed.requests.findIndex(({ endpoint }) => endpoint === 'agent-response');
      const late = (at: number) => at >= first && at < first + count;
      return { ...observed, requests: observed.requests.map((one, at) => (late(at) ? { ...one, latencyUs } : one)) };
    };
    const judged = (count: number, lateUs: number, latestUs = lateUs) =>
      findingWithStalls(some(count, 900_000), 'traces.debate.duration', lateUs, latestUs);
    expect(judged(2, 400_000)).toMatchObject({
      status: 'pass',
      samples: 8,
      summary: '8 debates as long as clients saw; 2 set aside: clients themselves stood still for up to 400 ms',
    });
    expect(judged(3, 400_000)?.status).toBe('inconclusive');
    expect(judged(2, 1000)).toMatchObject({ status: 'inconclusive', samples: 10 });
    expect(judged(4, 1000)?.status).toBe('fail');
    // A single stall excuses a few of them, and not many.
    expect(judged(2, 1000, 400_000)).toMatchObject({ status: 'pass', samples: 8 });
    expect(judged(4, 1000, 400_000)?.status).toBe('fail');
  });

  it('is not longer than debates surely lasted, although their messages were held up on their way', () => {
    const judged = (latencyUs: number, talkedMs: readonly number[]) => {
      const run = factsOf([], { 'debate-talk': [{ ms: talkedMs }] });
      const system = systemNamed('traces');
      const looked = { promises: system.promises('documented'), sources: ['direct'], exclusive: false };
      const findings = judgeSystem(system, { ...run, observations: [watched(latencyUs, slow())] }, looked);
      return findings.find(({ id }) => id === 'traces.debate.duration');
    };
    const most = (ms: number) => [300, ...times(19, ms)];
    expect(judged(3_000_000, most(420))).toMatchObject({ status: 'pass', samples: 10 });
    expect(judged(3_000_000, times(20, 900))?.status).toBe('fail');
    // No clock, or one of whole seconds.
    expect(judged(3_000_000, times(20, 2))).toMatchObject({ status: 'no-data', gating: false });
    expect(judged(300_000, times(20, 900))?.status).toBe('pass');
  });

  it('has agent calls that take time', () => {
    const timeless = withoutTimes({ 'debate.run': 400, 'debate.round': 350, 'agent.call': 0, 'memory.access': 0 });
    expect(failing(watched(300_000, timeless()))).toEqual(['traces.debate.duration']);
    expect(finding(watched(300_000, timeless()), 'traces.debate.duration')?.summary).toMatch(
      /^10 of 10 debates too short, first: its agent\.call took 0 ms together, its client saw 300 ms/,
    );
  });

  it('is not judged by waits that are too short, and not where no debate was watched', () => {
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

test('a server may have spans of its own between a round and its calls', () => {
  const calls = real.spans.filter(({ name }) => name === 'agent.call');
  const turns = new Map(calls.map((span) => [span.spanId, { ...span, name: 'agent.turn', spanId: newId(8) }]));
  const under = real.spans.map((span) => ({
    ...span,
    parentSpanId: turns.get(span.spanId)?.spanId ?? span.parentSpanId,
  }));
  expect(failing({ ...real, spans: [...turns.values(), ...under] })).toEqual([]);
});
