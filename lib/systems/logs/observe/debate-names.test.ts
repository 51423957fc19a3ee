/** Debates in lines with the trace ids of requests: of the one that started each, and of no other. */
import { expect, test } from 'vitest';
import { TraceIds } from '../../../core/trace-ids.ts';
import { DebateNames } from './debate-names.ts';

const ids = new TraceIds(1, ['agents_0', 'consensus_0', 'health_0']);
const idOf = (journey: string, arrival: number): string => {
  const id = ids.idOf(`${journey}_0`, arrival);
  if (id === undefined) throw new Error(`no journey ${journey}`);
  return id;
};

function facts(all: readonly (readonly [traceId: string, debate: string])[], agents: object = { agent_count: 2 }) {
  const names = new DebateNames(ids);
  for (const [traceId, debate] of all) names.add({ debate_id: debate, ...agents }, traceId);
  return names.facts();
}

const own = (at: number) => [idOf('agents', at), `d${at}`] as const;

test('each debate has one request', () => {
  expect(facts([own(1), own(2), own(1), own(3)])).toMatchObject({ traces: 3, shared: 0 });
});

test('a line with the trace id of another creation is noticed by either debate', () => {
  expect(facts([[idOf('agents', 2), 'd1'], [idOf('agents', 3), 'd2'], own(1), own(2)])).toMatchObject({ shared: 2 });
});

test('so is one with the trace id of a request that has nothing to do with debates', () => {
  expect(facts([[idOf('health', 1), 'd1'], own(1)])).toEqual({ traces: 2, shared: 1 });
});

test('a request about a debate may name any, and so may a line that is not about it itself', () => {
  expect(facts([own(1), [idOf('consensus', 1), 'd1'], ['a'.repeat(32), 'd1']])).toEqual({ traces: 1, shared: 0 });
  expect(facts([own(1), [idOf('agents', 2), 'd1']], {})).toEqual({ traces: 0, shared: 0 });
});
