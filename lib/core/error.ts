/** The one error type for mistakes (wrong usage, wrong configuration, a missing prerequisite). Failures of a target are data, never errors. */

/** All process exit codes; they are part of the verdict's design. 99 is k6's own code for a breached threshold. */
export const EXIT_CODE = { conforms: 0, usage: 2, inconclusive: 3, breaches: 99, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** What went wrong, in one word that a program can switch on. */
export type ErrorCode =
  | 'usage'
  | 'config-invalid'
  | 'prerequisite-missing'
  | 'target-unreachable'
  | 'run-folder'
  | 'schema-version'
  | 'storage'
  | 'interrupted';

/** A mistake that ends the command: one line for a person (`message`), one hint (`hint`), no stack trace. */
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

/** For the default branch of a closed union: a compile error when a case is missing, and an exception at run time. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
