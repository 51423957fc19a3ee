/**
 * What must exist before the load: one finished debate, whose consensus the load asks for, and which shows with what status a creation succeeds.
 * It is not measured. Without one, the consensus checks fail under load as "no-debate".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedDebate } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import { PREPARED_QUESTION } from '../core/question.ts';
import { slashRedirect } from '../core/slash.ts';
import { type HttpTls, withToken } from '../http/access.ts';
import { send } from '../http/client.ts';
import { type Answered, causeOf } from './answers.ts';
import { saidIn, withoutToken } from './said.ts';

export interface PrepareTarget {
  readonly httpUrl: string;
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
  /** Called for each debate that was started. */
  readonly onCreated?: (debateId: string) => void;
  /** For all attempts together; default a minute. */
  readonly timeoutMs?: number;
}

/** The id of a debate and what the server says of it, or why there is none that came to its end. */
export type Prepared = (
  | { readonly debateId: string; readonly known: PreparedDebate }
  | { readonly debateId: null; readonly reason: string }
) & {
  /** The HTTP status with which a debate was created; absent: none was. */
  readonly createdStatus?: number;
};

/** A first debate may fail for its own reasons (seen on Aragora 2.11.1: a race while the first agents are made). */
const ATTEMPTS = 3;
const STEP_TIMEOUT_MS = 5_000;
/** The objectives allow 10 s to an agent's first message, and a debate has several. One that runs on would end, and be counted, in the load. */
const DEBATE_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const TOLD_CHARS = 240;
/** A compressed answer may unpack to far more; none of Aragora's debates is this large. */
const MOST_BYTES = 1024 * 1024;
/** Seen on Aragora 2.10.0 and 2.11.1: each debate that is refused keeps a place for itself. */
const NO_PLACE = 'If nobody uses the server, restart it: debates that it refused may keep their places';
const QUESTION = { question: PREPARED_QUESTION, agents: ['demo', 'demo'], rounds: 1 };

/**
 * Starts debates, one after the other, until one has its final answer; at most three. No other is started while one may still run.
 * @throws SloError `target-unreachable` where the set-up refuses every creation, for example because it asks for a token.
 */
export async function prepareDebate(target: PrepareTarget, signal: AbortSignal): Promise<Prepared> {
  let reason = '';
  let createdStatus: number | undefined;
  const asking: Asking = { ...target, endMs: Date.now() + (target.timeoutMs ?? DEBATE_TIMEOUT_MS) };
  for (let attempt = 1; attempt <= ATTEMPTS && Date.now() < asking.endMs; attempt++) {
    signal.throwIfAborted();
    try {
      const { status, body: created } = await ask(asking, 'POST', '/api/debates', signal);
      const id = created?.['debate_id'];
      if (typeof id === 'string' && created?.['success'] === true) {
        createdStatus = status;
        target.onCreated?.(id);
        const startedMs = Date.now();
        const end = await endOf(asking, id, signal);
        if (typeof end === 'object') return { debateId: id, known: end, createdStatus };
        reason = `debate ${id} had no final answer`;
        if (end === 'running') reason += ` within ${Math.round((Date.now() - startedMs) / 1000)} s`;
      } else {
        const answer = JSON.stringify(created ?? null);
        reason = `POST /api/debates starts none${saidIn(answer) || `: ${answer}`}. ${NO_PLACE}`;
      }
    } catch (error) {
      signal.throwIfAborted();
      reason = (error as Error).message;
      if (error instanceof SloError && attempt === ATTEMPTS) throw error;
    }
  }
  const known = createdStatus === undefined ? {} : { createdStatus };
  return { debateId: null, reason: tellable(reason, target.token), ...known };
}

/** A target's words may contain control characters for the terminal, or the token. */
function tellable(words: string, token: string | undefined): string {
  return withoutToken(words, token)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, TOLD_CHARS);
}

/** Milliseconds of Unix time at which nothing more is waited for. */
type Asking = PrepareTarget & { readonly endMs: number };

/** `unknown`: the server does not show it for so long that it will not come. */
async function endOf(asking: Asking, id: string, signal: AbortSignal): Promise<PreparedDebate | 'running' | 'unknown'> {
  const startedMs = Date.now();
  let shownAtMs = startedMs;
  while (Date.now() < asking.endMs) {
    const { body: debate } = await ask(asking, 'GET', `/api/debates/${encodeURIComponent(id)}`, signal);
    if (debate?.['final_answer'] != null) return knownOf(debate, Date.now() - startedMs);
    if (isRunning(debate)) shownAtMs = Date.now();
    if (Date.now() >= shownAtMs + STEP_TIMEOUT_MS) return 'unknown';
    await sleep(POLL_MS, undefined, { signal });
  }
  return 'running';
}

/** A debate of one round and two agents has few. */
const KEPT_TEXTS = 20;
const KEPT_CHARS = 2000;

/** What the load can be compared with. */
function knownOf(debate: Record<string, unknown>, tookMs: number): PreparedDebate {
  const { consensus_reached: consensus, confidence, final_answer: answer, messages, rounds_used: rounds } = debate;
  const texts = Array.isArray(messages) ? messages.flatMap(textOf) : [];
  return {
    consensus: typeof consensus === 'boolean' ? consensus : null,
    confidence: typeof confidence === 'number' ? confidence : null,
    answer: typeof answer === 'string' ? answer : null,
    text: texts[0] ?? null,
    texts: texts.slice(0, KEPT_TEXTS).map((text) => text.slice(0, KEPT_CHARS)),
    rounds: typeof rounds === 'number' ? rounds : null,
    tookMs,
  };
}

function textOf(message: unknown): string[] {
  if (typeof message !== 'object' || message === null || !('content' in message)) return [];
  const { content } = message;
  return typeof content === 'string' && content.trim() !== '' ? [content] : [];
}

/** Whether a server says that the debate goes on. One that says nothing of it is asked for as long as one answer may take. */
function isRunning(debate: Record<string, unknown> | undefined): boolean {
  return (
    debate?.['in_progress'] === true ||
    /^(running|in_progress|active|pending|created|starting)$/.test(String(debate?.['status']))
  );
}

/** A creation may also be answered with 201 or 202. */
const GOOD = { GET: [200], POST: [200, 201, 202] } as const;

interface Asked {
  readonly status: number;
  /** The JSON object of a good answer; undefined for any other. */
  readonly body: Record<string, unknown> | undefined;
}

/** @throws Error where nothing answers, or a creation is refused. */
async function ask(
  { httpUrl, token, tls, endMs }: Asking,
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
): Promise<Asked> {
  const asked = {
    ...withToken(token, tls),
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(QUESTION) } : {}),
    timeoutMs: Math.min(STEP_TIMEOUT_MS, Math.max(1, endMs - Date.now())),
    maxBytes: MOST_BYTES,
    signal,
  };
  const url = httpUrl + path;
  const first = await send(url, asked);
  const again = 'trouble' in first ? undefined : slashRedirect({ method, url, ...first });
  const answer = again === undefined ? first : await send(again, asked);
  if ('trouble' in answer) throw new Error(`${method} ${path}: ${answer.trouble.words}`, { cause: answer.cause });
  const text = withoutToken(answer.text, token);
  if (method === 'POST') throwIfSetUp({ ...answer, text, url, hasToken: token !== undefined });
  const { status } = answer;
  const isGood = GOOD[method].some((good) => good === status);
  if (!isGood && method === 'POST') throw new Error(`POST ${path} answers ${status}${saidIn(text)}`);
  if (!isGood) return { status, body: undefined };
  const value: unknown = JSON.parse(text);
  return { status, body: typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined };
}

/** A limit for each client is none for the load where that has a client of its own for each debate. */
function throwIfSetUp(answer: Answered): void {
  const cause = answer.status === 429 ? undefined : causeOf(answer);
  if (cause === undefined) return;
  throw new SloError('target-unreachable', `POST ${answer.url} ${cause.words}`, { hint: cause.fix });
}
