/** One debate from its creation to its end: two subscribers, reads by its id, its convergence. Another one runs beside it. */
import { randomBytes } from 'node:crypto';
import type {
  ConvergenceSeen,
  DebateSeen,
  LargeSeen,
  Part,
  ReadSeen,
  StateSeen,
  SubscriberSeen,
} from '../observation.ts';
import {
  type Answer,
  type Asking,
  answered,
  booleanOf,
  isObject,
  numberOf,
  objectIn,
  refusalOf,
  textOf,
} from './asking.ts';
import type { Heard, Listener } from './listener.ts';

/** As the load's debates have them: the release can run these. */
const AGENTS = ['demo', 'demo'];
const ROUNDS = 2;
/** Twice what the longest question of Aragora may be, and more: either it is refused, or it is kept whole. */
const LARGE_CHARS = 32 * 1024;
/** The objectives allow 10 s to an agent's first message, and a debate has several. */
const DEBATE_TIMEOUT_MS = 60_000;
/** Of a debate of which nothing is heard for so long, no more will be. */
const SILENCE_MS = 10_000;
const SOON_MS = 1000;
const STATE_MS = 10_000;

/** Two sockets: one from before the load if it is still there, and a new one. */
export interface Listeners {
  readonly first: Listener | null;
  readonly second: Listener | null;
}

interface Created {
  readonly id: string | null;
  readonly answer: Answer;
}

export interface DebatesSeen {
  readonly debate: Part<DebateSeen>;
  readonly large: Part<LargeSeen>;
  readonly id: string | null;
}

export async function watchDebate(asking: Asking, listeners: Listeners): Promise<DebatesSeen> {
  const nonce = randomBytes(4).toString('hex');
  const question = `Does this server show what it has just been told? (probe ${nonce})`;
  const created = await create(asking, question);
  const long = `Is a long question kept whole? (probe ${nonce}) `.padEnd(LARGE_CHARS, `${nonce} `).trimEnd();
  const other = () => create(asking, long);
  if (created.id === null) {
    const lacking = `no debate could be created: ${refusalOf(created.answer) ?? 'it was refused'}`;
    return { debate: { lacking }, large: await readLarge(asking, await other(), long), id: null };
  }
  const { id } = created;
  // Both subscribe at once, because a debate may be over soon. The other one comes into being when both have.
  const began = await subscribeBoth(asking, listeners, { id, question });
  const beside = await other();
  // At once: a server need not keep a debate that has ended.
  const large = await readLarge(asking, beside, long);
  return { debate: await watch(asking, listeners, { id, question, otherId: beside.id, began }), large, id };
}

async function create(asking: Asking, question: string): Promise<Created> {
  const address = `198.18.${randomBytes(1).readUInt8()}.${randomBytes(1).readUInt8()}`;
  const answer = await asking.ask('/api/debates', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(asking.server.distinctClients ? { 'x-forwarded-for': address } : {}),
    },
    body: JSON.stringify({ question, agents: AGENTS, rounds: ROUNDS }),
  });
  const { success, debate_id: id } = objectIn(answer) ?? {};
  const isCreated = refusalOf(answer) === null && success !== false && typeof id === 'string' && id !== '';
  return { id: isCreated ? id : null, answer };
}

async function readLarge(asking: Asking, { id, answer }: Created, question: string): Promise<LargeSeen> {
  const seen = { chars: question.length, answered: answered(answer), isCreated: id !== null };
  if (id === null) return { ...seen, read: null };
  const read = await asking.ask(pathOf(id));
  const kept = questionOf(objectIn(read));
  return {
    ...seen,
    read: { answered: answered(read), isSame: kept === null ? null : kept === question, chars: kept?.length ?? null },
  };
}

export function pathOf(id: string): string {
  return `/api/debates/${encodeURIComponent(id)}`;
}

interface Asked {
  readonly id: string;
  readonly question: string;
}

interface Began extends Pick<DebateSeen, 'running' | 'atStart'> {
  /** How many frames the first had got when both were surely subscribed; null: that is not known. */
  readonly sureFrom: number | null;
}

interface Watched extends Asked {
  readonly otherId: string | null;
  readonly began: Began;
}

/**
 * The second has its state, the debate was read, and only then the first sends a ping. What comes to the first after the pong was told
 * later than all of that.
 */
async function subscribeBoth(asking: Asking, { first, second }: Listeners, asked: Asked): Promise<Began> {
  first?.send({ type: 'subscribe', debate_id: asked.id, replay_from_seq: 0 });
  const [answer, atStart] = await Promise.all([asking.ask(pathOf(asked.id)), stateAfter(asking, second, asked)]);
  const isSure = first !== null && second !== null && (await first.pong(asking));
  return {
    running: readOf(answer, asked.question),
    atStart,
    sureFrom: isSure ? first.heard.findLastIndex(({ type }) => type === 'pong') : null,
  };
}

async function watch(asking: Asking, { first, second }: Listeners, watched: Watched): Promise<DebateSeen> {
  const { id, otherId, began } = watched;
  const ended = await sawEnd(asking, { first, second }, id);
  const finished = ended ? await readFinished(asking, watched) : null;
  const events = [...(first?.heard ?? []), ...(second?.heard ?? [])].filter(({ fields }) => fields['loop_id'] === id);
  return {
    id,
    agents: AGENTS,
    startedWith: startersOf(events),
    otherId,
    consensus: consensusOf(events),
    ended,
    first: subscriberOf(first, began.sureFrom),
    second: subscriberOf(second, null),
    atStart: began.atStart,
    atEnd: ended ? await stateAfter(asking, second, watched) : { unasked: 'no end of the debate was seen' },
    running: began.running,
    finished: finished ?? {
      lacking: `its end was not seen within ${DEBATE_TIMEOUT_MS / 1000} s, or nothing was heard of it for ${SILENCE_MS / 1000} s`,
    },
    convergence: ended ? await readConvergence(asking, id) : { lacking: 'its end was not seen' },
  };
}

/** Whether one of the two got the end of the debate. Returns when the other one has it too, or a moment later. */
async function sawEnd(asking: Asking, { first, second }: Listeners, id: string): Promise<boolean> {
  const open = [first, second].filter((one) => one !== null);
  const hasEnd = ({ heard }: Listener) => heard.some((one) => isEndOf(one, id));
  const startedMs = Date.now();
  const isSilent = () => Date.now() - Math.max(startedMs, ...open.map(({ heardAtMs }) => heardAtMs)) > SILENCE_MS;
  const isOver = () => open.some(hasEnd) || open.every(({ isOpen }) => !isOpen) || isSilent();
  await asking.until(isOver, DEBATE_TIMEOUT_MS);
  if (open.some(hasEnd)) await asking.until(() => open.every((one) => hasEnd(one) || !one.isOpen), SOON_MS);
  return open.some(hasEnd);
}

function isEndOf({ type, fields }: Heard, id: string): boolean {
  return type === 'debate_end' && fields['loop_id'] === id;
}

function subscriberOf(listener: Listener | null, sureFrom: number | null): Part<SubscriberSeen> {
  if (listener === null) return { lacking: 'no WebSocket was open for it' };
  const kept = listener.heard.flatMap((heard, at) => {
    const { type, fields, data } = heard;
    const [seq, of] = [fields['seq'], fields['loop_id']];
    if (typeof seq !== 'number' || typeof of !== 'string') return [];
    const content = data['content'];
    const hasContent = typeof content === 'string' && content.trim() !== '';
    return [{ at, event: { seq, type, of, agent: textOf(fields['agent']) ?? '', hasContent } }];
  });
  return {
    events: kept.map(({ event }) => event),
    sureFrom: sureFrom === null ? null : kept.filter(({ at }) => at < sureFrom).length,
  };
}

async function stateAfter(
  asking: Asking,
  listener: Listener | null,
  { id, question }: Asked,
): Promise<Part<StateSeen>> {
  if (listener === null) return { lacking: 'no WebSocket was open for it' };
  const before = listener.heard.length;
  listener.send({ type: 'subscribe', debate_id: id });
  const found = () => listener.heard.slice(before).find(({ type }) => type === 'sync');
  await asking.until(() => found() !== undefined || !listener.isOpen, STATE_MS);
  const sync = found();
  if (sync === undefined) return { lacking: 'a subscription was not answered with the state of the debate' };
  const { data } = sync;
  const ids = [data['debate_id'], data['id'], data['loop_id']].filter((one) => typeof one === 'string');
  const task = questionOf(data);
  return {
    isRightDebate: ids.length === 0 || ids.includes(id),
    isRightQuestion: task === null ? null : task === question,
    ended: booleanOf(data['ended']),
    consensus: booleanOf(data['consensus_reached']),
    messages: Array.isArray(data['messages']) ? data['messages'].length : null,
  };
}

/** Again a moment later where it does not show the end yet. */
async function readFinished(asking: Asking, { id, question }: Asked): Promise<ReadSeen> {
  const seen = readOf(await asking.ask(pathOf(id)), question);
  if (seen.hasAnswer || !(await asking.later())) return seen;
  return readOf(await asking.ask(pathOf(id)), question);
}

function readOf(answer: Answer, question: string): ReadSeen {
  const fields = objectIn(answer);
  const task = questionOf(fields);
  return {
    answered: answered(answer),
    isRightQuestion: task === null ? null : task === question,
    agents: namesIn(fields?.['agents']),
    status: textOf(fields?.['status']),
    inProgress: booleanOf(fields?.['in_progress']),
    hasAnswer: fields?.['final_answer'] != null,
    consensus: booleanOf(fields?.['consensus_reached']),
  };
}

async function readConvergence(asking: Asking, id: string): Promise<ConvergenceSeen> {
  const answer = await asking.ask(`${pathOf(id)}/convergence`);
  const fields = objectIn(answer);
  const named = fields?.['debate_id'];
  return {
    answered: answered(answer),
    isRightDebate: typeof named === 'string' ? named === id : null,
    consensus: booleanOf(fields?.['consensus_reached']),
    similarity: numberOf(fields?.['convergence_similarity']),
  };
}

function questionOf(fields: Readonly<Record<string, unknown>> | null): string | null {
  return textOf(fields?.['task']) ?? textOf(fields?.['question']);
}

/** Names, or objects that have them. */
function namesIn(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.map((one) => (isObject(one) ? String(one['name']) : String(one)));
}

function startersOf(events: readonly Heard[]): string[] | null {
  const starts = events.filter(({ type }) => type === 'debate_start');
  return starts.map(({ data }) => namesIn(data['agents'])).find((names) => names !== null) ?? null;
}

function consensusOf(events: readonly Heard[]): boolean | null {
  const said = events.filter(({ type }) => type === 'consensus').map(({ data }) => booleanOf(data['reached']));
  return said.findLast((one) => one !== null) ?? null;
}
