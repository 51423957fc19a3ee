/** How the events of one debate reach its followers: unchanged and in order, or as the faults of this target say. */
import type { Closing } from './behaviour.ts';
import type { DebateEvent } from './debate-store.ts';
import { type Retell, retellerOf } from './event-lies.ts';
import { type Reorder, reorderer } from './event-order.ts';
import type { SocketFaults } from './socket-faults.ts';

/** How the events of one debate are delivered. */
export interface Delivery {
  readonly changed: (event: DebateEvent) => DebateEvent;
  readonly retell: Retell;
  readonly reorder: Reorder;
  readonly closing: Closing | null;
}

export function deliveryOf(faults: SocketFaults): Delivery {
  const disorder = faults.due('order');
  const lie = faults.due('events');
  const isEmpty = faults.due('empty-messages') !== undefined;
  return {
    changed: isEmpty ? withoutWords : (event) => event,
    retell: lie === undefined ? (frame) => [frame] : retellerOf(lie.how),
    reorder: disorder === undefined ? (frame) => [frame] : reorderer(disorder.how),
    closing: faults.due('close-after-message')?.code ?? null,
  };
}

function withoutWords(event: DebateEvent): DebateEvent {
  return event.type === 'agent_message' ? { ...event, data: { ...event.data, content: '' } } : event;
}
