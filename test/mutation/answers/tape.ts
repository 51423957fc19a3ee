/** What an unbroken reference target answers and sends to its clients: taped once, so that mutants can change it. */
import type { PreparedDebate } from '../../../lib/core/engine-protocol.ts';
import { PREPARED_QUESTION } from '../../../lib/core/question.ts';
import { startTarget } from '../../../lib/target/target.ts';
import { post, TestSocket, until } from '../../support/target.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A frame of a debate: its events, and how long after the subscription it came. */
export interface TapedFrame {
  readonly afterMs: number;
  readonly isList: boolean;
  readonly events: readonly Json[];
}

export interface TapedDebate {
  readonly id: string;
  readonly question: string;
  readonly frames: readonly TapedFrame[];
}

export interface AnswerTape {
  readonly preparedId: string;
  readonly prepared: Pick<PreparedDebate, 'text' | 'confidence' | 'answer'>;
  /** Bodies. The debates are those of `debates`. */
  readonly health: string;
  readonly list: string;
  readonly creation: string;
  readonly convergence: string;
  readonly sync: Json;
  readonly pong: Json;
  readonly greeting: readonly Json[];
  readonly debates: readonly [TapedDebate, TapedDebate];
}

/** A debate as it is read by its id. */
interface Read {
  readonly messages: readonly { readonly content: string }[];
  readonly confidence: number;
  readonly final_answer: string;
}

/** Long enough for a subscription to come before the start. */
const WAITS = { 'debate-start': 'constant(200ms)', 'agent-response': 'constant(70ms)', 'agent-call': 'constant(20ms)' };
const QUESTIONS = [
  'How would you make a cache correct? (case 00000001)',
  'How would you make an index correct? (case 00000002)',
] as const;

export async function recordAnswers(): Promise<AnswerTape> {
  const target = await startTarget({ patch: { waits: WAITS } });
  const textOf = async (path: string) => (await fetch(target.httpUrl + path)).text();
  try {
    const preparedId = idOf(await create(PREPARED_QUESTION));
    await until(async () => 'final_answer' in (JSON.parse(await textOf(`/api/debates/${preparedId}`)) as object));
    const read = JSON.parse(await textOf(`/api/debates/${preparedId}`)) as Read;
    // One after the other, so that the numbers of their events are the same on every tape.
    const [first, second] = [await watch(QUESTIONS[0]), await watch(QUESTIONS[1])];
    const held = new TestSocket(target.wsUrl);
    const greeting = [await held.event('connection_info'), await held.event('loop_list')];
    held.send({ type: 'subscribe', debate_id: preparedId });
    const sync = await held.event('sync');
    held.send({ type: 'ping', ts: 1 });
    const pong = await held.event('pong');
    held.socket.close();
    return {
      preparedId,
      prepared: { text: read.messages[0]?.content ?? '', confidence: read.confidence, answer: read.final_answer },
      health: await textOf('/api/health'),
      list: await textOf('/api/debates'),
      creation: first.created,
      convergence: await textOf(`/api/debates/${preparedId}/convergence`),
      ...{ sync: json(sync), pong: json(pong), greeting: greeting.map(json), debates: [first.debate, second.debate] },
    };
  } finally {
    await target.stop();
  }

  async function create(question: string): Promise<string> {
    return (await post(target, JSON.stringify({ question, agents: ['demo', 'demo'], rounds: 1 }))).text();
  }

  async function watch(question: string): Promise<{ readonly created: string; readonly debate: TapedDebate }> {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    const created = await create(question);
    const id = idOf(created);
    const frames: TapedFrame[] = [];
    const startedMs = performance.now();
    client.socket.on('message', (data) => {
      const value = JSON.parse(String(data)) as Json | Json[];
      frames.push({ afterMs: performance.now() - startedMs, isList: Array.isArray(value), events: [value].flat() });
    });
    client.send({ type: 'subscribe', debate_id: id, replay_from_seq: 0 });
    await client.event('debate_end');
    client.socket.close();
    return { created, debate: { id, question, frames } };
  }
}

function idOf(created: string): string {
  return (JSON.parse(created) as { readonly debate_id: string }).debate_id;
}

function json(frame: object): Json {
  return { ...frame };
}
