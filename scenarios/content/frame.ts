/** A frame of a WebSocket: its events, or what is wrong with it. Pure. */
import { LEAST_MS, momentOf } from './server-time.ts';
import { hasOddName, isName } from './texts.ts';

/** One event of the stream. Fields that a type does not have are absent. */
export interface StreamEvent {
  readonly type: string;
  readonly data?: Record<string, unknown>;
  readonly seq?: number;
  readonly agent_seq?: number;
  /** The debate that it belongs to; absent on the connection's own events. */
  readonly loop_id?: string;
  readonly debate_id?: string;
  /** Who speaks; empty or absent where no agent does. */
  readonly agent?: string;
  readonly round?: number;
  /** Unix seconds, however it was written; absent on what the server sends to this client alone. */
  readonly timestamp?: number;
}

/**
 * The events of a frame (a JSON object, or an array of them, each with a `type`), or what is wrong with it. What names something (a type, an
 * debate, an agent, a role) is no error message.
 */
export function eventsOf(data: unknown): StreamEvent[] | 'binary' | 'not-json' | 'unknown-shape' {
  if (typeof data !== 'string') return 'binary';
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return 'not-json';
  }
  const events: unknown[] = Array.isArray(value) ? value : [value];
  return events.every(isEvent) ? events.map(withSeconds).map(withKnownTypes) : 'unknown-shape';
}

/** No document says how an event writes its time: seconds, milliseconds or a date with its time are all read as seconds. */
function withSeconds(event: StreamEvent): StreamEvent {
  const timestamp: unknown = event.timestamp;
  if (timestamp === undefined || (typeof timestamp === 'number' && timestamp < LEAST_MS)) return event;
  const { atMs } = momentOf(timestamp);
  return Number.isNaN(atMs) ? event : { ...event, timestamp: atMs / 1000 };
}

const TYPES = {
  data: 'object',
  seq: 'number',
  agent_seq: 'number',
  loop_id: 'string',
  debate_id: 'string',
  agent: 'string',
  round: 'number',
  timestamp: 'number',
} as const;
const NAMES = Object.keys(TYPES) as (keyof typeof TYPES)[];

/** The event without the fields that have another type than they should, as if they were absent: nobody can read them. */
function withKnownTypes(event: StreamEvent): StreamEvent {
  const isOdd = (name: keyof typeof TYPES) =>
    event[name] !== undefined && (event[name] === null || typeof event[name] !== TYPES[name]);
  if (!NAMES.some(isOdd)) return event;
  return Object.fromEntries(
    Object.entries(event).filter(([name]) => !NAMES.some((odd) => odd === name && isOdd(odd))),
  ) as unknown as StreamEvent;
}

function isEvent(value: unknown): value is StreamEvent {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  const { type, agent }: Readonly<Record<string, unknown>> = { ...value };
  const isNamed = [type, agent].every((name) => typeof name !== 'string' || isName(name));
  return type !== '' && isNamed && !hasOddName(value);
}
