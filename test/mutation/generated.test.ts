/** The mutants of a small tape: what operators make of a series, a span and a line, and that the same seed chooses the same. */
import { expect, test } from 'vitest';
import type { Tape } from '../proofs/tape.ts';
import { readableSpan, type TapedSpan, tapedSpan } from '../proofs/taped-span.ts';
import { chosen, evidenceDigest, mutantsOf } from './mutants.ts';

const STARTED_MS = 1_000_000;
const exposition = (requests: number, atSec: number) => ({
  status: 200,
  contentType: 'text/plain',
  atMs: STARTED_MS + 1000 * atSec,
  body: `# TYPE aragora_requests_total counter
aragora_requests_total{endpoint="/a"} ${requests}
aragora_requests_total{endpoint="/b"} ${2 * requests}
`,
});

const span = (index: number, changes: Partial<TapedSpan> = {}): TapedSpan => ({
  traceId: `${index}`.padStart(32, 'a'),
  spanId: `${index}`.padStart(16, 'b'),
  traceFlags: 1,
  parentSpanId: null,
  isParentRemote: false,
  name: 'http.request',
  kind: 1,
  startTime: [1000 + index, 0],
  endTime: [1000 + index, 500_000_000],
  attributes: { method: 'GET', path: `/${index}`, status: 200 },
  statusCode: 0,
  resource: { 'service.name': 'aragora-api' },
  scope: { name: 'aragora' },
  ...changes,
});

const line = (index: number) =>
  JSON.stringify({ timestamp: new Date(STARTED_MS + 1000 * index).toISOString(), message: 'request', line: index });

const tape = {
  expositions: [exposition(0, 0), exposition(6, 5), exposition(20, 10)],
  exports: [[1, 2, 3].map((index) => readableSpan(span(index)))],
  lines: [1, 2, 3].map(line),
  measured: { load: { startedAtMs: STARTED_MS, endedAtMs: STARTED_MS + 10_000 } },
} as unknown as Tape;
const all = mutantsOf(tape);

function mutated(id: string): Tape {
  const mutant = all.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`no mutant ${id}`);
  return mutant.apply(tape);
}

const counts = ({ expositions }: Tape) =>
  expositions.map(({ body }) => [...body.matchAll(/^aragora_requests_total.* (\S+)$/gm)].map(([, value]) => value));
const spansOf = ({ exports }: Tape) => exports.flat().map(tapedSpan);

test('every mutant has a name of its own', () => {
  expect(all.length).toBeGreaterThan(500);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test.each([
  [
    'double | all',
    [
      ['0', '0'],
      ['12', '24'],
      ['40', '80'],
    ],
  ],
  [
    'double | last third',
    [
      ['0', '0'],
      ['6', '12'],
      ['34', '68'],
    ],
  ],
  [
    'zero | endpoint=/b',
    [
      ['0', '0'],
      ['6', '0'],
      ['20', '0'],
    ],
  ],
  [
    'swap | all',
    [
      ['0', '0'],
      ['12', '6'],
      ['40', '20'],
    ],
  ],
  [
    'held-back | all',
    [
      ['0', '0'],
      ['0', '0'],
      ['20', '40'],
    ],
  ],
  ['lose-half | all', [['0'], ['12'], ['40']]],
])('of a counter: %s', (operatorAndScope, expected) => {
  expect(counts(mutated(`metrics | aragora_requests_total | ${operatorAndScope}`))).toEqual(expected);
});

test('of a label: series that have become the same count together', () => {
  expect(mutated('metrics | aragora_requests_total endpoint | constant | all').expositions.at(-1)?.body).toContain(
    'aragora_requests_total{endpoint="/a"} 60',
  );
});

test('of a span: its parent, its time, its attributes', () => {
  const first = (operator: string) => spansOf(mutated(`traces | ${operator} | all`))[0];
  expect(first('http.request | parent-itself')).toEqual(span(1, { parentSpanId: span(1).spanId }));
  expect(first('http.request | later-400-ms')).toEqual(
    span(1, { startTime: [1001, 400_000_000], endTime: [1001, 900_000_000] }),
  );
  expect(first('http.request path | neighbours-text')?.attributes['path']).toBe('/2');
  expect(first('http.request status | sign')?.attributes['status']).toBe(-200);
  expect(spansOf(mutated('traces | http.request | lose-half | all'))).toEqual([span(2)]);
});

test('of a line: its fields, its order', () => {
  expect(mutated('logs | line | sign | all').lines.map((text) => JSON.parse(text).line as number)).toEqual([
    -1, -2, -3,
  ]);
  expect(mutated('logs | lines | reorder | all').lines).toEqual([3, 2, 1].map(line));
  expect(mutated('logs | lines | lose-all | first half').lines).toEqual([]);
});

test('what leaves the tape as it is, is found', () => {
  const constant = mutated('logs | message | constant | all');
  expect(evidenceDigest(constant, 'logs')).toBe(evidenceDigest(tape, 'logs'));
  expect(evidenceDigest(mutated('logs | line | zero | all'), 'logs')).not.toBe(evidenceDigest(tape, 'logs'));
});

test('a sample is the same for the same seed, and another for another', () => {
  const ids = (seed: number) => chosen(all, { seed, sample: 20 }).map(({ id }) => id);
  expect(ids(1)).toEqual(ids(1));
  expect(ids(1)).toHaveLength(20);
  expect(ids(1)).not.toEqual(ids(2));
  expect(chosen(all, { seed: 1, signal: 'logs line', operator: 'zero' }).every(({ signal }) => signal === 'line')).toBe(
    true,
  );
});
