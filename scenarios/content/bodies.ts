/** Whether the body of a good answer contradicts itself, or what is known of a debate. Pure: it gets the parts of the body that a script has read. */

import { isError, isGiven } from '../../lib/core/error-text.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';
import { isSimilarity } from '../../lib/core/similarity.ts';

/** What a list of debates says. A part that the body does not have is absent. */
export interface ListParts {
  /** How many entries it has. */
  readonly entries: number;
  /** Of the entries that have one. */
  readonly ids?: readonly unknown[];
  readonly debateIds?: readonly unknown[];
  readonly count?: unknown;
  readonly total?: unknown;
  readonly more?: unknown;
  readonly offset?: unknown;
  readonly limit?: unknown;
  readonly error?: unknown;
}

/** What is wrong with a list by itself; undefined when nothing is. */
export function listProblem(parts: ListParts): SampleOutcome | undefined {
  const { entries, ids = [], debateIds = [], error } = parts;
  if (isGiven(error)) return 'error-beside';
  if (isMiscounted(parts)) return 'count-contradicted';
  const named = ids.length >= debateIds.length ? ids : debateIds;
  if (named.filter(isId).length < entries) return 'entry-without-id';
  if (new Set(named).size < named.length) return 'entry-repeated';
  return isMispaged(parts) ? 'count-contradicted' : undefined;
}

/** So many debates may begin or go between two looks of a server at its store, for the page and for the number of all. */
const BETWEEN = 3;

/** `count` may be of this page or of all pages, so only one that is too small for the page, or too large for a list without more, is wrong. */
function isMiscounted({ entries, count, total, more }: ListParts): boolean {
  if (typeof total === 'number' && total + BETWEEN < Math.max(entries, typeof count === 'number' ? count : 0))
    return true;
  if (typeof count !== 'number' || count === entries) return false;
  return count < entries || !hasMore({ entries, total, more });
}

/** Whether the page that was not asked for is not the first, is larger than its limit, or there is more although these are all, or none. */
function isMispaged({ entries, total, more, offset = 0, limit }: ListParts): boolean {
  if (typeof offset === 'number' && (offset < 0 || (typeof total === 'number' && offset + entries > total + BETWEEN)))
    return true;
  // Some write 0 or -1 where there is no limit.
  const isFull = typeof limit !== 'number' || limit <= 0 || entries >= limit;
  if (typeof limit === 'number' && (limit < -1 || (limit > 0 && entries > limit))) return true;
  if (typeof total !== 'number') return false;
  return more === true ? !isFull && total <= entries : more === false && total > entries + BETWEEN;
}

function hasMore({ entries, total, more }: Pick<ListParts, 'entries' | 'total' | 'more'>): boolean {
  return more === true || (typeof total === 'number' && total > entries);
}

/**
 * What is wrong with a list that has no debate which a client has started. Only a list that is empty, or says that there is no more, says that
 * there is none.
 *
 * @param holdsOurs whether it has one.
 */
export function holdingProblem({ entries, more }: ListParts, holdsOurs: boolean): SampleOutcome | undefined {
  if (holdsOurs) return undefined;
  return entries === 0 || more === false ? 'none-of-ours' : 'page-without-ours';
}

function isId(id: unknown): boolean {
  return (typeof id === 'string' && id.trim() !== '') || typeof id === 'number';
}

/** What an answer about the consensus of a debate says. */
export interface ConsensusAnswer {
  readonly reached?: unknown;
  readonly similarity?: unknown;
  readonly rounds?: unknown;
  readonly status?: unknown;
  readonly error?: unknown;
}

/** A hundred times what was asked for. */
const MOST_ROUNDS = 100;

/** What the debate itself said; null where it said nothing. */
export interface KnownConsensus {
  readonly consensus: boolean | null;
  readonly rounds: number | null;
}

/** It may count fewer rounds than the debate, for example only those in which it compared positions. */
export function consensusProblem(
  answer: ConsensusAnswer,
  { consensus, rounds: mostRounds }: KnownConsensus,
): SampleOutcome | undefined {
  const { reached, similarity, rounds, status, error } = answer;
  if (isGiven(error) || isError(status)) return 'error-beside';
  if (consensus !== null && reached !== consensus) return 'consensus-contradicted';
  if (typeof similarity === 'number' && !isSimilarity(similarity)) return 'impossible-value';
  if (typeof rounds !== 'number') return undefined;
  if (!(rounds >= 0 && rounds <= MOST_ROUNDS)) return 'impossible-value';
  // It may count one round before the first or after the last.
  return mostRounds !== null && rounds > mostRounds + 1 ? 'consensus-contradicted' : undefined;
}

/** What the answer to a creation says of the debate. */
export interface CreationParts {
  readonly task?: unknown;
  readonly question?: unknown;
  readonly status?: unknown;
  readonly error?: unknown;
}

/** Whether it is about another question, or reports an error beside its success. */
export function isOtherCreation({ task, question, status, error }: CreationParts, asked: string): boolean {
  const parts = [task, question].filter((text) => typeof text === 'string');
  return isGiven(error) || isError(status) || parts.some((text) => !text.includes(asked));
}
