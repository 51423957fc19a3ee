/** Whether a refused request is traced: what proves it, what refutes it, and what decides nothing. */
import { beforeAll, describe, expect, test } from 'vitest';
import { spanWith } from '../../../../test/support/jaeger.ts';
import { finding, firstOf, only, real, recordTraces, sampled } from '../../../../test/support/traces-run.ts';
import type { Span, TracesObserved } from '../observation.ts';
import { ARAGORA_2_11_SPANS } from '../promises.ts';

beforeAll(recordTraces);

type Refused = NonNullable<TracesObserved['refused']>;

const ID = 'traces.refused';
const said = (status: string | number): Span => {
  const span = firstOf('http.request');
  return { ...span, attributes: { ...span.attributes, status } };
};
const seen = (change: Partial<Refused>, base: TracesObserved = real): TracesObserved => ({
  ...base,
  complete: true,
  refused: { traceId: 'a'.repeat(32), found: true, besideFound: true, spans: [said(404)], ...change },
});
const LOST = { found: false, spans: [] };
const statusOf = (observed: TracesObserved) => finding(observed, ID)?.status;

describe('a refused request', () => {
  test('passes with its span', () => {
    expect(statusOf(seen({}))).toBe('pass');
    expect(statusOf(seen({ spans: [said('404')] }))).toBe('pass');
  });
  test('passes where there was no room to keep its spans', () => {
    expect(statusOf(seen({ spans: [] }))).toBe('pass');
  });
  test('fails where its trace never came, although all others did', () => {
    expect(finding(seen(LOST), ID)).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('never exported'),
    });
  });
  test('fails where its trace has not its own span', () => {
    expect(statusOf(seen({ spans: [spanWith({ name: 'db.query' })] }))).toBe('fail');
  });
  test('fails where its span says another status', () => {
    expect(finding(seen({ spans: [said(200)] }), ID)).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('says 200'),
    });
  });
  test('passes where a balancer sent it again, after a server had no time for it', () => {
    expect(statusOf(seen({ spans: [said(503), said(404)] }))).toBe('pass');
    expect(finding(seen({ spans: [said(503), said(503)] }), ID)).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('says 503 and 503'),
    });
  });
  test('decides nothing where others are lost, too, or did not come yet', () => {
    expect(
      statusOf(
        seen(
          LOST,
          sampled(({ sent }) => ({ found: sent - 1 })),
        ),
      ),
    ).toBe('inconclusive');
    expect(statusOf({ ...seen(LOST), complete: false })).toBe('inconclusive');
  });
  test('says nothing of what other findings report', () => {
    const wrong = only('http.request', (span) => ({ ...span, attributes: { ...span.attributes, status: 204 } }));
    expect(statusOf(seen({ spans: [said(204)] }, wrong))).toBe('pass');
  });
  test('has no data where it was not sent, a good one to the same path is not traced either, or the release has other names', () => {
    const nothing = { status: 'no-data', gating: false };
    const { refused: _, ...unsent } = seen({});
    expect(finding(unsent, ID)).toMatchObject(nothing);
    expect(finding(seen({ ...LOST, besideFound: false }), ID)).toMatchObject(nothing);
    expect(finding(seen(LOST), ID, ARAGORA_2_11_SPANS)).toMatchObject(nothing);
  });
});
