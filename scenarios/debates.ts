/**
 * GET and POST /api/debates.
 * `k6 run scenarios/debates.ts -e TARGET=http://127.0.0.1:8080`, with `-e DISTINCT_CLIENTS=1` if creation is limited per client.
 */
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import {
  debatesCreate as createJourney,
  creation,
  debateSentAt,
  listBody,
  listHolding,
  debatesList as listJourney,
} from '../lib/journeys/debates.ts';
import { type CreationParts, holdingProblem, isOtherCreation, type ListParts, listProblem } from './content/bodies.ts';
import { type Entries, ListMemory } from './content/entries.ts';
import { OwnQuestions } from './content/own.ts';
import { type Arrival, arrival, call, jsonAt, loadStartMs, type Response, recordKept, recordMoment } from './kit.ts';
import { question } from './random.ts';
import { plan, standalone } from './settings.ts';

export const options = standalone([listJourney, 30], [createJourney, 1]);

const memory = new ListMemory(plan.debateId);

export default function debatesList(): void {
  let parts: ReadList | undefined;
  const { response, outcome } = call(arrival(), {
    endpoint: listJourney.endpoints[0],
    verify: (response) => {
      parts = partsOf(response);
      return parts === undefined ? 'no-list' : undefined;
    },
  });
  if (outcome !== 'ok' || parts === undefined) return;
  recordKept(listBody, listProblem(parts) ?? memory.problem(entriesOf(parts)));
  if (typeof plan.debateId === 'string')
    recordKept(listHolding, holdingProblem(parts, holdsOurs(response.body ?? '', plan.debateId)));
}

const own = new OwnQuestions(plan.seed, plan.scenarios);

/** Whether a list has a debate of this load, or the one that was prepared for it. */
function holdsOurs(body: string, preparedId: string): boolean {
  return body.includes(preparedId) || own.isIn(body, (Date.now() - loadStartMs()) / 1000);
}

export function debatesCreate(): void {
  const due = arrival();
  createDebate(due, question(due.random));
}

/** A debate that has started, or why the server did not say that one had. */
export type Creation = { readonly id: string } | { readonly failure: SampleOutcome };

/** Starts a debate on `asked`. */
export function createDebate(due: Arrival, asked: string): Creation {
  const agents = ['demo', 'demo'];
  recordMoment(debateSentAt, Date.now());
  const { response, outcome } = call(due, {
    endpoint: creation,
    body: JSON.stringify({ question: asked, agents, rounds: 1 }),
    headers: plan.distinctClients ? { 'X-Forwarded-For': clientAddress(due) } : {},
    verify: (response) => refusal(response) ?? otherCreation(response, asked),
  });
  return outcome === 'ok' ? { id: String(jsonAt(response, 'debate_id')) } : { failure: outcome };
}

/** How many debates a virtual user remembers; without a limit, memory would grow with the run. */
const MOST_KNOWN = 256;

/**
 * The last debates that this virtual user received, and the one that the harness prepared. If one of them comes again, no new debate was
 * created.
 */
const known = new Set<unknown>();

/** A server at capacity answers 200 with `success: false`. */
function refusal(response: Response): SampleOutcome | undefined {
  const success = jsonAt(response, 'success');
  if (success === undefined) return 'no-debate';
  if (success !== true) return 'success-false';
  const id = jsonAt(response, 'debate_id');
  if (typeof id !== 'string' || id === '') return 'no-debate';
  if (id === plan.debateId || known.has(id)) return 'debate-again';
  known.add(id);
  // A Set keeps the order in which it was filled: the oldest first.
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
  return undefined;
}

function otherCreation(response: Response, asked: string): SampleOutcome | undefined {
  const parts = jsonAt(response, '{task,question,status,error}') as CreationParts;
  return isOtherCreation(parts, asked) ? 'wrong-answer' : undefined;
}

/** All that is read of an entry, and of a list, in one pass. */
const OF_ENTRIES = '"ids":KEY#.id,"debateIds":KEY#.debate_id,"tasks":KEY#.task,"questions":KEY#.question';
const OF_LIST = `{"entries":debates.#,${OF_ENTRIES.replaceAll('KEY', 'debates.')},count,total,"more":has_more,offset,limit,error}`;
const OF_BARE_LIST = `{"entries":#,${OF_ENTRIES.replaceAll('KEY', '')}}`;

interface ReadList extends ListParts {
  readonly tasks?: readonly unknown[];
  readonly questions?: readonly unknown[];
}

/** undefined: it is no list. */
function partsOf(response: Response): ReadList | undefined {
  const parts = jsonAt(response, OF_LIST) as Partial<ReadList> | undefined;
  if (isListParts(parts)) return parts;
  const bare = jsonAt(response, OF_BARE_LIST) as Partial<ReadList> | undefined;
  return isListParts(bare) ? bare : undefined;
}

function isListParts(parts: Partial<ReadList> | undefined): parts is ReadList {
  return typeof parts?.entries === 'number';
}

/** Only of columns that every entry has, because the others don't say whose a value is. */
function entriesOf({ entries, ids, debateIds, tasks, questions }: ReadList): Entries {
  const whole = (column: readonly unknown[] = []) => (column.length === entries ? column : undefined);
  return { ids: whole(ids) ?? whole(debateIds) ?? [], questions: whole(tasks) ?? whole(questions) ?? [] };
}

/** An address for tests (RFC 5737 has too few; RFC 2544's test range has 131,072). */
function clientAddress(due: Arrival): string {
  const bits = due.random.uint32();
  return `198.${18 + (bits & 1)}.${(bits >>> 8) & 255}.${(bits >>> 16) & 255}`;
}
