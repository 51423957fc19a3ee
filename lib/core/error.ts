/**
 * Owns the one error type for mistakes (wrong usage, wrong configuration, a missing prerequisite).
 * Refuses to know how an error is printed. Expected failures of a target are data, never errors.
 */

/** Process exit codes, all of them: design of the verdict. 99 is k6's own code for a breached threshold. */
export const EXIT_CODE = { conforms: 0, usage: 2, inconclusive: 3, breaches: 99, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** What went wrong, in one word a program can switch on. */
export type ErrorCode =
  | 'usage'
  | 'config-invalid'
  | 'prerequisite-missing'
  | 'target-unreachable'
  | 'run-folder'
  | 'schema-version'
  | 'storage'
  | 'interrupted';

/** A mistake that ends the command: one line for a person (`message`), one way out (`hint`), no stack trace. */
export class SloError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(code: ErrorCode, message: string, options: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SloError';
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT_CODE.usage;
  }
}

/** For the default branch of a closed union: a compile error when a case is missing, and a loud one at run time. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
