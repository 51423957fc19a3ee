/** The state of a finished debate, as a subscriber gets it. */
import { describe, expect, test } from 'vitest';
import { type FinishedDebate, stateProblem } from './state.ts';

const QUESTION = 'Is this server ready for its load?';
const TEXT = `demo on "${QUESTION}": stage the rollout.`;
const KNOWN: FinishedDebate = {
  ...{ id: 'adhoc_1', question: QUESTION, consensus: true, confidence: 0.8 },
  ...{ text: TEXT, answer: 'Stage the rollout.', texts: [TEXT, TEXT] },
};
const NOTHING_KNOWN = { ...KNOWN, consensus: null, confidence: null, text: null, answer: null, texts: [] };
const MESSAGE = { role: 'proposer', agent: 'demo', content: TEXT, round: 1 };
const STATE = {
  ...{ id: 'adhoc_1', debate_id: 'adhoc_1', loop_id: 'adhoc_1', task: QUESTION, agents: ['demo', 'demo'] },
  ...{ messages: [MESSAGE, MESSAGE], consensus_reached: true, consensus_confidence: 0.8 },
  ...{ consensus_answer: 'Stage the rollout.', started_at: 1_795_864_850.85, rounds: 1, ended: true, duration: 0.09 },
};
/** As Aragora 2.11.1 has it. */
const REAL = {
  ...STATE,
  ...{ rounds: 0, duration: 0 },
  messages: [
    { agent: 'demo', role: 'agent', round: 0, content: '' },
    { ...MESSAGE, round: 0 },
    { ...MESSAGE, role: 'judge', round: 2 },
    { agent: 'synthesis-agent', role: 'synthesis', round: 2, content: '## Final Synthesis' },
  ],
};

describe('a state is right', () => {
  test.each([
    ['as the reference target has it', STATE],
    ['as Aragora 2.11.1 has it', REAL],
    ['without anything', {}],
    ['under an internal id', { ...STATE, id: 17, loop_id: '7101c4b4-b7ee-4e97-8a3c-46a5f5baf9ab' }],
    ['in percent, rounded', { ...STATE, consensus_confidence: 80 }],
    ['with shortened texts', { ...STATE, messages: [{ ...MESSAGE, content: 'demo on …' }], consensus_answer: 'Stage' }],
    ['with an agent that failed', { ...STATE, messages: [{ ...MESSAGE, content: 'Error: timed out' }, MESSAGE] }],
    ['with its final answer as the last text', { messages: [{ ...MESSAGE, content: '**Stage** the rollout!' }] }],
    ['with one text that the debate shows', { messages: [{ ...MESSAGE, content: 'Summary.' }, MESSAGE] }],
    ['with texts of nobody', { messages: [{ ...MESSAGE, agent: '', content: 'The debate began.' }] }],
    ['with more messages than the debate', { messages: Array(3).fill({ ...MESSAGE, content: 'Let me think.' }) }],
    ['without a round', { ...STATE, messages: [{ ...MESSAGE, round: -1 }], rounds: -1 }],
    ['with nothing that can be read', { ...STATE, messages: 'text', rounds: '1', task: 42 }],
  ])('%s', (_, state) => {
    expect(stateProblem('adhoc_1', state, KNOWN)).toBeUndefined();
    expect(stateProblem('adhoc_1', state, NOTHING_KNOWN)).toBeUndefined();
  });

  test('when the debate is named in it, or beside it', () => {
    expect(stateProblem(undefined, STATE, KNOWN)).toBeUndefined();
    expect(stateProblem('adhoc_1', { ...STATE, debate_id: '' }, KNOWN)).toBeUndefined();
  });

  test('when the debate itself had an error as its answer', () => {
    const failed = { ...KNOWN, text: 'Error: timed out', texts: ['Error: timed out'], answer: 'Error: no judge' };
    const state = {
      ...STATE,
      messages: [{ ...MESSAGE, content: 'Error: timed out' }],
      consensus_answer: 'Error: no judge',
    };
    expect(stateProblem('adhoc_1', state, failed)).toBeUndefined();
  });
});

describe('a state is of another debate', () => {
  test.each([
    ['by what is beside it', 'adhoc_2', STATE],
    ['by what is in it', 'adhoc_1', { ...STATE, debate_id: 'TODO' }],
    ['when it names none', undefined, {}],
  ])('%s', (_, named, state) => {
    expect(stateProblem(named, state, KNOWN)).toBe('sync-of-another-debate');
  });
});

describe('a state contradicts what is known', () => {
  test.each<readonly [string, object]>([
    ['another question', { task: 'Was it?' }],
    ['it still runs', { ended: false }],
    ['no consensus', { consensus_reached: false }],
    ['another confidence', { consensus_confidence: 0.3 }],
    ['a confidence below zero', { consensus_confidence: -0.8 }],
    ['rounds below zero', { rounds: -7 }],
    ['a thousand rounds', { rounds: 1000 }],
    ['a message of the thousandth round', { messages: [{ ...MESSAGE, round: 1000 }] }],
    ['a duration below zero', { duration: -0.1 }],
    ['a start before there was time', { started_at: -1_795_864_850 }],
    ['errors alone', { messages: [{ ...MESSAGE, content: 'Error: internal error' }] }],
    ['texts on another question', { messages: [{ ...MESSAGE, content: 'Yes (case 0badcafe)' }] }],
    ['a text that nobody said', { messages: [{ ...MESSAGE, content: 'I have changed my mind: do nothing.' }] }],
    ['a placeholder as its answer', { consensus_answer: 'TODO' }],
  ])('%s', (_, change) => {
    expect(stateProblem('adhoc_1', { ...STATE, ...change }, KNOWN)).toBe('sync-contradicted');
  });
});
