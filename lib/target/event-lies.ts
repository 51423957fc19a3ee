/** The ways in which a broken server reports of a debate what did not happen. */
import { unreachable } from '../core/error.ts';
import { PREPARED_QUESTION } from '../core/question.ts';
import type { EventLie } from './behaviour.ts';
import { spokenOn } from './debate-run.ts';
import type { DebateEvent } from './debate-store.ts';

type Frame = readonly DebateEvent[];

/** Takes the frames of one debate in their order, one for each call, and returns what a broken server sends for each. */
export type Retell = (frame: Frame) => readonly Frame[];

/** As another client of the load may have asked. */
const ANOTHER_QUESTION = 'How would you make a cache correct? (case 0badcafe)';

/** A new one for one debate. */
export function retellerOf(how: EventLie): Retell {
  switch (how) {
    case 'start-of-another-debate':
      return each('debate_start', (event) => [{ ...event, data: { ...event.data, task: ANOTHER_QUESTION } }]);
    case 'second-agent-silent':
      return messages((event, number) => (number === 2 ? [] : [event]));
    case 'number-for-text':
      return texts(() => 42);
    case 'error-for-text':
      return texts(() => 'Error: connection to the provider timed out');
    case 'placeholder-for-text':
      return texts(() => '[placeholder]');
    case 'text-of-a-neighbour':
      return texts((agent) => spokenOn(agent, ANOTHER_QUESTION));
    case 'text-of-the-first-debate':
      return texts((agent) => spokenOn(agent, PREPARED_QUESTION));
    case 'text-three-times':
      return messages((event, number) =>
        number === 1 ? [event, renumbered(event, 0.2), renumbered(event, 0.4)] : [event],
      );
    case 'round-left-out':
      return each('round_start', (event) => [{ ...event, data: { round: 3 } }]);
    case 'round-begins-twice':
      return each('round_start', (event) => [event, renumbered(event, 0.5)]);
    case 'round-unannounced':
      return each('round_start', () => []);
    case 'round-below-zero':
      return each('phase_progress', (event) => [{ ...event, round: -7 }]);
    case 'confidence-below-zero':
      return each('consensus', (event) => [{ ...event, data: { ...event.data, confidence: -0.8 } }]);
    case 'consensus-a-day-before':
      return each('consensus', (event) => [{ ...event, timestamp: event.timestamp - 86_400 }]);
    // Besides the right one, so that nothing is missing. JSON has no NaN, and writes null.
    case 'event-without-time':
      return each('consensus', (event) => [event, { ...renumbered(event, 0.5), timestamp: Number.NaN }]);
    case 'event-without-debate':
      return each('consensus', (event) => [event, { ...renumbered(event, 0.5), loop_id: '' }]);
    case 'consensus-both-ways':
      return each('consensus', (event) => [{ ...renumbered(event, -0.5), data: { reached: false } }, event]);
    case 'confidence-of-1.7':
      return each('consensus', (event) => [{ ...event, data: { ...event.data, confidence: 1.7 } }]);
    case 'end-after-an-hour':
      return each('debate_end', (event) => [{ ...event, data: { ...event.data, duration: 3600 } }]);
    case 'end-of-other-rounds':
      return each('debate_end', (event) => [{ ...event, data: { ...event.data, rounds: 7 } }]);
    case 'message-after-the-end':
      return afterTheEnd();
    case 'nothing-after-the-first-message':
      return untilTheFirstMessage();
    default:
      return unreachable(how);
  }
}

/** Sequence numbers between those that are given need not be whole. */
function renumbered(event: DebateEvent, by: number): DebateEvent {
  return { ...event, seq: event.seq + by };
}

function each(
  type: DebateEvent['type'],
  change: (event: DebateEvent, number: number) => readonly DebateEvent[],
): Retell {
  let number = 0;
  return (frame) => {
    const sent = frame.flatMap((event) => {
      if (event.type !== type) return [event];
      number += 1;
      return change(event, number);
    });
    return sent.length === 0 ? [] : [sent];
  };
}

function messages(change: (event: DebateEvent, number: number) => readonly DebateEvent[]): Retell {
  return each('agent_message', change);
}

function texts(textOf: (agent: string) => unknown): Retell {
  return messages((event) => [{ ...event, data: { ...event.data, content: textOf(event.agent) } }]);
}

function afterTheEnd(): Retell {
  let message: DebateEvent | undefined;
  return (frame) => {
    message ??= frame.find(({ type }) => type === 'agent_message');
    const end = frame.find(({ type }) => type === 'debate_end');
    if (end === undefined || message === undefined) return [frame];
    return [frame, [{ ...message, seq: end.seq + 0.5 }]];
  };
}

function untilTheFirstMessage(): Retell {
  let isOver = false;
  return (frame) => {
    if (isOver) return [];
    isOver = frame.some(({ type }) => type === 'agent_message');
    return [frame];
  };
}
