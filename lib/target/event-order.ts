/** The ways in which a broken server sends a debate's events out of order. */
import { unreachable } from '../core/error.ts';
import type { Disorder } from './behaviour.ts';
import type { DebateEvent } from './debate-store.ts';

type Frame = readonly DebateEvent[];

/** Takes the frames of one debate in their right order, one for each call, and returns what a broken server sends for each. */
export type Reorder = (frame: Frame) => readonly Frame[];

/** A new reorderer for one debate. No event is lost; only the order changes. */
export function reorderer(how: Disorder): Reorder {
  switch (how) {
    case 'swapped':
      return (frame) => [frame.toReversed()];
    case 'frames-swapped':
      return swapFirstMessage();
    case 'duplicate-seq':
      return (frame) => [renumbered(frame, () => frame[0]?.seq ?? 0)];
    case 'seq-backwards':
      return (frame) => [renumbered(frame, (seq, index) => seq - 3 * index)];
    case 'seq-restarts':
      return (frame) => [renumbered(frame, (_, index) => index + 1)];
    case 'delivered-twice':
      return (frame) => [frame, frame];
    default:
      return unreachable(how);
  }
}

/** The frame of the first agent message comes after the one that should follow it. */
function swapFirstMessage(): Reorder {
  let held: Frame | null = null;
  let isOver = false;
  return (frame) => {
    if (held !== null) {
      const message = held;
      held = null;
      isOver = true;
      return [frame, message];
    }
    if (isOver || frame[0]?.type !== 'agent_message') return [frame];
    held = frame;
    return [];
  };
}

function renumbered(frame: Frame, seqOf: (seq: number, index: number) => number): Frame {
  return frame.map((event, index) => ({ ...event, seq: seqOf(event.seq, index) }));
}
