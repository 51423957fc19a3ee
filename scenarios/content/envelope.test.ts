/** What an event of a debate has beside its data. */
import { expect, test } from 'vitest';
import { envelopeProblem } from './envelope.ts';
import type { StreamEvent } from './frame.ts';

const EVENT: StreamEvent = {
  ...{ type: 'round_start', data: { round: 1 }, seq: 12, agent_seq: 0 },
  ...{ loop_id: 'adhoc_1', agent: '', round: 1, timestamp: 1000.5 },
};

test.each<readonly [string, StreamEvent]>([
  ['of a debate', EVENT],
  ['of the connection', { type: 'pong', data: {} }],
  ['of the server, which counts its own', { type: 'heartbeat', seq: 3, timestamp: 1000.5 }],
  ['with a state, which is not numbered', { type: 'sync', loop_id: 'adhoc_1' }],
  ['that is not numbered', { ...EVENT, seq: undefined }],
  ['without a round or a number of the agent', { ...EVENT, round: -1, agent_seq: -1 }],
] as readonly (readonly [string, StreamEvent])[])('an event %s is whole', (_, event) => {
  expect(envelopeProblem(event)).toBeUndefined();
});

test.each<readonly [string, object, string]>([
  ['a time', { timestamp: undefined }, 'no-time'],
  ['the name of its debate', { loop_id: undefined }, 'no-debate-named'],
  ['a name of its debate that is not empty', { loop_id: '' }, 'no-debate-named'],
  ['a possible number', { seq: -10 }, 'impossible-value'],
  ['a possible time', { timestamp: -1000.5 }, 'impossible-value'],
  ['a possible round', { round: -3 }, 'impossible-value'],
  ['a possible number of the agent', { agent_seq: -3 }, 'impossible-value'],
])('an event lacks %s', (_, change, problem) => {
  expect(envelopeProblem({ ...EVENT, ...change })).toBe(problem);
});
