/** Which lines are errors, whose they are, and what is kept of them. */
import { describe, expect, test } from 'vitest';
import { CANARY, idOf, lineOf, SEARCH } from '../../../../test/support/log-lines.ts';
import type { LogErrors } from '../observation.ts';
import { LineTally } from './tally.ts';

const LOAD = { fromMs: Date.parse('2026-11-28T12:00:00.500Z'), toMs: Date.parse('2026-11-28T12:01:00.500Z') };
const AT = '2026-11-28T12:00:30.000Z';

/** @param lines what each says beside what every line says. */
function errorsIn(lines: readonly Readonly<Record<string, unknown>>[], during = LOAD): LogErrors | undefined {
  const tally = new LineTally({ ...SEARCH, isLookedUp: () => true });
  lines.forEach((changes, at) => {
    const text = lineOf(at, { timestamp: AT, level: 'ERROR', message: `it broke ${at}`, ...changes });
    tally.add({ text, cut: false, validUtf8: true });
  });
  return tally.facts({ sent: [], lookup: [idOf(0)], during }).errors;
}

test('of requests of the load, by their journeys', () => {
  const ids = [{}, { level: 'CRITICAL' }, { trace_id: idOf(3, 'debates-list_1') }, { level: 'WARNING' }];
  expect(errorsIn(ids)).toMatchObject({
    ofLoad: {
      health: { count: 2, examples: [{ line: 1, text: 'it broke 0', problem: 'has the level ERROR' }, { line: 2 }] },
      'debates-list': { count: 1 },
    },
    besides: { count: 0 },
    undated: 0,
  });
});

describe('of no request of the load', () => {
  const none = { trace_id: undefined };

  test('with another trace id, or none', () => {
    const errors = errorsIn([none, none, { trace_id: 'b'.repeat(32) }]);
    expect(errors).toMatchObject({ ofLoad: {}, besides: { count: 3, examples: [{ text: 'it broke 0' }] } });
  });

  test('only while the load runs', () => {
    const at = (timestamp: string) => ({ ...none, timestamp });
    const outside = ['2026-11-28T12:00:00.900Z', '2026-11-28T11:59:00Z', '2026-11-28T12:01:00.100Z'];
    expect(errorsIn(outside.map(at))?.besides.count).toBe(0);
    expect(errorsIn([at('2026-11-28T12:00:01.000Z'), at('2026-11-28T12:00:30+00:00Z')])?.besides.count).toBe(2);
  });

  test('without a time are counted apart', () => {
    expect(errorsIn([{ ...none, timestamp: 'now' }])).toMatchObject({ besides: { count: 0 }, undated: 1 });
  });
});

test('what they say is safe to show, and short', () => {
  const said = ['\u001b[31mred\nnext', `the token ${CANARY}`, 'x'.repeat(1000)].map((message) => ({ message }));
  const texts = errorsIn(said)?.ofLoad['health']?.examples.map(({ text }) => text) ?? [];
  expect(texts[0]).toBe('\uFFFD[31mred next');
  expect(texts[1]).not.toContain(CANARY);
  expect(texts[2]?.length).toBeLessThan(200);
});
