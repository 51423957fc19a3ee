/** What is wrong with the text of an agent, or with a name. Pure. */
import { isErrorText } from '../../lib/core/error-text.ts';
import { quotesAnother } from '../../lib/core/question.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

const PLACEHOLDER =
  /^\s*\W{0,2}(undefined|null|none|nan|n\/?a|todo|tbd|string|text|content|message|response|placeholder|test|lorem ipsum\b.*|(your|insert|agent)\b.{0,30}\bhere|\[object object\]|\$?\{+\s*\w+\s*\}+)\W{0,3}\s*$/is;

/** @param asked the question of the debate. */
export function textProblem(content: unknown, asked: string): SampleOutcome | undefined {
  if (typeof content !== 'string') return 'not-text';
  if (isErrorText(content)) return 'error-text';
  if (PLACEHOLDER.test(content)) return 'placeholder';
  return quotesAnother(content, asked) ? 'text-of-another' : undefined;
}

/** Stands for a name that is missing. Other words of the list above are good names. */
const NO_NAME = /^\s*(todo|tbd|undefined|null|nan|placeholder|\[object object\])\s*$/i;

/** Whether a text can be the name of something: no error message, and nothing that stands for a name. */
export function isName(text: string): boolean {
  return !NO_NAME.test(text) && !isErrorText(text);
}

/** Fields of these names, in whatever object, are names. */
const NAMING = /(^|_)(id|name|agent|role|phase)$/;
/** Deeper than any name that a client reads. */
const DEEPEST = 4;

/** Whether something in a value has no name where it should have one. A name that is absent is none. */
export function hasOddName(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  return Object.entries(value).some(
    ([key, field]) => (typeof field === 'string' && NAMING.test(key) && !isName(field)) || hasOddName(field, depth + 1),
  );
}
