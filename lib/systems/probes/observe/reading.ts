/** What the API says of a debate: read by its id, and its convergence. */
import { debatePath } from '../../../core/debate-path.ts';
import { isoTime } from '../../../core/iso-time.ts';
import { isSameText } from '../../../core/same-text.ts';
import type { ConvergenceSeen, ReadSeen } from '../observation.ts';
import { type Answer, type Asking, answered, booleanOf, isObject, numberOf, objectIn, textOf } from './asking.ts';

/** @param heard what its agents said, as far as that was heard. */
export function readOf(answer: Answer, question: string, heard: readonly string[] = []): ReadSeen {
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
    isHeard: isHeard(textsIn(fields?.['messages']), heard),
  };
}

/** Of agents; what a debate has besides, for example a summary, nobody needs to have heard. */
function textsIn(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message) => {
    if (!isObject(message)) return [];
    const [agent, content] = [textOf(message['agent']), textOf(message['content'])];
    return agent !== null && content !== null && content.trim() !== '' ? [content] : [];
  });
}

/** Whether one of them at least was heard. A debate that shows more than was heard has it from elsewhere. */
function isHeard(shown: readonly string[], heard: readonly string[]): boolean | null {
  if (shown.length === 0 || heard.length < shown.length) return null;
  return shown.some((one) => heard.some((other) => isSameText(one, other)));
}

export async function readConvergence(asking: Asking, id: string): Promise<ConvergenceSeen> {
  const answer = await asking.ask(`${debatePath(id)}/convergence`);
  const fields = objectIn(answer);
  const named = fields?.['debate_id'];
  return {
    answered: answered(answer),
    isRightDebate: typeof named === 'string' ? named === id : null,
    consensus: booleanOf(fields?.['consensus_reached']),
    similarity: numberOf(fields?.['convergence_similarity']),
  };
}

export function questionOf(fields: Readonly<Record<string, unknown>> | null): string | null {
  return textOf(fields?.['task']) ?? textOf(fields?.['question']);
}

/** Names, or objects that have them. */
export function namesIn(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.map((one) => (isObject(one) ? String(one['name']) : String(one)));
}

/** From here on a number of seconds would lie in the year 5138, so it is of milliseconds. */
const LEAST_MS = 1e11;

/** Unix ms; null for a text without its zone. */
export function timeIn(value: unknown): number | null {
  if (typeof value === 'number') return value < LEAST_MS ? value * 1000 : value;
  return typeof value === 'string' ? (isoTime(value)?.atMs ?? null) : null;
}
