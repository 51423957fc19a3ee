import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random, traceIdPrefix, traceIdSuffix } from './random.ts';
import { TraceIds } from './trace-ids.ts';

describe('the trace ids of a run', () => {
  const ids = new TraceIds(42, ['health_0', 'debates-list_0']);

  test('are those that the scenarios make', () => {
    const made = traceIdPrefix(42, 'health_0') + traceIdSuffix(new Random(42, 'health_0', 17), 17);
    expect(ids.idOf('health_0', 17)).toBe(made);
    expect(made).toMatch(/^[0-9a-f]{32}$/);
  });

  test('lead back to their arrival, and only they do', () => {
    const arrivals = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.constantFrom('health_0', 'debates-list_0'), arrivals, (scenario, arrival) => {
        const id = ids.idOf(scenario, arrival) ?? '';
        expect(ids.locate(id)).toEqual({ scenario, arrival });
        const other = (id[20] === '0' ? '1' : '0') + id.slice(21);
        expect(ids.locate(id.slice(0, 20) + other)).toBeUndefined();
      }),
      { seed: 1 },
    );
  });

  test.each([
    ['another seed', new TraceIds(43, ['health_0']).idOf('health_0', 1) ?? ''],
    ['another scenario', new TraceIds(42, ['consensus_0']).idOf('consensus_0', 1) ?? ''],
    ['a short one', (ids.idOf('health_0', 1) ?? '').slice(0, 31)],
    ['none', ''],
  ])('of %s are not found', (_, id) => {
    expect(ids.locate(id)).toBeUndefined();
  });

  test('of a scenario that was not named are not made', () => {
    expect(ids.idOf('consensus_0', 0)).toBeUndefined();
  });
});
