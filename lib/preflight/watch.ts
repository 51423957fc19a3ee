/**
 * Whether a WebSocket that was found at another port belongs to the target: it has to show the debate that is started there. Two servers
 * on one host would otherwise be loaded half each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { withToken } from '../http/access.ts';
import { openSocket } from '../http/socket.ts';
import type { Prepared } from './prepare.ts';
import { TIMEOUT_MS, type Wanted } from './question.ts';

const POLL_MS = 50;
/** Events come before the debate has its final answer; a proxy may hold them back a little. */
const LATE_MS = 2_000;
/** Of events, until it is known which debate is meant. */
const MOST_CHARS = 8 * 1024 * 1024;
/** What only the server that runs a debate can say. An answer to a subscription may be but an echo. */
const EVENT = /"type":\s*"(debate_start|agent_message|debate_end)"/;

type Asked = Pick<Wanted, 'httpUrl' | 'wsUrl' | 'subprotocol' | 'token' | 'tls'>;

/** Prepares the debate while a socket watches. @throws SloError `target-unreachable` when nothing is heard of a debate that has ended. */
export async function watched(
  asked: Asked,
  prepare: (onCreated: (debateId: string) => void) => Promise<Prepared>,
  signal: AbortSignal,
): Promise<Prepared> {
  const heard: string[] = [];
  let isEnded = false;
  let chars = 0;
  const onText = (text: string): void => {
    if (isEnded || !EVENT.test(text)) return;
    chars += text.length;
    // What is no longer kept may have been the one.
    if (chars > MOST_CHARS) isEnded = true;
    else heard.push(text);
  };
  const onEnded = (): void => {
    isEnded = true;
  };
  const { wsUrl: url, subprotocol, token, tls } = asked;
  const opened = await openSocket({
    ...{ url, subprotocol, signal, onText, onEnded },
    access: withToken(token, tls),
    timeoutMs: TIMEOUT_MS,
  });
  // It has just opened. What comes of it now is measured.
  if (!opened.ok) return prepare(() => {});
  try {
    const prepared = await prepare((debate_id) =>
      opened.socket.send(JSON.stringify({ type: 'subscribe', debate_id, replay_from_seq: 0 })),
    );
    const { debateId } = prepared;
    // A message that was too large may have been the one: the load's own sockets say so.
    const isHeard = (): boolean => isEnded || debateId === null || heard.some((text) => text.includes(debateId));
    for (const endMs = Date.now() + LATE_MS; !isHeard() && Date.now() < endMs; )
      await sleep(POLL_MS, undefined, { signal });
    if (isHeard()) return prepared;
  } finally {
    opened.socket.terminate();
  }
  const message = `the WebSocket that was found at ${url} says nothing of a debate at ${asked.httpUrl}: it is of another server`;
  throw new SloError('target-unreachable', message, { hint: 'name the address of its own WebSocket with --ws' });
}
