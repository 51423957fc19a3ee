/** Faults as transforms of recorded telemetry: no target runs. */
import { describe, expect, test } from 'vitest';
import type { OutgoingSpan } from '../target/span-edits.ts';
import { breakNamed } from './breaks.ts';
import { addSystem } from './index.ts';
import { lineEditor } from './logs/faults/index.ts';
import { expositionEditor } from './metrics/faults/index.ts';
import { spanEditor } from './traces/faults/index.ts';

const TOYS = {
  id: 'toys',
  title: 'Toys',
  page: 'docs/checks/toys.md',
  options: [],
  sources: [],
  unobserved: { status: 'no-data', summary: 'nobody looked' },
  promises: () => null,
  checks: () => [],
  checklist: {},
  observe: async () => ({ collect: async () => [] }),
} as const;

const EXPOSITION = {
  status: 200,
  contentType: 'text/plain',
  body: '# TYPE aragora_requests_total counter\naragora_requests_total{method="GET",status="200"} 7\n',
};

const SPAN: OutgoingSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '2'.repeat(16),
  parentSpanId: 'b7ad6b7169203331',
  name: 'http.request',
  attributes: { method: 'GET', status: 200 },
  isError: false,
  serviceName: 'aragora-api',
  durationMs: 5,
  laterMs: { start: 0, end: 0 },
};

describe('an exposition', () => {
  test('is changed by each fault in turn, with the times of its own clock', () => {
    const edit = expositionEditor(
      [
        { kind: 'label-renamed', metric: 'aragora_requests_total', label: 'status', to: null },
        { kind: 'value-changed', metric: 'aragora_requests_total', by: { times: 2 } },
        { kind: 'samples-stamped', laterMs: -1000 },
      ],
      () => 5000,
    );
    expect(edit?.(EXPOSITION)).toEqual({
      ...EXPOSITION,
      body: '# TYPE aragora_requests_total counter\naragora_requests_total{method="GET"} 14 4000\n',
    });
  });

  test('shows what an earlier one was like', () => {
    const edit = expositionEditor([{ kind: 'value-changed', metric: 'aragora_requests_total', by: 'frozen' }]);
    edit?.(EXPOSITION);
    expect(edit?.({ ...EXPOSITION, body: EXPOSITION.body.replace('7', '9') })).toEqual(EXPOSITION);
  });
});

test('a span is changed by each fault in turn', () => {
  const edit = spanEditor([
    { kind: 'span-attribute-mistyped', span: 'http.request', attribute: 'status' },
    { kind: 'span-invalid', span: 'http.request' },
    { kind: 'span-times', span: 'all', startMs: 0, endMs: 300 },
  ]);
  const late = { ...SPAN, attributes: { method: 'GET', status: 'many' }, laterMs: { start: 0, end: 300 } };
  expect(edit?.(SPAN)).toEqual([late, { ...late, traceId: '0'.repeat(32) }]);
});

test('a line is changed by each fault in turn', () => {
  const edit = lineEditor([
    { kind: 'field-missing', field: 'module', every: 2 },
    { kind: 'line-added-to-log', text: 'Traceback', every: 10, first: 2 },
  ]);
  const line = '{"level":"INFO","module":"http"}';
  expect([line, line].flatMap((one) => edit?.(one) ?? [])).toEqual([line, '{"level":"INFO"}', 'Traceback']);
});

test('what changes no exposition, span or line is no editor', () => {
  expect(expositionEditor([{ kind: 'errors-as-ok' }])).toBeUndefined();
  expect(spanEditor([{ kind: 'sampling-ratio', ratio: 1 }])).toBeUndefined();
  expect(lineEditor([{ kind: 'header-leaked', header: 'cookie' }])).toBeUndefined();
});

test('the breaks of one more system are found by their names', () => {
  const own = { name: 'toys.broken', description: 'the toy is broken', finding: 'toys.whole' };
  const remove = addSystem({ ...TOYS, breaks: [own] });
  expect(breakNamed('toys.broken')).toBe(own);
  expect(() => breakNamed('toys.brokn')).toThrow(
    expect.objectContaining({ hint: 'did you mean "toys.broken"? legal: toys.broken' }),
  );
  remove();
  expect(() => breakNamed('toys.broken')).toThrow('there is no break "toys.broken"');
});
