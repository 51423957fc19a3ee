/** How answers say that something went wrong: by a text that begins as programs begin their errors, or by an error that is given. Runs in k6 and in Node. */

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

export function isErrorText(text: string): boolean {
  return ERROR_TEXT.test(text);
}

/** An empty error is none: no text, no code, no entry. */
export function isGiven(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
  return error !== undefined && error !== null && error !== '' && error !== false && error !== 0;
}

/** Whether an error message stands where something else should. */
export function isError(value: unknown): boolean {
  return typeof value === 'string' && isErrorText(value);
}
