/** Frames of a WebSocket. */
import { expect, test } from 'vitest';
import { eventsOf } from './frame.ts';

const EVENT = {
  type: 'agent_message',
  data: { content: 'a' },
  seq: 1,
  loop_id: 'adhoc_1',
  agent: 'demo',
  timestamp: 1.5,
};

test.each([
  ['an event', JSON.stringify(EVENT), [EVENT]],
  ['several', JSON.stringify([EVENT, { type: 'x', more: [1] }]), [EVENT, { type: 'x', more: [1] }]],
  ['none', '[]', []],
  [
    'an error where errors are reported',
    '{"type":"x","data":{"debate_id":null,"message":"Error: timed out","status":"TODO"}}',
    [{ type: 'x', data: { debate_id: null, message: 'Error: timed out', status: 'TODO' } }],
  ],
  [
    'an agent of any name',
    '{"type":"error","agent":"Test","loop_id":""}',
    [{ type: 'error', agent: 'Test', loop_id: '' }],
  ],
  [
    'fields of other types, which count as absent',
    '{"type":"x","data":null,"seq":"1","loop_id":7,"agent":"a"}',
    [{ type: 'x', agent: 'a' }],
  ],
])('hold %s', (_, text, events) => {
  expect(eventsOf(text)).toEqual(events);
});

test.each([
  [new ArrayBuffer(1), 'binary'],
  ['{"type":', 'not-json'],
  ['null', 'unknown-shape'],
  ['[{"type":"x"},42]', 'unknown-shape'],
  ['{"type":7}', 'unknown-shape'],
  ['{"type":""}', 'unknown-shape'],
  ['{"type":"TODO"}', 'unknown-shape'],
  ['{"type":"x","agent":"undefined"}', 'unknown-shape'],
  ['[{"type":"x","loop_id":"Error: internal error"}]', 'unknown-shape'],
  ['{"type":"x","data":{"agents":[{"name":"TODO"}]}}', 'unknown-shape'],
  ['{"type":"x","data":{"role":"Error: internal error"}}', 'unknown-shape'],
])('%s is %s', (data, problem) => {
  expect(eventsOf(data)).toBe(problem);
});

test.each([
  ['seconds', 1_795_904_512.5],
  ['milliseconds', 1_795_904_512_500],
  ['a date with its time', new Date(1_795_904_512_500).toISOString()],
])('the time of an event may be %s', (_, timestamp) => {
  expect(eventsOf(JSON.stringify({ type: 'debate_end', timestamp }))).toEqual([
    { type: 'debate_end', timestamp: 1_795_904_512.5 },
  ]);
});

test.each(['soon', null, true])('%s is no time', (timestamp) => {
  expect(eventsOf(JSON.stringify({ type: 'debate_end', timestamp }))).toEqual([{ type: 'debate_end' }]);
});
