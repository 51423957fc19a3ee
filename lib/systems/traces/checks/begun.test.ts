/** Traces that the server began itself, against what all clients of their endpoints saw: where nobody else calls, and where others may. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeSystem, systemNamed } from '../../../../test/support/judge-system.ts';
import { factsOf } from '../../../../test/support/judged.ts';
import { later, real, recordTraces, withSpans } from '../../../../test/support/traces-run.ts';
import type { JudgeInput } from '../../../core/run.ts';
import { onePhase } from '../../../core/timeline.ts';
import { health } from '../../../journeys/health.ts';
import type { Span, TracesObserved } from '../observation.ts';

beforeAll(recordTraces);

const ATTRIBUTES = 'traces.spans.http.request.attributes';

interface Given {
  readonly exclusive?: boolean;
  /** Failures that clients of the endpoint saw. */
  readonly failed?: Readonly<Record<string, number>>;
}

function run({ failed = {} }: Given): JudgeInput {
  const journey = { ...health, steps: [{ ratePerSec: 10, durationSec: 60 }], vus: 1, maxVus: 1 };
  const input = factsOf([], { health: [{ ms: [1, 5], failed }] }, { plan: { phases: onePhase([journey]) } });
  return { ...input, load: { ...input.load, startedAtMs: 0, endedAtMs: Date.now() } };
}

function failing(observed: TracesObserved, given: Given = {}): string[] {
  const system = systemNamed('traces');
  const looked = {
    promises: system.promises('documented'),
    sources: ['direct'],
    exclusive: given.exclusive ?? true,
  };
  return judgeSystem(system, { ...run(given), observations: [observed] }, looked).flatMap(({ id, status }) =>
    status === 'fail' ? [id] : [],
  );
}

/** Every trace that the server began at `/api/health`. */
const begun = (change: (span: Span) => Span) => {
  const looked = new Set(real.requests.map(({ foundTraceId }) => foundTraceId));
  return withSpans((span) =>
    span.parentSpanId === null && span.attributes['path'] === '/api/health' && !looked.has(span.traceId)
      ? change(span)
      : span,
  );
};
const saying = (attributes: Span['attributes']) =>
  begun((span) => ({ ...span, attributes: { ...span.attributes, ...attributes } }));
const lasting = (ms: number) => begun((span) => ({ ...span, endUnixNano: later(span.startUnixNano, ms) }));
const failed = () => begun((span) => ({ ...span, status: 'error' }));
const refused = () => begun((span) => ({ ...span, status: 'error', attributes: { ...span.attributes, status: 503 } }));

describe('a trace that the server began', () => {
  it('is one that a client may have seen', () => {
    expect([failing(real), failing(lasting(5))]).toEqual([[], []]);
  });

  it('has the method and a status of a client, lasts no longer than any waited, and fails where one failed', () => {
    expect(failing(saying({ method: 'PUT' }))).toEqual([ATTRIBUTES]);
    expect(failing(refused())).toEqual([ATTRIBUTES]);
    expect(failing(saying({ status: 204 }))).toEqual([ATTRIBUTES]);
    expect(failing(lasting(50))).toEqual(['traces.duration']);
    expect(failing(failed())).toEqual(['traces.status']);
  });

  it('may be what some clients saw, and have lasted as long as one that gave up', () => {
    expect(failing(refused(), { failed: { status_503: 1 } })).toEqual([]);
    expect(failing(failed(), { failed: { status_503: 1 } })).toEqual([]);
    expect(failing(lasting(50), { failed: { timeout: 1 } })).toEqual([]);
  });

  it('may be of others, where others call', () => {
    const all = [saying({ method: 'PUT' }), refused(), lasting(50), failed()];
    expect(all.flatMap((observed) => failing(observed, { exclusive: false }))).toEqual([]);
  });

  it('may redirect, and a few may be of the preparations', () => {
    expect(failing(saying({ status: 307 }))).toEqual([]);
    let at = 0;
    const few = begun((span) => (at++ < 2 ? { ...span, attributes: { ...span.attributes, status: 404 } } : span));
    expect(failing(few)).toEqual([]);
  });
});

describe('a part that each request of clients makes', () => {
  const parts = { kind: 'internal', status: 'unset', flags: null } as const;

  /** So many traces of requests, with a query or without one. */
  function tracesOf(
    count: number,
    begins: 'a' | 'b',
    hasQuery: (at: number) => boolean,
    tookMs = 10,
  ): readonly (readonly Span[])[] {
    const [root] = real.spans.filter(({ name, parentSpanId }) => name === 'http.request' && parentSpanId === null);
    if (root === undefined) throw new Error('no trace that the server began');
    return Array.from({ length: count }, (_, at) => {
      const id = `${begins}${String(at).padStart(7, '0')}`;
      const attributes = { ...root.attributes, path: '/api/health', method: 'GET', status: 200 };
      const [traceId, spanId] = [id.repeat(4), id.repeat(2)];
      const endUnixNano = later(root.startUnixNano, tookMs);
      const request = { ...root, traceId, spanId, attributes, endUnixNano };
      const query = { ...request, ...parts, name: 'db.query', spanId: `c${spanId.slice(1)}`, parentSpanId: spanId };
      const said = { ...query, attributes: { operation: 'select', table: 'debates' } };
      return hasQuery(at) ? [request, said] : [request];
    });
  }

  const judged = (
    begunWithQuery: (at: number) => boolean,
    {
      others = () => true,
      begun: count = 20,
      tookMs,
    }: { others?: (at: number) => boolean; begun?: number; tookMs?: number } = {},
  ) => {
    const [asked] = real.requests.filter(({ endpoint }) => endpoint === 'health');
    if (asked === undefined) throw new Error('no request to health');
    const ofClients = tracesOf(20, 'a', others);
    const requests = ofClients.map(([span]) => ({
      ...asked,
      foundTraceId: span?.traceId ?? '',
      outcome: 'ok' as const,
    }));
    const rest = real.requests.filter(({ endpoint }) => endpoint !== 'health');
    const elsewhere = real.spans.filter(({ attributes }) => attributes['path'] !== '/api/health');
    const spans = [...elsewhere, ...ofClients.flat(), ...tracesOf(count, 'b', begunWithQuery, tookMs).flat()];
    return failing({ ...real, spans, requests: [...rest, ...requests] }).includes('traces.spans.db.query.present');
  };

  it('is in the traces that the server began, too', () => {
    expect(judged(() => true)).toBe(false);
    expect(judged(() => false)).toBe(true);
  });

  it('may be spared by a cache, and is not known of few', () => {
    expect(judged((at) => at % 4 !== 0)).toBe(false);
    expect(judged(() => false, { others: (at) => at % 2 === 0 })).toBe(false);
    expect(judged(() => false, { begun: 4 })).toBe(false);
    expect(judged(() => false, { tookMs: 4 })).toBe(false);
  });
});
