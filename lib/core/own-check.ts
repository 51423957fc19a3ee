/** What an answer to a journey that a profile describes must hold. Pure: k6 and the tests ask the same. */
import type { OwnCheck } from './own-request.ts';
import type { SampleOutcome } from './sample-outcome.ts';

/** The whole answer, in the words of gjson. */
const WHOLE = '@this';

/**
 * @param at the value at a path of gjson; undefined where the answer has none, or is not JSON.
 * @returns the outcome that names the first check that fails, counted from 1; undefined when all of them hold.
 */
export function checkProblem(checks: readonly OwnCheck[], at: (path: string) => unknown): SampleOutcome | undefined {
  for (const [index, check] of checks.entries()) {
    const value = at(check.json);
    // That a value is missing says something only of an answer that is JSON.
    if (value === undefined && at(WHOLE) === undefined) return 'not-json';
    if (!holds(check, value)) return `check_${index + 1}`;
  }
  return undefined;
}

function holds({ equals, atLeast, atMost, matches, exists }: OwnCheck, value: unknown): boolean {
  const isThere = value !== undefined && value !== null;
  return (
    (exists === undefined || exists === isThere) &&
    (equals === undefined || (value !== undefined && value === equals)) &&
    (atLeast === undefined || (typeof value === 'number' && value >= atLeast)) &&
    (atMost === undefined || (typeof value === 'number' && value <= atMost)) &&
    (matches === undefined || (isThere && typeof value !== 'object' && expressionOf(matches).test(String(value))))
  );
}

const expressions: Record<string, RegExp> = {};

function expressionOf(source: string): RegExp {
  expressions[source] ??= new RegExp(source);
  return expressions[source];
}
