/** The debates that the target knows, running and finished, in limited memory, and their JSON in the API. */
import type { Uniform } from './random.ts';

/** One event of a debate, as sent over the WebSocket. */
export interface DebateEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly round: number;
  readonly agent: string;
  /** Ascending over all debates of the server. */
  readonly seq: number;
  readonly agent_seq: number;
  readonly loop_id: string;
}

export interface Message {
  readonly role: string;
  readonly agent: string;
  readonly content: string;
  readonly round: number;
}

export interface Debate {
  readonly id: string;
  readonly task: string;
  readonly agents: readonly string[];
  readonly rounds: number;
  /** Unix ms. */
  readonly createdMs: number;
  readonly messages: Message[];
  readonly events: DebateEvent[];
  /** null while it runs. */
  end: { readonly durationSec: number; readonly consensus: boolean; readonly answer: string } | null;
}

/** How many finished debates are kept; the one that was asked for longest ago goes first. */
export const MAX_FINISHED = 2000;
const LIST_LIMIT = 20;

interface Kept {
  readonly before: readonly Debate[];
  keep(debate: Debate): void;
}

export class DebateStore {
  readonly #next: Uniform;
  readonly #running = new Map<string, Debate>();
  readonly #finished = new Map<string, Debate>();
  readonly #latest: Debate[];
  #created: number;
  #list: string | null = null;

  readonly #kept: Kept;

  /** @param next draws the ids. @param kept debates that it begins with, and where it puts each that is finished. */
  constructor(next: Uniform, kept: Kept = { before: [], keep: () => {} }) {
    this.#next = next;
    this.#kept = kept;
    for (const debate of kept.before) this.#finished.set(debate.id, debate);
    this.#latest = kept.before.slice(-LIST_LIMIT).reverse();
    this.#created = kept.before.length;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  get finishedCount(): number {
    return this.#finished.size;
  }

  create(task: string, agents: readonly string[], rounds: number): Debate {
    const debate: Debate = {
      id: this.#newId(),
      task,
      agents,
      rounds,
      createdMs: Date.now(),
      messages: [],
      events: [],
      end: null,
    };
    this.#running.set(debate.id, debate);
    this.#latest.unshift(debate);
    if (this.#latest.length > LIST_LIMIT) this.#latest.pop();
    this.#created += 1;
    this.#list = null;
    return debate;
  }

  finish(debate: Debate, end: NonNullable<Debate['end']>): void {
    debate.end = end;
    this.#running.delete(debate.id);
    this.#finished.set(debate.id, debate);
    this.#list = null;
    this.#kept.keep(debate);
    if (this.#finished.size <= MAX_FINISHED) return;
    for (const oldest of this.#finished.keys()) {
      this.#finished.delete(oldest);
      break;
    }
  }

  get(id: string): Debate | undefined {
    const finished = this.#finished.get(id);
    if (finished === undefined) return this.#running.get(id);
    this.#finished.delete(id);
    this.#finished.set(id, finished);
    return finished;
  }

  /** Loops as `loop_list` shows them: the running debates. */
  running(): readonly { readonly loop_id: string; readonly name: string; readonly started_at: number }[] {
    return [...this.#running.values()].map((debate) => ({
      loop_id: debate.id,
      name: debate.task,
      started_at: debate.createdMs / 1000,
    }));
  }

  /** Body of `GET /api/debates`: the latest debates first. */
  listBody(): string {
    this.#list ??= JSON.stringify({
      debates: this.#latest.map(({ id, task, agents, end }) => ({ id, task, agents, status: statusOf(end) })),
      count: this.#latest.length,
      total: this.#created,
      has_more: this.#created > this.#latest.length,
      offset: 0,
      limit: LIST_LIMIT,
    });
    return this.#list;
  }

  #newId(): string {
    for (;;) {
      const hex = Math.floor(this.#next() * 2 ** 32).toString(16);
      const id = `adhoc_${hex.padStart(8, '0')}`;
      if (!this.#running.has(id) && !this.#finished.has(id)) return id;
    }
  }
}

function statusOf(end: Debate['end']): string {
  return end === null ? 'running' : 'completed';
}

/** Body of `GET /api/debates/{id}`. `final_answer` appears when the debate is over. */
export function debateBody({ id, task, agents, rounds, messages, end }: Debate): string {
  const known = { id, debate_id: id, task, agents, rounds, status: statusOf(end) };
  if (end === null) return JSON.stringify({ ...known, in_progress: true });
  return JSON.stringify({
    ...known,
    final_answer: end.answer,
    consensus_reached: end.consensus,
    confidence: end.consensus ? CONFIDENCE : 0,
    messages,
    rounds_used: rounds,
    duration_seconds: end.durationSec,
  });
}

/** Body of `GET /api/debates/{id}/convergence`: the consensus check. */
export function convergenceBody({ id, rounds, end }: Debate): string {
  const reached = end?.consensus ?? false;
  return JSON.stringify({
    debate_id: id,
    convergence_status: reached ? 'converged' : end === null ? 'refining' : 'diverged',
    convergence_similarity: reached ? CONFIDENCE : 0,
    consensus_reached: reached,
    rounds_used: end === null ? 0 : rounds,
  });
}

/** The confidence of a demo judge. */
export const CONFIDENCE = 0.8;

/** The state that a new subscriber gets as `sync`. */
export function syncState({ id, task, agents, messages, createdMs, rounds, end }: Debate): Record<string, unknown> {
  return {
    id,
    debate_id: id,
    loop_id: id,
    task,
    agents,
    messages,
    consensus_reached: end?.consensus ?? false,
    consensus_confidence: end?.consensus ? CONFIDENCE : 0,
    consensus_answer: end?.answer ?? '',
    started_at: createdMs / 1000,
    rounds: end === null ? 0 : rounds,
    ended: end !== null,
    duration: end?.durationSec ?? 0,
  };
}
