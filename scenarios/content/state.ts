/** Whether the state of a finished debate, as a subscriber gets it, is that debate's. Pure. */

import { isSameText } from '../../lib/core/same-text.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';
import { textProblem } from './texts.ts';

/** What else is known of the debate. null: nothing is. */
export interface FinishedDebate {
  readonly id: string;
  readonly question: string;
  readonly consensus: boolean | null;
  readonly confidence: number | null;
  /** A text of an agent, and the final answer, as the debate itself shows them. */
  readonly text: string | null;
  readonly answer: string | null;
  /** All texts of its agents, as the debate itself shows them; [] where that is not known. */
  readonly texts: readonly string[];
}

type State = Readonly<Record<string, unknown>>;

/** @param named by the fields around the state. */
export function stateProblem(
  named: string | undefined,
  state: State,
  known: FinishedDebate,
): SampleOutcome | undefined {
  const ids = [named, state['debate_id']].filter((id) => typeof id === 'string' && id !== '');
  if (ids.length === 0 || ids.some((id) => id !== known.id)) return 'sync-of-another-debate';
  const isWrong = isOtherDebate(state, known) || hasImpossibleNumber(state) || isBadlyWorded(state, known);
  return isWrong ? 'sync-contradicted' : undefined;
}

function isOtherDebate(state: State, { question, consensus, confidence }: FinishedDebate): boolean {
  const { task, ended, consensus_reached: reached, consensus_confidence: sure } = state;
  if (typeof task === 'string' && !task.includes(question)) return true;
  if (ended === false) return true;
  if (consensus !== null && typeof reached === 'boolean' && reached !== consensus) return true;
  return confidence !== null && typeof sure === 'number' && !isSameShare(sure, confidence);
}

/** Each may be rounded, or in percent. */
function isSameShare(one: number, other: number): boolean {
  return [1, 100, 0.01].some((scale) => Math.abs(one * scale - other) <= 0.01 * Math.max(1, other));
}

/** A hundred times what was asked for. */
const MOST_ROUNDS = 100;
/** Instead of a round, where there is none. */
const NO_ROUND = -1;

function hasImpossibleNumber(state: State): boolean {
  const { rounds, started_at, duration, consensus_confidence: sure } = state;
  const isBelow = (value: unknown, least: number) => typeof value === 'number' && value < least;
  if ([started_at, duration, sure].some((value) => isBelow(value, 0))) return true;
  const ofMessages = messagesOf(state).map(({ round }) => round);
  return [rounds, ...ofMessages].some((round) => isBelow(round, NO_ROUND) || Number(round) > MOST_ROUNDS);
}

/**
 * Whether all texts are errors or of another question, although the debate itself shows good ones, or none of them was said. A state may
 * shorten them.
 */
function isBadlyWorded(state: State, { question, text, answer, texts: said }: FinishedDebate): boolean {
  const isGood = (one: unknown) => textProblem(one, question) === undefined;
  const texts = messagesOf(state).flatMap(({ content }) => (isText(content) ? [content] : []));
  if (text !== null && isGood(text) && texts.length > 0 && !texts.some(isGood)) return true;
  const ofAgents = messagesOf(state).flatMap(({ agent, content }) =>
    isText(agent) && isText(content) ? [content] : [],
  );
  const all = answer === null ? said : [...said, answer];
  // A state with more messages than the debate shows has them from elsewhere.
  const isComparable = ofAgents.length > 0 && said.length >= ofAgents.length;
  if (isComparable && !ofAgents.some((one) => all.some((other) => isSameText(one, other)))) return true;
  const final = state['consensus_answer'];
  return answer !== null && isGood(answer) && isText(final) && !isGood(final);
}

function messagesOf({ messages }: State): readonly State[] {
  return Array.isArray(messages) ? messages.map((message): State => ({ ...Object(message) })) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
