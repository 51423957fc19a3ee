/** What a subscriber gets of a debate: its events, and its state. */
import { createHash } from 'node:crypto';
import type { Part, StateSeen, SubscriberSeen } from '../observation.ts';
import { type Asking, booleanOf, textOf } from './asking.ts';
import type { Heard, Listener } from './listener.ts';
import { namesIn, questionOf, timeIn } from './reading.ts';

const STATE_MS = 10_000;

/** A debate that was created. */
export interface Begun {
  readonly id: string;
  readonly question: string;
}

export function subscriberOf(listener: Listener | null, sureFrom: number | null): Part<SubscriberSeen> {
  if (listener === null) return { lacking: 'no WebSocket was open for it' };
  if (listener.ended !== null) return { lacking: listener.ended };
  const kept = listener.heard.flatMap((heard, at) => {
    const { type, fields, data } = heard;
    const [seq, of] = [fields['seq'], fields['loop_id']];
    if (typeof seq !== 'number' || typeof of !== 'string') return [];
    const content = data['content'];
    const text = typeof content === 'string' && content.trim() !== '' ? content : null;
    const said = { hasContent: text !== null, textHash: text === null ? null : hashOf(text) };
    const atSec = secondsOf(fields['timestamp']);
    return [{ at, event: { seq, type, of, agent: textOf(fields['agent']) ?? '', ...said, atSec } }];
  });
  return {
    events: kept.map(({ event }) => event),
    sureFrom: sureFrom === null ? null : kept.filter(({ at }) => at < sureFrom).length,
  };
}

function secondsOf(timestamp: unknown): number | null {
  const atMs = timeIn(timestamp);
  return atMs === null ? null : atMs / 1000;
}

const HASH_CHARS = 8;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
}

export async function stateAfter(
  asking: Asking,
  listener: Listener | null,
  { id, question }: Begun,
): Promise<Part<StateSeen>> {
  if (listener === null) return { lacking: 'no WebSocket was open for it' };
  const before = listener.heard.length;
  listener.send({ type: 'subscribe', debate_id: id });
  const found = () => listener.heard.slice(before).find(({ type }) => type === 'sync');
  await asking.until(() => found() !== undefined || !listener.isOpen, STATE_MS);
  const sync = found();
  if (sync === undefined)
    return { lacking: listener.ended ?? 'a subscription was not answered with the state of the debate' };
  const { data } = sync;
  const ids = [data['debate_id'], data['id'], data['loop_id']].filter((one) => typeof one === 'string');
  const task = questionOf(data);
  return {
    isRightDebate: ids.length === 0 || ids.includes(id),
    isRightQuestion: task === null ? null : task === question,
    ended: booleanOf(data['ended']),
    consensus: booleanOf(data['consensus_reached']),
    messages: Array.isArray(data['messages']) ? data['messages'].length : null,
    agents: namesIn(data['agents']),
  };
}

export function startersOf(events: readonly Heard[]): string[] | null {
  const starts = events.filter(({ type }) => type === 'debate_start');
  return starts.map(({ data }) => namesIn(data['agents'])).find((names) => names !== null) ?? null;
}

export function consensusOf(events: readonly Heard[]): boolean | null {
  const said = events.filter(({ type }) => type === 'consensus').map(({ data }) => booleanOf(data['reached']));
  return said.findLast((one) => one !== null) ?? null;
}

/** What the agents said, by the events of their debate. */
export function textsOf(events: readonly Heard[]): string[] {
  return events.flatMap(({ type, data }) => {
    const content = textOf(data['content']);
    return type === 'agent_message' && content !== null && content.trim() !== '' ? [content] : [];
  });
}
