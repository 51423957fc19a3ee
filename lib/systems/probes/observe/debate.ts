/** One debate from its creation to its end: two subscribers, reads by its id, its convergence. Another one runs beside it. */
import { randomBytes } from 'node:crypto';
import { debatePath } from '../../../core/debate-path.ts';
import type { CreationSeen, DebateSeen, LargeSeen, Part, ReadSeen } from '../observation.ts';
import { isCalledUnderWay } from '../status.ts';
import { type Answer, type Asking, answered, messageIn, objectIn, refusalOf } from './asking.ts';
import { listedAs } from './list.ts';
import type { Heard, Listener } from './listener.ts';
import { questionOf, readConvergence, readOf } from './reading.ts';
import { type Begun, consensusOf, startersOf, stateAfter, subscriberOf, textsOf } from './subscriber.ts';

/** As the load's debates have them: the release can run these. */
const AGENTS = ['demo', 'demo'];
const ROUNDS = 2;
/** Sixteen times what Aragora 2.11.1 takes: either it is refused, or it is kept whole. */
const LARGE_CHARS = 32 * 1024;
/** The objectives allow 10 s to an agent's first message, and a debate has several. */
const DEBATE_TIMEOUT_MS = 60_000;
/** Of a debate of which nothing is heard for so long, no more will be. */
const SILENCE_MS = 10_000;
const SOON_MS = 1000;
/** A proxy may keep an answer for 10 s. */
const KEPT_MS = 9500;

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
  readonly creation: CreationSeen;
  readonly large: Part<LargeSeen>;
  readonly id: string | null;
}

export async function watchDebate(asking: Asking, listeners: Listeners): Promise<DebatesSeen> {
  const nonce = randomBytes(4).toString('hex');
  // Not only ASCII: JSON is UTF-8 (RFC 8259, 8.1).
  const question = `Does this server show what it has just been asked – für alle, 你好? (probe ${nonce})`;
  const sentAtMs = performance.now();
  const created = await create(asking, question);
  const long = `Is a long question kept whole? (probe ${nonce}) `.padEnd(LARGE_CHARS, `${nonce} `).trimEnd();
  const other = () => create(asking, long);
  const creation = creationOf(created);
  if (created.id === null) {
    const lacking = `no debate could be created: ${refusalOf(created.answer) ?? 'it was refused'}`;
    return { debate: { lacking }, creation, large: await readLarge(asking, await other(), long), id: null };
  }
  const { id } = created;
  // Both subscribe at once, because a debate may be over soon. The other one comes into being when both have.
  const began = await subscribeBoth(asking, listeners, { id, question, sentAtMs });
  const beside = await other();
  // At once: a server need not keep a debate that has ended.
  const large = await readLarge(asking, beside, long);
  const debate = await watch(asking, listeners, { id, question, otherId: beside.id, began });
  return { debate, creation, large, id };
}

function creationOf({ id, answer }: Created): CreationSeen {
  return { answered: answered(answer), isCreated: id !== null, said: id === null ? messageIn(answer) : null };
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
  const read = await asking.ask(debatePath(id));
  const kept = questionOf(objectIn(read));
  return {
    ...seen,
    read: { answered: answered(read), isSame: kept === null ? null : kept === question, chars: kept?.length ?? null },
  };
}

interface Sent extends Begun {
  readonly sentAtMs: number;
}

interface Began extends Pick<DebateSeen, 'running' | 'listedAs' | 'atStart' | 'readAfterMs'> {
  /** How many frames the first had got when both were surely subscribed; null: that is not known. */
  readonly sureFrom: number | null;
}

interface Watched extends Begun {
  readonly otherId: string | null;
  readonly began: Began;
}

/**
 * The second has its state, the debate and the list were read, and only then the first sends a ping. What comes to the first after the pong was sent
 * later than all of that.
 */
async function subscribeBoth(asking: Asking, { first, second }: Listeners, asked: Sent): Promise<Began> {
  first?.send({ type: 'subscribe', debate_id: asked.id, replay_from_seq: 0 });
  const [answer, list, atStart] = await Promise.all([
    asking.ask(debatePath(asked.id)),
    asking.ask('/api/debates'),
    stateAfter(asking, second, asked),
  ]);
  const readAfterMs = performance.now() - asked.sentAtMs;
  const isSure = first !== null && second !== null && (await first.pong(asking));
  return {
    running: readOf(answer, asked.question),
    listedAs: listedAs(list, asked.id),
    atStart,
    readAfterMs,
    sureFrom: isSure ? first.heard.findLastIndex(({ type }) => type === 'pong') : null,
  };
}

async function watch(asking: Asking, { first, second }: Listeners, watched: Watched): Promise<DebateSeen> {
  const { id, otherId, began } = watched;
  const ended = await sawEnd(asking, { first, second }, id);
  const events = [...(first?.heard ?? []), ...(second?.heard ?? [])].filter(({ fields }) => fields['loop_id'] === id);
  const finished = ended ? await readFinished(asking, watched, textsOf(events)) : null;
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
    listedAs: began.listedAs ?? null,
    ...(began.readAfterMs === undefined ? {} : { readAfterMs: began.readAfterMs }),
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

/** Again a moment later where it does not show the end yet, and once more when what it shows can be no copy from while it ran. */
async function readFinished(asking: Asking, { id, question }: Begun, heard: readonly string[]): Promise<ReadSeen> {
  const read = async () => readOf(await asking.ask(debatePath(id)), question, heard);
  const seen = await read();
  if (seen.hasAnswer || !(await asking.later())) return seen;
  const again = await read();
  if (again.hasAnswer || (again.inProgress !== true && !isCalledUnderWay(again.status))) return again;
  await asking.wait(KEPT_MS);
  return read();
}
