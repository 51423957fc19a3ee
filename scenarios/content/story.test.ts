/** Debates as clients see them, true and false. */
import { describe, expect, test } from 'vitest';
import { quotesAnother } from '../../lib/core/question.ts';
import { EVENT_LIES, type EventLie } from '../../lib/target/behaviour.ts';
import type { DebateEvent } from '../../lib/target/debate-store.ts';
import { retellerOf } from '../../lib/target/event-lies.ts';
import { envelopeProblem } from './envelope.ts';
import { eventsOf, type StreamEvent } from './frame.ts';
import { DebateStory, type Expected } from './story.ts';

const QUESTION = 'How would you make a cache correct? (case 0123abcd)';
const OTHER = 'Is this server ready for its load?';
const spoken = (question: string) => `demo on "${question}": state the objective, stage the rollout, name an owner.`;
const EXPECTED: Expected = {
  ...{ question: QUESTION, namesakesSpeak: true, otherText: spoken(OTHER), sentAtMs: 999_900 },
  otherConfidence: 0.8,
};

let seq = 0;
function event(type: string, data: Record<string, unknown>, more: Partial<DebateEvent> = {}): DebateEvent {
  seq += 1;
  return {
    type,
    data,
    seq,
    timestamp: 1000 + seq / 100,
    round: 0,
    agent: '',
    agent_seq: 0,
    loop_id: 'adhoc_1',
    ...more,
  };
}

const message = (more: Partial<DebateEvent> = {}, content: unknown = spoken(QUESTION)) =>
  event('agent_message', { content, role: 'proposer' }, { round: 1, agent: 'demo', ...more });

/** A debate as the reference target sends it, frame by frame. */
function frames(): DebateEvent[][] {
  return [
    [event('agent_preview', {}), event('debate_start', { task: QUESTION, agents: ['demo', 'demo'] })],
    [event('round_start', { round: 1 }, { round: 1 })],
    [message(), event('phase_progress', {})],
    [message(), event('phase_progress', {})],
    [event('consensus', { reached: true, confidence: 0.8 })],
    [event('debate_end', { duration: 0.1, rounds: 1 })],
  ];
}

function problemsOf(events: readonly StreamEvent[], expected: Expected = EXPECTED) {
  const story = new DebateStory(expected);
  for (const one of events) story.event(one, 1000 * (one.timestamp ?? 0) + 5);
  return { ...story.problems(), isOver: story.isOver };
}

const KEPT = { agents: undefined, texts: undefined, rounds: undefined, outcome: undefined, order: undefined };

describe('a debate without anything wrong', () => {
  test('as the reference target sends it', () => {
    expect(problemsOf(frames().flat())).toEqual({ ...KEPT, isOver: true });
  });

  test.each([80, 1, 0, null])(
    'with a confidence in percent, where that of another debate was %s',
    (otherConfidence) => {
      const events = [...frames().slice(0, 4).flat(), event('consensus', { reached: true, confidence: 1.7 })];
      expect(problemsOf(events, { ...EXPECTED, otherConfidence })).toEqual({ ...KEPT, isOver: false });
    },
  );

  test('when it is still going on', () => {
    expect(problemsOf(frames().slice(0, 3).flat())).toEqual({ ...KEPT, isOver: false });
  });

  test('with every event twice, because it was replayed too', () => {
    const events = frames().flat();
    expect(problemsOf([...events, ...events])).toEqual({ ...KEPT, isOver: true });
  });

  test('as Aragora 2.11.1 sends it', () => {
    const events = [
      event('debate_start', { task: QUESTION, agents: ['demo', 'demo'] }),
      event('debate_start', { task: QUESTION, agents: ['demo', 'demo'] }),
      event('debate_start', { details: 'Task: How would …', event_source: 'spectator' }, { agent: 'system' }),
      event('agent_message', { details: 'Initial proposal (402 chars)' }, { agent: 'demo' }),
      message({ round: 0 }, `Demo critique for: ${QUESTION}`),
      event('round_start', { details: 'Starting Round 1' }, { agent: 'system' }),
      event('round_start', { round: 1 }, { round: 1 }),
      event('agent_message', { details: 'Selected as judge' }, { agent: 'demo' }),
      event('consensus', { details: 'Judge synthesis' }, { agent: 'demo' }),
      message({ round: 2 }, `Demo critique for: ${QUESTION}`),
      message({ round: 2, agent: 'synthesis-agent' }, '## Final Synthesis'),
      event('consensus', { reached: true, agent_failures: {} }),
      event('debate_end', { duration: 0.1, rounds: 1 }),
      event('consensus', { reached: true, agent_failures: {} }),
      event('debate_end', { duration: 0.1, rounds: 1 }),
      event('debate_end', { details: 'Complete in 0.1s' }),
    ];
    expect(problemsOf(events, { ...EXPECTED, namesakesSpeak: false })).toEqual({ ...KEPT, isOver: true });
  });

  test.each([
    ['an event of its own', event('agent_error', { agent: 'demo', error: 'timed out' })],
    ['the consensus', event('consensus', { reached: true, agent_failures: { demo: ['timed out'] } })],
  ])('where an agent failed, and %s says so', (_, failure) => {
    const [start = [], round = [], first = [], , , end = []] = frames();
    const events = [...start, ...round, ...first, message({}, 'Error: timed out'), failure, ...end];
    expect(problemsOf(events)).toEqual({ ...KEPT, isOver: true });
  });

  test('where words of another kind show that an agent spoke', () => {
    const events = frames()
      .flat()
      .map((one) => (one.type === 'agent_message' ? { ...one, data: { details: 'Initial proposal' } } : one));
    expect(problemsOf(events)).toEqual({ ...KEPT, isOver: true });
  });

  test.each(['Yes.', 'Error budgets decide that.', 'Null values come first.', 'A test (or two) would do.', '42'])(
    'where an agent says: %s',
    (text) => {
      expect(
        problemsOf(
          frames()
            .flat()
            .map((one) => (one.type === 'agent_message' ? { ...one, data: { content: text } } : one)),
        ),
      ).toEqual({ ...KEPT, isOver: true });
    },
  );
});

/** Seen by what is around an event's data (envelope.ts). */
const AROUND = ['round-below-zero', 'event-without-time', 'event-without-debate'] as const;
/** Seen before the story begins, or when it stands still. */
const ELSEWHERE = ['start-of-another-debate', 'nothing-after-the-first-message'] as const;
const WRONG: Readonly<Record<Exclude<EventLie, (typeof ELSEWHERE | typeof AROUND)[number]>, object>> = {
  'second-agent-silent': { agents: 'agent-silent' },
  'number-for-text': { texts: 'not-text' },
  'error-for-text': { texts: 'error-text' },
  'placeholder-for-text': { texts: 'placeholder' },
  'text-of-a-neighbour': { texts: 'text-of-another' },
  'text-of-the-first-debate': { texts: 'text-again' },
  'text-three-times': { texts: 'text-repeated' },
  'round-left-out': { rounds: 'round-skipped' },
  'round-begins-twice': { rounds: 'round-repeated' },
  'round-unannounced': { rounds: 'round-unannounced' },
  'consensus-both-ways': { outcome: 'consensus-contradicted' },
  'end-after-an-hour': { outcome: 'end-contradicted' },
  'end-of-other-rounds': { outcome: 'end-contradicted' },
  'confidence-of-1.7': { outcome: 'impossible-value' },
  'confidence-below-zero': { outcome: 'impossible-value' },
  'consensus-a-day-before': { outcome: 'times-contradicted' },
  'message-after-the-end': { order: 'message-after-end' },
};

describe('a lie is noticed', () => {
  test.each(Object.entries(WRONG))('%s', (how, problems) => {
    const retell = retellerOf(how as EventLie);
    const events = frames().flatMap((frame) => retell(frame).flat());
    expect(problemsOf(events)).toEqual({ ...KEPT, isOver: true, ...problems });
  });

  test('start-of-another-debate has the question of another one, and only that', () => {
    const started = (how: EventLie | null) =>
      frames()
        .flatMap((frame) => (how === null ? frame : retellerOf(how)(frame).flat()))
        .flatMap(({ type, data }) => (type === 'debate_start' ? [String(data['task'])] : []));
    expect(started('start-of-another-debate').map((task) => quotesAnother(task, QUESTION))).toEqual([true]);
    expect(started(null).map((task) => quotesAnother(task, QUESTION))).toEqual([false]);
    for (const inOtherWords of ['How to make a cache correct?', QUESTION.slice(0, 30), QUESTION.toUpperCase(), OTHER])
      expect(quotesAnother(inOtherWords, QUESTION)).toBe(false);
  });

  test('nothing-after-the-first-message leaves it open', () => {
    const retell = retellerOf('nothing-after-the-first-message');
    expect(problemsOf(frames().flatMap((frame) => retell(frame).flat())).isOver).toBe(false);
  });

  test('whichever there is', () => {
    expect([...Object.keys(WRONG), ...AROUND, ...ELSEWHERE].sort()).toEqual([...EVENT_LIES].sort());
  });

  test.each([
    ['Error: no judge', 'error-text'],
    ['TODO', 'placeholder'],
    [spoken('How would you make an index correct? (case feedbeef)'), 'text-of-another'],
  ])('an answer of the consensus that is: %s', (answer, texts) => {
    const [start = [], round = []] = frames();
    expect(problemsOf([...start, ...round, event('consensus', { reached: true, answer })])).toMatchObject({ texts });
  });

  test('a message without any words', () => {
    const events = frames()
      .flat()
      .map((one) => (one.type === 'agent_message' ? { ...one, data: { role: 'proposer' } } : one));
    expect(problemsOf(events)).toMatchObject({ texts: 'not-text', agents: 'agent-silent' });
  });

  test.each([
    ['impossible-value', 'round-below-zero'],
    ['no-time', 'event-without-time'],
    ['no-debate-named', 'event-without-debate'],
  ] as const)('%s', (problem, how) => {
    const retell = retellerOf(how);
    const sent = eventsOf(JSON.stringify(frames().flatMap((frame) => retell(frame).flat())));
    if (typeof sent === 'string') throw new Error(`a frame is ${sent}`);
    expect(sent.flatMap((event) => envelopeProblem(event) ?? [])).toContain(problem);
  });

  test('a duration below zero, or longer than the client waited', () => {
    for (const duration of [-0.01, 60]) {
      const wrong = frames()
        .flat()
        .map((one) => (one.type === 'debate_end' ? { ...one, data: { duration } } : one));
      expect(problemsOf(wrong)).toMatchObject({ outcome: 'end-contradicted' });
    }
  });

  test('rounds of which nothing was said are no round that is lacking', () => {
    const silent = frames()
      .flat()
      .filter(({ type }) => type !== 'round_start');
    const without = silent.map((one) => (one.type === 'debate_end' ? { ...one, data: { duration: 0.1 } } : one));
    expect(problemsOf(without)).toEqual({ ...KEPT, isOver: true });
    const late = silent.filter(({ type }) => type !== 'debate_start');
    expect(problemsOf(late)).toMatchObject({ rounds: undefined });
  });

  test('a duration that is too short for what was said', () => {
    const [start = [], ...rest] = frames();
    const late = rest.flat().map((one) => ({ ...one, timestamp: one.timestamp + 5 }));
    expect(problemsOf([...start, ...late])).toMatchObject({ outcome: 'end-contradicted' });
  });
});
