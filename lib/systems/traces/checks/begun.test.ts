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
