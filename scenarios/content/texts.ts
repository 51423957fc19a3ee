/** What is wrong with the text of an agent. Pure. */
import { quotesAnother } from '../../lib/core/question.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

/** As programs begin their errors. No answer to a question of the load begins so. */
const ERROR_TEXT = new RegExp(
  [
    '^\\s*\\W{0,2}\\s*((agent|internal|server|api|provider|model|runtime|value|type|key|timeout|connection)[ _-]?)?(error|exception)\\W{0,2}\\s*[:\\]({]',
    '^\\s*traceback \\(most recent call last\\)',
    '^\\s*(internal server error|service unavailable|bad gateway|gateway time-?out|too many requests|rate limit exceeded|request timed out|connection refused)\\W*$',
    '^\\s*<(!doctype|html)\\b',
    '^\\s*\\{\\s*"(error|detail)"\\s*:',
  ].join('|'),
  'i',
);
const PLACEHOLDER =
  /^\s*\W{0,2}(undefined|null|none|nan|n\/?a|todo|tbd|string|text|content|message|response|placeholder|test|lorem ipsum\b.*|(your|insert|agent)\b.{0,30}\bhere|\[object object\]|\$?\{+\s*\w+\s*\}+)\W{0,3}\s*$/is;

/** @param asked the question of the debate. */
export function textProblem(content: unknown, asked: string): SampleOutcome | undefined {
  if (typeof content !== 'string') return 'not-text';
  if (ERROR_TEXT.test(content)) return 'error-text';
  if (PLACEHOLDER.test(content)) return 'placeholder';
  return quotesAnother(content, asked) ? 'text-of-another' : undefined;
}
