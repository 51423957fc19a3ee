/** Requests under trace ids that the load did not send: kept in limited memory, and still countable. And places in the source. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Places } from './places.ts';
import { StrangeRequests } from './strangers.ts';

const idOf = (at: number) => createHash('md5').update(String(at)).digest('hex');
const LINE = { level: 'INFO', atMs: 1000 };
const ENTRY = { method: 'GET', path: '/api/health', status: 200 };

test('a few are kept, with what their lines say', () => {
  const strangers = new StrangeRequests();
  strangers.add(idOf(1), ENTRY, LINE);
  strangers.add(idOf(1), { message: 'further' }, { ...LINE, atMs: 2000 });
  strangers.add(idOf(2), { message: 'of no request' }, LINE);
  strangers.add('none', ENTRY, LINE);
  const said = { method: ['GET'], path: ['/api/health'], status: ['200'] };
  const times = { firstMs: 1000, lastMs: 2000, requestMs: 1000 };
  expect(strangers.facts()).toEqual({
    share: 1,
    requests: [{ traceId: idOf(1), lines: 2, answers: 1, levels: ['INFO'], ...times, said }],
  });
});

test('of many a known share is kept', () => {
  const strangers = new StrangeRequests();
  for (let at = 0; at < 20_000; at++) strangers.add(idOf(at), ENTRY, LINE);
  const { share, requests } = strangers.facts();
  expect([share, requests.length < 2049]).toEqual([1 / 16, true]);
  expect(requests.length / share / 20_000).toBeCloseTo(1, 1);
});

test('values of fields that say a place are counted, each once', () => {
  const places = new Places(['module', 'line']);
  for (let at = 0; at < 10_000; at++) places.add({ module: 'http', line: at % 300 });
  expect(places.facts()).toEqual({ lines: 8192, elsewhere: 0, values: { module: 1, line: 300 } });
});
