import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId, spanWith } from '../../../../test/support/jaeger.ts';
import { secretFinder } from '../../../observe/secrets.ts';
import type { Span } from '../observation.ts';
import { SpanStore } from './span-store.ts';

const received = (...spans: Span[]) => spans.map((span) => ({ span, otherTexts: [] }));

describe('the store', () => {
  it("keeps the load's sampled traces and a few of the others whole, and counts everything", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 30 }), (others, own) => {
        const sent = new Set(Array.from({ length: own }, () => newId(16)));
        const store = new SpanStore({ flagSent: (traceId) => (sent.has(traceId) ? true : null), maxOthers: 20 });
        const traceIds = [...sent, ...Array.from({ length: others }, () => newId(16))];
        for (let round = 0; round < 3; round += 1) {
          for (const traceId of traceIds) store.add(received(spanWith({ traceId, name: `round ${round}` })), round);
        }
        const kept = [...store.keptTraceIds()];
        expect(kept.filter((traceId) => sent.has(traceId))).toHaveLength(own);
        expect(kept.length - own).toBeLessThanOrEqual(20);
        if (others > 0 && others <= 20) expect(kept).toHaveLength(own + others);
        for (const traceId of kept) expect(store.spansOf(traceId)).toHaveLength(3);
        expect([store.counts.spans, store.traceCount]).toEqual([3 * traceIds.length, traceIds.length]);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('keeps no more spans than it may, and counts the rest', () => {
    const store = new SpanStore({ maxSpans: 2 });
    const traceId = newId(16);
    store.add(received(spanWith({ traceId }), spanWith({ traceId }), spanWith({ traceId })), 1);
    expect([store.spansOf(traceId).length, store.overflow, store.counts.spans]).toEqual([2, 1, 3]);
  });

  it('takes a span that was sent twice once', () => {
    const store = new SpanStore();
    const span = spanWith();
    store.add(received(span, span), 1);
    expect(store.spansOf(span.traceId)).toEqual([span]);
  });

  it('counts a trace by its root once, also where that is sent twice, and keeps services apart', () => {
    const store = new SpanStore({ flagSent: () => null, maxOthers: 0 });
    const [own, other] = [spanWith(), spanWith({ serviceName: 'shop', name: 'GET /cart' })];
    store.add(received(own, own, other), 1);
    const counts = store.counts.roots().map(({ service, bySecond }) => [service, [...bySecond.values()]]);
    expect(counts).toEqual([
      ['aragora-api', [1]],
      ['shop', [1]],
    ]);
    expect(store.counts.services).toEqual(['aragora-api', 'shop']);
    expect([...store.counts.namesOf((service) => service === 'shop')]).toEqual([['GET /cart', 1]]);
  });

  it('finds a trace by the attribute in which a release keeps the id that was sent', () => {
    const store = new SpanStore({ traceIdAttribute: 'aragora.trace_id' });
    const sent = newId(16);
    const span = spanWith({ attributes: { 'aragora.trace_id': sent } });
    store.add(received(span), 1);
    expect([store.find(sent), store.has(sent), store.find(span.traceId)]).toEqual([span.traceId, false, span.traceId]);
    const unsampled = new SpanStore({
      traceIdAttribute: 'aragora.trace_id',
      flagSent: (id) => (id === sent ? false : null),
    });
    unsampled.add(received(span), 1);
    expect([...unsampled.recordedUnasked(new Set())]).toEqual([sent]);
  });

  it('says which traces were recorded though their flag was unset', () => {
    const [set, unset, other] = [newId(16), newId(16), newId(16)];
    const spans = [set, unset, other].map((traceId) => spanWith({ traceId, parentSpanId: newId(8) }));
    const knowing = new SpanStore({ flagSent: (traceId) => (traceId === other ? null : traceId === set) });
    knowing.add(received(...spans), 1);
    expect([...knowing.recordedUnasked(new Set())]).toEqual([unset]);
    const guessing = new SpanStore();
    guessing.add(received(...spans, spanWith()), 1);
    expect([...guessing.recordedUnasked(new Set([set]))]).toEqual([unset, other]);
  });

  it('says where a secret stands, not which', () => {
    const store = new SpanStore({ secrets: secretFinder(['canary-1234']) });
    const span = spanWith({ attributes: { url: '/?key=canary-1234' }, name: 'GET /canary-1234' });
    store.add([{ span, otherTexts: ['Bearer canary-1234'] }], 1);
    expect(store.leaks.count).toBe(3);
    expect(store.leaks.examples[0]).toBe('attribute url of span GET /***');
    expect(JSON.stringify(store.leaks)).not.toContain('canary');
  });
});
